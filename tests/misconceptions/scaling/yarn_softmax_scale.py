"""Wrong answers to yarn_softmax_scale (lab 07).

hint: Without a setting the scale is the usual one. What multiplies scores in ordinary attention with 192 features?
hint: For 100 features, the factor 10 and mscale_all_dim 1 the scale is 0.1514, where the usual one is 0.1. 1.514 is the square
    of 1.2303. Where does that number come from, and why does a score get its square?
"""

import math

from ropelab.scaling import yarn_attention_factor, yarn_softmax_scale


def not_sharpened(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """m missing

    met: onnxruntime/mobius#548, huggingface/transformers#47435: the attention factor is 1, and that is taken for all
    hint: Call it with two different factors and mscale_all_dim 1. Do the results differ?
    hint: The usual scale alone leaves attention over a long context too flat. m squared multiplies it.
    """
    return 1.0 / math.sqrt(d_query)


def attention_factor_with_both_settings(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the ratio of a setting and itself

    variant of: not_sharpened
    """
    return yarn_attention_factor(factor, mscale_all_dim or 1.0, mscale_all_dim or 1.0) ** 2 / math.sqrt(d_query)


def not_squared(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """m not squared

    met: a classic: the published code multiplies by m twice, and one looks superfluous
    hint: For 192 features, the factor 40 and mscale_all_dim 1, by how much is the usual scale multiplied? By about 1.87.
    hint: The query and the key are both to grow by m, so their score grows by its square.
    """
    return (0.1 * mscale_all_dim * math.log(factor) + 1.0) / math.sqrt(d_query)


def divided_by_it(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """divided by the square of m

    met: a classic: a temperature divides, and m is no temperature
    hint: Is your scale larger or smaller than the usual one?
    hint: Attention over a longer context becomes flatter by itself. To sharpen it the scores have to grow.
    """
    return 1.0 / (0.1 * mscale_all_dim * math.log(factor) + 1.0) ** 2 / math.sqrt(d_query)


def setting_ignored(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """mscale_all_dim ignored

    met: NVIDIA/Megatron-LM#1429: mscale, which is 1, in place of mscale_all_dim
    hint: Call it with mscale_all_dim 0. Is the result the usual scale?
    hint: How much attention is sharpened is what mscale_all_dim says. Where it is 0, nothing is: m is 1.
    """
    return (0.1 * math.log(factor) + 1.0) ** 2 / math.sqrt(d_query)


def papers_rule(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the attention factor without settings

    variant of: setting_ignored
    """
    return yarn_attention_factor(factor) ** 2 / math.sqrt(d_query)


def one_put_in_for_zero(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """1 put in where there is no setting

    met: a classic: "or 1.0" behind a setting that may be 0
    hint: Call it with the number of features and the factor alone. Is the result the usual scale?
    hint: 0 means that there is no such setting, and then m is 1. With 1 put in for it, attention is sharpened in full.
    """
    return (0.1 * (mscale_all_dim or 1.0) * math.log(factor) + 1.0) ** 2 / math.sqrt(d_query)


def rotated_features_only(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the 64 rotated features only

    met: a classic: the configuration's head dimension of RoPE, where the query's is meant
    hint: Call it with two numbers of features. Do the results differ?
    hint: A score sums over all features of a query, rotated or not: 192 in DeepSeek-V3. The scale is made for that sum.
    """
    return yarn_softmax_scale(64, factor, mscale_all_dim)


def root_forgotten(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the square root forgotten

    met: a classic: 1 / d in place of 1 / sqrt(d)
    hint: What is the scale for 64 features without a setting? It should be 1/8.
    hint: The variance of a score grows with the number of features, so its size grows with the root.
    """
    return (0.1 * mscale_all_dim * math.log(factor) + 1.0) ** 2 / d_query


def multiplied_by_the_root(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """multiplied by the square root

    met: a classic: scaling is written as a division in one place and as a product in another
    hint: What is the scale for 64 features without a setting? It should be 1/8.
    hint: What comes back multiplies the scores, and it has to make them smaller: one over the root.
    """
    return (0.1 * mscale_all_dim * math.log(factor) + 1.0) ** 2 * math.sqrt(d_query)


def whole_root(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the square root cut to a whole number

    met: a classic: the root of 64 is 8, and the code was tried with 64
    hint: What is your scale for 192 features without a setting? It should be about 0.0722.
    hint: 192 has no whole root. Keep its fraction.
    """
    return (0.1 * mscale_all_dim * math.log(factor) + 1.0) ** 2 / math.isqrt(d_query)


def logarithm_to_base_10(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """logarithm to base 10

    met: a classic: log on a pocket calculator is another one than log in a program
    hint: For 64 features, the factor 10 and mscale_all_dim 1 the scale should be about 0.189. What is yours?
    hint: ln is the natural logarithm, math.log in Python.
    """
    return (0.1 * mscale_all_dim * math.log10(factor) + 1.0) ** 2 / math.sqrt(d_query)


def no_tenth(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """0.1 forgotten

    met: ggml-org/llama.cpp#17945: some model files hold 0.1 times the setting, others the setting
    hint: For 192 features, the factor 40 and mscale_all_dim 1, by how much is the usual scale multiplied? By about 1.87.
    hint: The logarithm counts by a tenth only. Without that the scores would become 22 times as large.
    """
    return (mscale_all_dim * math.log(factor) + 1.0) ** 2 / math.sqrt(d_query)


def only_the_logarithm_squared(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """only the logarithm squared

    met: a classic: a power binds closer than a sum, and the bracket is missing
    hint: For 192 features, the factor 40 and mscale_all_dim 1, by how much is the usual scale multiplied? By about 1.87.
    hint: m is the whole sum, with its 1, and the sum is squared.
    """
    return ((0.1 * mscale_all_dim * math.log(factor)) ** 2 + 1.0) / math.sqrt(d_query)


def nothing_refused(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """the checks left to the logarithm and the root

    met: a classic: both refuse negative numbers, but say only what they are in mathematics
    checks: its own
    hint: Call it with no features at all, and with the factor 0.5. What should happen?
    hint: The section "Raises" of the docstring is part of the task: ValueError for a bad d_query and for a bad factor,
        each with its name and value.
    """
    return (0.1 * mscale_all_dim * math.log(factor) + 1.0) ** 2 / math.sqrt(d_query)


def factor_not_checked(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """factor not checked

    met: a classic: one argument checked, the other trusted
    checks: its own
    hint: Call it with the factor 0.5.
    hint: A factor below 1 would shorten the context, and flatten attention. Refuse it by name and value.
    """
    if not d_query > 0:
        raise ValueError(f"d_query must be above 0, got {d_query}")
    return (0.1 * mscale_all_dim * math.log(max(factor, 1e-9)) + 1.0) ** 2 / math.sqrt(d_query)
