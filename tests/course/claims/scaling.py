"""The numbers printed in the handout of lab 07, and where they come from."""

import math
from typing import Any

import numpy as np

L = 4096
"""The trained length of the example; Llama 3.1 was trained on twice as many."""
LONG = 32_768
"""The longer text of the example."""
DEEPSEEK_HEAD = 192
"""All features of a query, rotated or not."""

GIVEN: dict[str, str] = {
    "10,000": "the base of the example",
    "4,096": "the trained length of the example and of Kimi-K2",
    "262,144": "the context of Kimi-K2 with factor 64",
    "32,768": "the longer text of the example",
    "8,192": "the trained length of Llama 3.1, and a text of the quiz and of written question 1",
    "0.1": "a constant of YaRN's rule",
    "3.1": "part of a name: Llama 3.1",
    "2.2": "a section of Chen et al.",
    "2.3": "a section of Chen et al.",
    "3.2": "a section of Peng et al.",
    "3.3": "a section of Peng et al.",
    "3.4": "a section of Peng et al.",
    "3.4.3": "a section of Su et al.",
    "2021": "the year of a source",
    "2023": "the year of three sources",
    "2024": "the year of two sources",
}


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the handout, as it is typed there, with the value that the reference computes."""
    scaling, spectrum = ropelab.scaling, ropelab.frequencies.rope_frequencies
    trained = spectrum(128, 10000.0)
    linear, ntk = scaling.linear_frequencies(trained, 8.0), scaling.ntk_frequencies(128, 10000.0, 8.0)
    turns, slowed = L * trained / (2 * np.pi), trained / ntk
    deepseek, kimi = scaling.PRESETS["deepseek-v3"], scaling.PRESETS["kimi-k2"]
    llama = scaling.PRESETS["llama-3.1"]
    code, paper = _pair_16(ropelab)
    _whole_numbers(ropelab)
    return {
        "651.9": turns[0],
        "0.473": L * trained[-1],
        "3.784": LONG * trained[-1],
        "0.125": linear[0],
        "82,685": ntk[1] ** (-128 / 2),
        "1.696": slowed[16],
        "2.875": slowed[32],
        "5.209": slowed[50],
        "0.489": turns[50],
        "0.751": LONG * ntk[50] / (2 * np.pi),
        "1.536": LONG * ntk[50] / (L * trained[50]),
        "7.744": (trained / spectrum(128, 8.0 * 10000.0))[-1],
        "1.818": code,
        "5.036": paper,
        "1.3689": scaling.yarn_attention_factor(deepseek["factor"]),
        "1.3466": scaling.yarn_attention_factor(kimi["factor"]),
        "1.8739": sharper(ropelab, deepseek),
        "1.8133": sharper(ropelab, kimi),
        "2,048": llama["original_max_position_embeddings"] / llama["high_freq_factor"],
    }


def sharper(ropelab: Any, preset: Any) -> float:
    """What the model multiplies scores by, beside the root of the number of features."""
    scale = ropelab.scaling.yarn_softmax_scale(DEEPSEEK_HEAD, preset["factor"], preset["mscale_all_dim"])
    return float(scale * math.sqrt(DEEPSEEK_HEAD))


def _pair_16(ropelab: Any) -> tuple[float, float]:
    """By how much pair 16 of DeepSeek-V3 is slowed: by the code, and by the ramp over turns that the paper has."""
    preset = ropelab.scaling.PRESETS["deepseek-v3"]
    trained = ropelab.frequencies.rope_frequencies(preset["d_head"], preset["base"])
    scaled, _ = ropelab.scaling.preset_frequencies("deepseek-v3")
    turns = preset["original_max_position_embeddings"] * trained[16] / (2 * np.pi)
    kept = (turns - preset["beta_slow"]) / (preset["beta_fast"] - preset["beta_slow"])
    return float(trained[16] / scaled[16]), float(1 / (kept + (1 - kept) / preset["factor"]))


def _whole_numbers(ropelab: Any) -> None:
    """What the handout says in numbers too small to be told apart."""
    scaling, spectrum = ropelab.scaling, ropelab.frequencies.rope_frequencies
    trained, ntk = spectrum(128, 10000.0), scaling.ntk_frequencies(128, 10000.0, 8.0)
    slow = L * trained < 2 * np.pi
    assert slow.sum() == 18
    assert np.flatnonzero(slow & (LONG * ntk < L * trained * (1 + 1e-9))).tolist() == [63]
    twice = scaling.dynamic_ntk_frequencies(128, 10000.0, 2.0, 2 * L, L)
    assert np.allclose(twice, scaling.ntk_frequencies(128, 10000.0, 3.0), rtol=1e-12, atol=0.0)
    # Claim 2: a factor of 12 is too small, and so is every one below 17.3.
    assert [_leaving(ropelab, factor) for factor in (12.0, 17.2, 17.3)] == [7, 1, 0]
    # Claim 3: without the setting the rotated features keep their factor, and the others lose theirs.
    dropped = scaling.yarn_attention_factor(40.0, 1.0, None) ** 2, scaling.yarn_softmax_scale(DEEPSEEK_HEAD, 40.0)
    assert np.allclose(dropped, (sharper(ropelab, scaling.PRESETS["deepseek-v3"]), DEEPSEEK_HEAD**-0.5), rtol=1e-12)
    assert 4096 * 64 == 262_144
    assert [scaling.preset_frequencies(name)[1] for name in ("deepseek-v3", "kimi-k2")] == [1.0, 1.0]


def _leaving(ropelab: Any, factor: float) -> int:
    """How many slow pairs of the example leave their trained range over the longer text, under NTK-aware scaling."""
    trained = ropelab.frequencies.rope_frequencies(128, 10000.0)
    ntk = ropelab.scaling.ntk_frequencies(128, 10000.0, factor)
    slow = L * trained < 2 * np.pi
    return int(np.sum(slow & (LONG * ntk > L * trained * (1 + 1e-9))))
