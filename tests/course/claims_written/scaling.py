"""The numbers in the answers of lab 07, and where they come from."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

L, LONG, D = 2048, 8192, 64
"""The model of written question 1: trained length, longer text, head size."""
SHORT, KIMI, LONGEST = 4096, 131_072, 262_144
"""The trained length of Kimi-K2, its context, and that with the factor of written question 2."""
FACTOR = 64.0
"""The factor of written question 2. Nothing else differs from the preset."""

GIVEN: dict[str, str] = {
    "0.5": "half a point",
    "0.1": "a constant of YaRN's rule",
    "0.001": "the frequency of pair 24, chosen for being round",
    "2048": "the trained length of written question 1",
    "2,048": "the same, as the angle of pair 0 in radians too",
    "2,047": "the largest distance in a text of that length",
    "8,192": "the longer text of written question 1, as the angle of pair 0 in radians too",
    "10000": "the default base",
    "4096": "the trained length of Kimi-K2",
    "4,096": "the same",
    "50000": "the base of Kimi-K2",
    "131,072": "the context of Kimi-K2",
    "262,144": "the context of Kimi-K2 with factor 64",
    "256,000": "the other reading of 256k, accepted",
    "2.5": "a frequent wrong answer to quiz question 1",
}


def quiz(ropelab: Any) -> tuple[object, ...]:
    """The answers to the quiz."""
    scaling, spectrum = ropelab.scaling, ropelab.frequencies.rope_frequencies
    three = spectrum(6, 500.0) / scaling.ntk_frequencies(6, 500.0, 4.0)
    last = spectrum(D, 500.0)[-1] / scaling.dynamic_ntk_frequencies(D, 500.0, 3.0, LONG, L)[-1]
    slowed = _slowed(ropelab, "deepseek-v3")
    kept, whole = np.isclose(slowed, 1.0, rtol=1e-12), np.isclose(slowed, 40.0, rtol=1e-12)
    counts = int(kept.sum()), int((~kept & ~whole).sum()), int(whole.sum())
    return tuple(float(x) for x in three), float(last), counts


def claims(ropelab: Any) -> dict[str, float]:
    """Every result in the written answers, as it is typed there, with the value that the reference computes."""
    return {**_first(ropelab), **_second(ropelab)}


def _first(ropelab: Any) -> dict[str, float]:
    scaling, spectrum = ropelab.scaling, ropelab.frequencies.rope_frequencies
    trained, ntk = spectrum(D, 10000.0), scaling.ntk_frequencies(D, 10000.0, 4.0)
    linear, slowed = scaling.linear_frequencies(trained, 4.0), trained / ntk
    assert np.allclose(LONG * linear, L * trained, rtol=1e-12, atol=0.0)
    assert math.isclose(trained[24], 0.001, rel_tol=1e-12)
    return {
        "2.048": L * trained[24],
        "8.192": LONG * trained[24],
        "2.801": LONG * ntk[24],
        "0.2731": LONG * ntk[31],
        "1.0924": LONG * trained[31],
        "0.0435": L * trained[31] / (2 * np.pi),
        "0.1739": LONG * trained[31] / (2 * np.pi),
        "325.9": L * trained[0] / (2 * np.pi),
        "0.326": L * trained[24] / (2 * np.pi),
        "0.963": math.cos(L * trained[31]),
        "0.460": math.cos(LONG * trained[31]),
        "0.25": linear[0],
        "0.969": math.cos(linear[0]),
        "0.540": math.cos(trained[0]),
        "41,829": ntk[1] ** (-D / 2),
        "1.046": slowed[1],
        "2.925": slowed[24],
        "1.368": LONG * ntk[24] / (L * trained[24]),
        "3.830": (trained / spectrum(D, 40000.0))[-1],
    }


def _second(ropelab: Any) -> dict[str, float]:
    scaling, wavelengths = ropelab.scaling, ropelab.frequencies.wavelengths
    trained, yarn = _kimi_at_256k(ropelab)
    turns, sharp = SHORT * trained / (2 * np.pi), scaling.yarn_softmax_scale(192, FACTOR, 1.0)
    assert scaling.yarn_attention_factor(FACTOR, 1.0, 1.0) == 1.0
    return {
        "19.16": _index(64, 1.0),
        "57.49": _index(192, 1.0),
        "1.057": turns[19],
        "0.754": turns[20],
        "1.402": trained[19] / trained[20],
        "3,874": wavelengths(yarn)[19],
        "347,709": wavelengths(yarn)[20],
        "89.75": yarn[19] / yarn[20],
        "0.1149": LONGEST * yarn[31],
        "7.352": LONGEST * trained[31],
        "7.180": 256_000 * trained[31],
        "1.170": LONGEST * trained[31] / (2 * np.pi),
        "0.993": math.cos(SHORT * trained[31]),
        "67.66": LONGEST * yarn[19] / (2 * np.pi),
        "1.4159": scaling.yarn_attention_factor(FACTOR),
        "2.0047": sharp * math.sqrt(192),
        "0.1447": sharp,
        "0.0722": 1 / math.sqrt(192),
        "4.019": scaling.yarn_attention_factor(FACTOR) ** 2 * sharp * math.sqrt(192),
        "0.585": KIMI * trained[31] / (2 * np.pi),
        "3.676": KIMI * trained[31],
        "1.8133": scaling.yarn_softmax_scale(192, scaling.PRESETS["kimi-k2"]["factor"], 1.0) * math.sqrt(192),
    }


def phrases(ropelab: Any) -> dict[str, float]:
    """Whole numbers too small to be told apart without their words: the words, and the number that stands in them."""
    trained = ropelab.frequencies.rope_frequencies(D, 10000.0)
    turns, slowed = L * trained / (2 * np.pi), np.divide(*_kimi_at_256k(ropelab))
    return {
        "there are {} pairs": trained.size,
        "turns; {} of the 32 pairs make less than one": int((turns < 1).sum()),
        "({} to 30 make less than half a turn)": int(np.argmax(turns < 0.5)),
        "Pairs 0 to {} keep their frequency": int(np.flatnonzero(slowed == 1.0)[-1]),
        "pairs {} to 31 are divided": int(np.argmax(slowed > 1.0)),
        "are divided by {}.": slowed[-1],
        "the text is {} times as long": LONGEST / SHORT,
    }


def holds(ropelab: Any) -> dict[str, bool]:
    """What the answers say in words, by the words, and whether it is so."""
    scaling, spectrum = ropelab.scaling, ropelab.frequencies.rope_frequencies
    trained, ntk = spectrum(D, 10000.0), scaling.ntk_frequencies(D, 10000.0, 4.0)
    slow = L * trained < 2 * np.pi
    inside = LONG * ntk <= L * trained * (1 + 1e-12)
    kimi, yarn = _kimi_at_256k(ropelab)
    slowed = kimi / yarn
    counted = spectrum(D, 10000.0) / scaling.ntk_frequencies(D, 10000.0, 3.0 * 3.0 - (3.0 - 1.0))
    return {
        "of the slow pairs only the last stays inside": np.flatnonzero(slow & inside).tolist() == [trained.size - 1],
        "pair 24 passes through a whole turn": LONG * trained[24] > 2 * np.pi,
        "kept are exactly the pairs that have been all the way round": np.array_equal(
            slowed == 1.0, SHORT * kimi >= 2 * np.pi
        ),
        "its cosine takes every value down to -1": LONGEST * kimi[31] > np.pi > SHORT * kimi[31],
        "the step of Kimi-K2 is at the same pair": np.array_equal(_slowed(ropelab, "kimi-k2") == 1.0, slowed == 1.0),
        "all slow pairs get to new angles without YaRN": bool(np.all(LONGEST * kimi[20:] > SHORT * kimi[20:])),
        "the angles for 131,072 tokens double": LONGEST == 2 * KIMI,
        "all slow pairs end where training ended": np.allclose(LONGEST * yarn[20:], SHORT * kimi[20:], rtol=1e-12),
        "tables made once have the slowing that the quiz names": math.isclose(counted[-1], 7.0, rel_tol=1e-12),
    }


def _slowed(ropelab: Any, name: str) -> NDArray[np.float64]:
    """By what a preset slows each pair."""
    preset = ropelab.scaling.PRESETS[name]
    trained = ropelab.frequencies.rope_frequencies(preset["d_head"], preset["base"])
    return np.asarray(trained / ropelab.scaling.preset_frequencies(name)[0])


def _kimi_at_256k(ropelab: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The frequencies of Kimi-K2 at 256k without YaRN and with it."""
    preset = {**ropelab.scaling.PRESETS["kimi-k2"], "factor": FACTOR}
    assert preset["original_max_position_embeddings"] * FACTOR == LONGEST
    settings = ("d_head", "base", "factor", "original_max_position_embeddings", "beta_fast", "beta_slow")
    yarn = ropelab.scaling.yarn_frequencies(*(preset[name] for name in settings))
    return ropelab.frequencies.rope_frequencies(preset["d_head"], preset["base"]), yarn


def _index(d_head: int, turns: float) -> float:
    """The real index of the pair that makes so many turns within the trained length of Kimi-K2."""
    return d_head * math.log(SHORT / (2 * math.pi * turns)) / (2 * math.log(50000.0))
