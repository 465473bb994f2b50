"""Lab 07: context extension, the inverse frequencies that let a trained model read longer texts.

Every method changes the inverse frequencies of lab 01 and nothing else; YaRN multiplies cosines and sines by a factor as well.
All arrays are float64. Frequencies belong to pairs, so nothing here depends on the layout.

Sources: Chen et al., "Extending Context Window of Large Language Models via Positional Interpolation" (2023), section 2.3;
bloc97, "NTK-Aware Scaled RoPE" (2023), in print as appendix A.2 of Peng et al., "YaRN: Efficient Context Window Extension of
Large Language Models" (ICLR 2024), which also holds YaRN (sections 3.2 and 3.3) and dynamic scaling (3.4); Meta's
``apply_scaling`` for Llama 3.1 (2024). The names of the settings are those of Hugging Face's ``rope_scaling``.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.frequencies import rope_frequencies

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "llama-2-7b-32k": {"rope_type": "linear", "d_head": 128, "base": 10000.0, "factor": 8.0},
    "llama-3.1": {"rope_type": "llama3", "d_head": 128, "base": 500000.0, "factor": 8.0}
    | {"low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
    "deepseek-v3": {"rope_type": "yarn", "d_head": 64, "base": 10000.0, "factor": 40.0}
    | {"original_max_position_embeddings": 4096, "beta_fast": 32.0, "beta_slow": 1.0}
    | {"mscale": 1.0, "mscale_all_dim": 1.0},
    "kimi-k2": {"rope_type": "yarn", "d_head": 64, "base": 50000.0, "factor": 32.0}
    | {"original_max_position_embeddings": 4096, "beta_fast": 1.0, "beta_slow": 1.0}
    | {"mscale": 1.0, "mscale_all_dim": 1.0},
}
"""Published configurations, by name. d_head is the number of rotated features: 64 of 192 in DeepSeek-V3 and Kimi-K2."""


def _check_factor(factor: float) -> None:
    """Given, for what you write below: refuse a factor that would shorten the context."""
    if not factor >= 1:
        raise ValueError(f"factor must be at least 1, got {factor}")


def _check_above(name: str, value: float, limit: float) -> None:
    """Given: refuse an argument that is not above its limit."""
    if not value > limit:
        raise ValueError(f"{name} must be above {limit}, got {value}")


def linear_frequencies(inv_freq: ArrayLike, factor: float) -> NDArray[np.float64]:
    """Linear position interpolation: position p is treated as position p / factor (Chen et al. 2023, equation 4).

    Args:
        inv_freq: inverse frequencies in radians per token, shape (D/2,).
        factor: how many times longer the context becomes, at least 1.

    Returns:
        float64 of the same shape. Interpolating positions is dividing frequencies: only their product is ever used.

    Raises:
        ValueError: factor is below 1. The message names factor and its value.
    """
    # TODO: refuse a factor below 1; then every frequency by the same factor.
    raise NotImplementedError("linear_frequencies (lab 07-scaling) is not written yet")


def ntk_frequencies(d_head: int, base: float, factor: float) -> NDArray[np.float64]:
    """NTK-aware scaling: a larger base, chosen so that the slowest pair is slowed by factor (YaRN, equation 19).

    Args:
        d_head: the head dimension D, an even number, at least 4.
        base: the base that the model was trained with, above 0.
        factor: how many times longer the context becomes, at least 1.

    Returns:
        float64 of shape (D/2,): the inverse frequencies of the base ``base * factor ** (D / (D - 2))``. The first is
        still 1, the last is the trained one divided by factor, and between them the slowing grows from pair to pair.

    Raises:
        ValueError: d_head is odd or below 4, base is not above 0, or factor is below 1. The message names the argument and
            its value.
    """
    # TODO: refuse bad arguments; then the frequencies of the larger base.
    raise NotImplementedError("ntk_frequencies (lab 07-scaling) is not written yet")


def dynamic_ntk_frequencies(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> NDArray[np.float64]:
    """Dynamic NTK scaling: NTK-aware scaling by as much as the present text needs (YaRN, section 3.4).

    Args:
        d_head, base, factor: as in ``ntk_frequencies``.
        seq_len: how many tokens the text has now, 0 or more.
        max_position_embeddings: how many tokens the model was trained on, above 0.

    Returns:
        float64 of shape (D/2,): ``ntk_frequencies`` for the factor ``factor * seq_len / max_position_embeddings - (factor
        - 1)``, the form of Hugging Face's code. Up to max_position_embeddings tokens they are the trained ones.

    Raises:
        ValueError: d_head or base is refused by ``ntk_frequencies``, factor is below 1 (however long the text is), seq_len
            is negative, or max_position_embeddings is not above 0. The message names the argument and its value.
    """
    # TODO: refuse bad arguments; no text is taken for shorter than the trained length; then NTK-aware scaling.
    raise NotImplementedError("dynamic_ntk_frequencies (lab 07-scaling) is not written yet")


def yarn_frequencies(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> NDArray[np.float64]:
    """YaRN: fast pairs stay as they are, slow pairs are interpolated, and a ramp leads from one to the other.

    A pair that makes r full turns within the trained length L has the index ``D ln(L / (2 pi r)) / (2 ln base)``: a real
    number, which grows as r falls. The ramp is linear in the index of the pair. It begins at ``low``, the index for
    beta_fast turns rounded down and no less than 0, and ends at ``high``, that for beta_slow turns rounded up and no more
    than D - 1; where both are the same, high is 0.001 more. No published setting has low above high.

    Args:
        d_head: the head dimension D, a positive even number: the rotated features only.
        base: the base that the model was trained with, above 1.
        factor: how many times longer the context becomes, at least 1.
        original_max_position_embeddings: the trained length L in tokens, above 0.
        beta_fast: pairs that make more turns than this stay as they are.
        beta_slow: pairs that make fewer turns than this are divided by factor; above 0 and at most beta_fast.

    Returns:
        float64 of shape (D/2,): with g = (i - low) / (high - low), held between 0 and 1, entry i is
        ``(1 - g) * f + g * f / factor`` of the trained frequency f.

    Raises:
        ValueError: an argument is outside these ranges. The message names it and its value.

    Source: Peng et al. (2024), section 3.2. The paper draws the ramp over the number of turns; the authors' published code
    and the code of the models here draw it over the index, and so does this function.
    """
    # TODO: refuse bad arguments; the two ends of the ramp; the ramp; then the mixture of both frequencies.
    raise NotImplementedError("yarn_frequencies (lab 07-scaling) is not written yet")


def yarn_attention_factor(factor: float, mscale: float | None = None, mscale_all_dim: float | None = None) -> float:
    """What YaRN multiplies cosines and sines by, so that attention over a longer context stays as sharp.

    Args:
        factor: how many times longer the context becomes, at least 1.
        mscale, mscale_all_dim: two settings of the DeepSeek models, or None for the paper's rule.

    Returns:
        With m(x) = 0.1 x ln(factor) + 1: ``m(mscale) / m(mscale_all_dim)`` where both are given and not 0, otherwise m(1).
        Scores are multiplied by its square. Equal settings give 1: those models sharpen the softmax instead, see
        ``yarn_softmax_scale``.

    Raises:
        ValueError: factor is below 1. The message names factor and its value.

    Source: Peng et al. (2024), section 3.3; Hugging Face's ``_compute_yarn_parameters`` for the two settings.
    """
    # TODO: refuse a factor below 1; the paper's rule, or the ratio of the two settings.
    raise NotImplementedError("yarn_attention_factor (lab 07-scaling) is not written yet")


def yarn_softmax_scale(d_query: int, factor: float, mscale_all_dim: float = 0.0) -> float:
    """What the DeepSeek models multiply scores by, in place of 1 / sqrt(d_query).

    Args:
        d_query: all features of a query, rotated or not: 128 + 64 in DeepSeek-V3 and Kimi-K2. Above 0.
        factor: how many times longer the context becomes, at least 1.
        mscale_all_dim: the setting of that name; 0 where there is none.

    Returns:
        ``m ** 2 / sqrt(d_query)`` with m = 0.1 mscale_all_dim ln(factor) + 1.

    Raises:
        ValueError: d_query is not above 0 or factor is below 1. The message names the argument and its value.
    """
    # TODO: refuse bad arguments; then the usual scale, sharpened.
    raise NotImplementedError("yarn_softmax_scale (lab 07-scaling) is not written yet")


def llama3_frequencies(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> NDArray[np.float64]:
    """Llama 3.1's rule: short wavelengths stay, long ones are interpolated, those between are mixed.

    Args:
        inv_freq: inverse frequencies in radians per token, shape (D/2,), all above 0.
        factor: how many times longer the context becomes, at least 1.
        low_freq_factor: pairs that make fewer turns than this within the trained length are divided by factor; above 0.
        high_freq_factor: pairs that make more turns than this stay as they are; above low_freq_factor.
        original_max_position_embeddings: the trained length L in tokens, above 0.

    Returns:
        float64 of the same shape: with ``turns = L / wavelength`` and ``kept = (turns - low_freq_factor) /
        (high_freq_factor - low_freq_factor)``, held between 0 and 1, ``(1 - kept) * f / factor + kept * f`` for each f.

    Raises:
        ValueError: an argument is outside these ranges. The message names it and its value.

    Source: Meta's ``apply_scaling`` (llama-models, 2024). The mixture is linear in the number of turns.
    """
    # TODO: refuse bad arguments; the turns of every pair within the trained length; then the mixture.
    raise NotImplementedError("llama3_frequencies (lab 07-scaling) is not written yet")


def preset_frequencies(name: str) -> tuple[NDArray[np.float64], float]:
    """The frequencies of a published model.

    Args:
        name: a key of PRESETS.

    Returns:
        ``(inv_freq, attention_factor)``: float64 of shape (d_head/2,), by the rule that its rope_type names, and what
        cosines and sines are multiplied by: 1.0 for every type but "yarn".

    Raises:
        ValueError: there is no such preset. The message names the argument, name, and its value.
    """
    # TODO: refuse an unknown name; then the function of this preset's rope_type, with this preset's settings.
    raise NotImplementedError("preset_frequencies (lab 07-scaling) is not written yet")
