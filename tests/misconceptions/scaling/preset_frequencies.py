"""Wrong answers to preset_frequencies (lab 07).

hint: Print a preset. Which of its entries does the function for its rope_type take, and under which names?
hint: Take a copy of the preset and the rope_type out of it. "linear" and "llama3" want the trained frequencies first;
    "yarn" wants d_head and base, and its two mscale settings go to yarn_attention_factor.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import (
    PRESETS,
    linear_frequencies,
    llama3_frequencies,
    preset_frequencies,
    yarn_attention_factor,
    yarn_frequencies,
)

Answer = tuple[NDArray[np.float64], float]


def _answer(preset: dict[str, Any]) -> Answer:
    """The right answer for any settings."""
    rope_type, d_head, base = preset.pop("rope_type"), preset.pop("d_head"), preset.pop("base")
    if rope_type == "linear":
        return linear_frequencies(rope_frequencies(d_head, base), **preset), 1.0
    if rope_type == "llama3":
        return llama3_frequencies(rope_frequencies(d_head, base), **preset), 1.0
    sharpness = preset.pop("mscale"), preset.pop("mscale_all_dim")
    return yarn_frequencies(d_head, base, **preset), yarn_attention_factor(preset["factor"], *sharpness)


def settings_used_up(name: str) -> Answer:
    """settings taken out of the preset for good

    met: a classic: pop on the table itself
    hint: Call it twice with the same name.
    hint: What pop takes out is gone for the next call too, for the preset is the one in the table. Make a copy of it
        first.
    """
    preset: Any = PRESETS[name]
    return _answer(preset)


def unknown_names_as_key_errors(name: str) -> Answer:
    """a KeyError for unknown names

    met: a classic: a dictionary complains by itself
    checks: its own
    hint: Which type of exception does a dictionary raise? Which one does the docstring promise?
    hint: A KeyError says only what was not found. Look first whether there is such a preset, and raise a ValueError with
        the word name and its value.
    """
    return _answer(dict(PRESETS[name]))


def unknown_names_answered(name: str) -> Answer:
    """unknown names answered with a default

    met: a classic: a fallback that hides a misspelt name
    checks: its own
    hint: Call it with "kimi-k3". What should happen?
    hint: Frequencies of some other model look right and are wrong. A name that is not in PRESETS is refused.
    """
    return _answer(dict(PRESETS.get(name, PRESETS["llama-2-7b-32k"])))


def papers_attention_factor(name: str) -> Answer:
    """the attention factor without the two settings

    met: kekzl/imp#880: cosines and sines made longer in a model whose settings are equal
    hint: What is the attention factor of DeepSeek-V3? Its two mscale settings are equal.
    hint: Hand mscale and mscale_all_dim on to yarn_attention_factor. Where they are equal the factor is 1, not 1.37.
    """
    inv_freq, attention_factor = preset_frequencies(name)
    if PRESETS[name]["rope_type"] == "yarn":
        attention_factor = yarn_attention_factor(PRESETS[name]["factor"])
    return inv_freq, attention_factor


def softmax_scale_for_the_attention_factor(name: str) -> Answer:
    """what sharpens the softmax in place of the attention factor

    met: turboderp-org/exllamav3#259: two corrections, one of cosines and one of scores, taken for one
    hint: What is the attention factor of DeepSeek-V3? Its two mscale settings are equal.
    hint: Scores of these models are multiplied by 1.87, but elsewhere: in the scale of the softmax. Cosines and sines stay
        as they are.
    """
    inv_freq, attention_factor = preset_frequencies(name)
    if PRESETS[name]["rope_type"] == "yarn":
        attention_factor = yarn_attention_factor(PRESETS[name]["factor"]) ** 2
    return inv_freq, attention_factor


def attention_factor_for_every_type(name: str) -> Answer:
    """an attention factor for every type

    met: a classic: there is a factor, so there is an attention factor
    hint: What is the attention factor of Llama 3.1?
    hint: Only YaRN makes cosines and sines longer. For "linear" and "llama3" it is 1.
    """
    preset = PRESETS[name]
    inv_freq, _ = preset_frequencies(name)
    return inv_freq, yarn_attention_factor(preset["factor"], preset.get("mscale"), preset.get("mscale_all_dim"))


def whole_queries(name: str) -> Answer:
    """all 192 features of a query rotated

    met: pie-project/pie#602: exponents over the head dimension where only a part of it is rotated
    hint: How many frequencies has DeepSeek-V3? 64 of its 192 features are rotated.
    hint: d_head in the preset is the number of rotated features, and that is D here. The others have no frequency.
    """
    preset = dict(PRESETS[name])
    return _answer(preset | {"d_head": 192 if preset["rope_type"] == "yarn" else preset["d_head"]})


def base_ignored(name: str) -> Answer:
    """base ignored

    met: ggml-org/llama.cpp#2773, Lightning-AI/litgpt#2217: rope_theta of the configuration never read
    hint: Which base has Llama 3.1? Does it appear in your result?
    hint: rope_frequencies takes 10,000 when it is called without a base, and two of the presets have another.
    """
    return _answer(dict(PRESETS[name]) | {"base": 10000.0})


def scaling_ignored(name: str) -> Answer:
    """the trained frequencies of every model

    met: Blaizzy/mlx-vlm#1710, unslothai/unsloth#6907: rope_scaling of the configuration not used
    hint: Does your result depend on the factor of the preset?
    hint: rope_frequencies is where the rules begin. The function for the rope_type comes after it.
    """
    return rope_frequencies(PRESETS[name]["d_head"], PRESETS[name]["base"]), 1.0


def betas_not_handed_on(name: str) -> Answer:
    """betas not handed on

    met: radixark/miles#335: beta_fast 32 by default, and Kimi-K2 has 1
    hint: Which betas has Kimi-K2?
    hint: yarn_frequencies uses 32 and 1 when it is called without betas. Kimi-K2 has 1 and 1: hand on what the preset
        says.
    """
    preset = dict(PRESETS[name])
    if preset["rope_type"] == "yarn":
        preset |= {"beta_fast": 32.0, "beta_slow": 1.0}
    return _answer(preset)


def every_model_linear(name: str) -> Answer:
    """linear interpolation for every model

    met: a classic: rope_type not looked at, for every preset has a factor
    hint: Print the first frequency of each preset. Which of them should still be 1?
    hint: Only "linear" divides every frequency. Choose the function by rope_type.
    """
    preset = PRESETS[name]
    return linear_frequencies(rope_frequencies(preset["d_head"], preset["base"]), preset["factor"]), 1.0


def frequencies_alone(name: str) -> NDArray[np.float64]:
    """no attention factor returned

    met: a classic: the name of the function promises no more
    hint: What does the docstring say comes back?
    hint: Two values, the frequencies and the attention factor, in this order, for every preset.
    """
    return preset_frequencies(name)[0]


def parts_exchanged(name: str) -> tuple[float, NDArray[np.float64]]:
    """attention factor first

    met: a classic: two values returned in the other order
    hint: What does the docstring say comes first?
    hint: The frequencies come first and the attention factor second.
    """
    inv_freq, attention_factor = preset_frequencies(name)
    return attention_factor, inv_freq
