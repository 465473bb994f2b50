"""Wrong answers to yarn_attention_factor (lab 07).

hint: Work out the value for the factor 40 without settings: about 1.3689. And with both settings 1: exactly 1.
hint: For the factor 20, mscale 0.5 and mscale_all_dim 1 work out 1.1498, 1.2996, and the first divided by the second: 0.8847.
    Then put None, and after that 0, in the place of either setting. What should come out each time?
"""

import math

from ropelab.scaling import yarn_attention_factor


def _m(factor: float, setting: float) -> float:
    """The right rule."""
    return 0.1 * setting * math.log(factor) + 1.0


def settings_ignored(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """the two settings ignored

    met: kekzl/imp#880: cosines and sines times 1.261 in a model whose settings are equal
    hint: Call it with both settings 1. What should come out?
    hint: The paper's rule holds where a setting is missing. With two equal settings the ratio is 1, and the cosines stay
        as they are.
    """
    return yarn_attention_factor(factor)


def no_ratio(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """not divided by the rule for mscale_all_dim

    met: a classic: mscale looks like the only setting that is needed
    hint: Call it with both settings 1. What should come out?
    hint: The rule is used for both settings, and the first result divided by the second. You stop after the first.
    """
    return _m(factor, mscale) if mscale and mscale_all_dim else _m(factor, 1.0)


def ratio_upside_down(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """ratio upside down

    met: a classic: two settings with names so alike that they change places
    hint: Should a larger mscale make the attention factor larger or smaller?
    hint: The rule for mscale stands above the line, that for mscale_all_dim below.
    """
    return yarn_attention_factor(factor, mscale_all_dim, mscale)


def settings_divided(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """the settings divided, not what the rule gives for them

    met: a classic: the ratio taken before the rule in place of after it
    hint: Call it with the settings 1.3 and 0.4. Is the result larger than the paper's rule could give?
    hint: Each setting goes through the rule by itself, with its 1 added, and then the two results are divided.
    """
    return _m(factor, mscale / mscale_all_dim) if mscale and mscale_all_dim else _m(factor, 1.0)


def settings_compared_with_none(
    factor: float, mscale: float | None = None, mscale_all_dim: float | None = None
) -> float:
    """0 taken for a setting

    met: a classic: "is not None" where 0 means that there is none, too
    hint: Call it with the settings 0.0 and 0.7.
    hint: Configurations write 0 for a setting that is not used. Then the paper's rule holds, as for None.
    """
    if mscale is not None and mscale_all_dim is not None:
        return _m(factor, mscale) / _m(factor, mscale_all_dim)
    return _m(factor, 1.0)


def one_setting_is_enough(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """a single setting used by itself

    met: a classic: "or" in place of "and"
    hint: Call it with mscale 0.8 alone.
    hint: The ratio needs both settings. With one alone the paper's rule holds, and that one is not looked at.
    """
    above = _m(factor, mscale) if mscale else 1.0
    below = _m(factor, mscale_all_dim) if mscale_all_dim else 1.0
    return above / below if mscale or mscale_all_dim else _m(factor, 1.0)


def missing_settings_are_one(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """1 put in for a missing setting

    met: a classic: a default of 1.0 for each setting, and the ratio in every case
    hint: Call it without settings. Is the result above 1?
    hint: With 1 for both, the ratio is 1 for every factor. Where a setting is missing there is no ratio: the paper's rule
        holds by itself.
    """
    return _m(factor, mscale or 1.0) / _m(factor, mscale_all_dim or 1.0)


def logarithm_to_base_10(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """logarithm to base 10

    met: a classic: log on a pocket calculator is another one than log in a program
    hint: What is your result for the factor 10? It should be about 1.23.
    hint: ln is the natural logarithm, math.log in Python.
    """

    def m(setting: float) -> float:
        return 0.1 * setting * math.log10(factor) + 1.0

    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def logarithm_to_base_2(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """logarithm to base 2

    met: a classic: factors are often powers of two, so their logarithm is taken to base 2
    hint: What is your result for the factor 4? It should be about 1.14.
    hint: ln is the natural logarithm, math.log in Python.
    """

    def m(setting: float) -> float:
        return 0.1 * setting * math.log2(factor) + 1.0

    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def no_tenth(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """0.1 forgotten

    met: ggml-org/llama.cpp#17945: some model files hold 0.1 times the setting, others the setting
    hint: What is your result for the factor 40? It should be about 1.37.
    hint: The logarithm counts by a tenth only. Without that the scores would become 22 times as large.
    """

    def m(setting: float) -> float:
        return setting * math.log(factor) + 1.0

    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def no_one(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """1 forgotten

    met: a classic: the logarithm is what draws the eye
    hint: What is your result for the factor 1? Nothing is stretched there.
    hint: At the factor 1 the logarithm is 0 and the result has to be 1: it is added at the end.
    """

    def m(setting: float) -> float:
        return 0.1 * setting * math.log(factor)

    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def setting_multiplies_the_one(
    factor: float, mscale: float | None = None, mscale_all_dim: float | None = None
) -> float:
    """the setting multiplies the 1 as well

    met: a classic: a bracket round the sum
    hint: Call it with the factor 1 and different settings. What should come out?
    hint: The setting belongs to the logarithm alone. At the factor 1 it has no effect, and the result is 1.
    """
    return mscale / mscale_all_dim if mscale and mscale_all_dim else _m(factor, 1.0)


def no_logarithm(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """logarithm forgotten

    met: a classic: 0.1 x + 1 is short, and grows with the factor too
    hint: What is your result for the factor 40? It should be about 1.37.
    hint: The attention factor grows with the logarithm of the factor: slowly, and from 1 at the factor 1.
    """

    def m(setting: float) -> float:
        return 0.1 * setting * factor + 1.0

    return m(mscale) / m(mscale_all_dim) if mscale and mscale_all_dim else m(1.0)


def squared(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """squared

    met: a classic: scores are multiplied by the square, but queries and keys by the factor each
    hint: What is your result for the factor 40? It should be about 1.37.
    hint: Cosines and sines multiply the query and the key, so a score gets the square by itself. Return the factor as it
        is.
    """
    return yarn_attention_factor(factor, mscale, mscale_all_dim) ** 2


def squared_without_settings(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """the ratio of two settings left as it is

    variant of: squared
    """
    exponent = 1 if mscale and mscale_all_dim else 2
    return yarn_attention_factor(factor, mscale, mscale_all_dim) ** exponent


def square_root_taken(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """square root taken

    met: a classic: the paper writes the rule for the square root of 1/t, and the root is taken once more
    hint: What is your result for the factor 40? It should be about 1.37.
    hint: In the paper 0.1 ln(factor) + 1 is the square root already.
    """
    return math.sqrt(yarn_attention_factor(factor, mscale, mscale_all_dim))


def one_over_it(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """one over it

    met: a classic: a temperature divides, and the paper's rule is for what multiplies
    hint: Is your result above 1 or below, without settings?
    hint: Scores of a long context have to become larger, so that the softmax stays as sharp. Yours become smaller.
    """
    return 1.0 / yarn_attention_factor(factor, mscale, mscale_all_dim)


def nothing_refused(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """the check left to the logarithm

    met: a classic: math.log refuses 0 and below, but says only "math domain error"
    checks: its own
    hint: Call it with the factors 0.5 and 0. What should happen?
    hint: A factor below 1 would shorten the context: ValueError, with the name factor and its value.
    """
    return _m(factor, mscale) / _m(factor, mscale_all_dim) if mscale and mscale_all_dim else _m(factor, 1.0)
