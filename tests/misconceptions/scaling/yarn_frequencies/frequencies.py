"""Wrong answers to yarn_frequencies (lab 07): what is mixed."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import linear_frequencies, ntk_frequencies, yarn_attention_factor, yarn_frequencies

Floats = NDArray[np.float64]


def _ramp(d_head: int, base: float, length: float, beta_fast: float, beta_slow: float) -> Floats:
    """The right ramp: 0 for pairs that stay."""
    first, last = (
        d_head * math.log(length / (2 * math.pi * turns)) / (2 * math.log(base)) for turns in (beta_fast, beta_slow)
    )
    low, high = max(math.floor(first), 0), min(math.ceil(last), d_head - 1)
    return np.clip((np.arange(d_head // 2) - low) / (high - low if high != low else 0.001), 0.0, 1.0)


def factor_ignored(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """factor ignored

    met: sgl-project/sglang#26187: the YaRN settings stand under another key, and are dropped without a word
    hint: Call it with two different factors. Do the results differ?
    hint: You return the trained frequencies: the slow pairs were never divided.
    """
    return rope_frequencies(d_head, base)


def all_interpolated(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """every pair divided

    met: a classic: linear interpolation under another name
    hint: Print your first frequency. Is it still 1?
    hint: Dividing every frequency blurs the fast pairs, which tell neighbours apart. Pairs that make more turns than
        beta_fast stay.
    """
    return linear_frequencies(rope_frequencies(d_head, base), factor)


def larger_base(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """fast pairs of the larger base

    met: paiml/aprender#2161: the frequencies that should stay come from NTK-aware scaling
    hint: Compare your second frequency with the trained one. Are they the same?
    hint: Pairs before the ramp stay as they were trained, to the last digit. The base does not change in this method.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    slow = rope_frequencies(d_head, base) / factor
    return np.asarray((1.0 - ramp) * ntk_frequencies(d_head, base, factor) + ramp * slow)


def factor_raised_to_the_exponent(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """factor raised to the exponent of the pair

    met: apache/tvm#18576: (factor * base) ** exponent where factor * base ** exponent was meant
    hint: By how much is your last frequency divided? It should be by factor exactly.
    hint: The slow pairs are interpolated linearly: every one is divided by the same factor, which stands outside the
        power.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    return np.asarray((1.0 - ramp) * rope_frequencies(d_head, base) + ramp * rope_frequencies(d_head, factor * base))


def multiplied(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """slow pairs multiplied by the factor

    met: a classic: wavelengths are multiplied, frequencies divided, and both are called scaling
    hint: Should slow pairs turn faster or slower in a longer context?
    hint: The slow pairs have to cover factor times as many tokens with the same angles, so their frequencies are divided.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    inv_freq = rope_frequencies(d_head, base)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq * factor)


def added_up(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the trained share not reduced along the ramp

    met: a classic: 1 - ramp forgotten in one of two places
    hint: Call it with the factor 1. Are the frequencies the trained ones?
    hint: The two shares add up to 1. As the share of the divided frequency grows, that of the trained one falls.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    inv_freq = rope_frequencies(d_head, base)
    return np.asarray(inv_freq + ramp * inv_freq / factor)


def attention_factor_folded_in(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the attention factor multiplied into the frequencies

    met: a classic: what multiplies cosines and sines is put where the angles are made
    hint: Print your first frequency. Is it exactly 1?
    hint: The attention factor makes rotated vectors longer. In a frequency it changes angles, and with them every
        distance.
    """
    inv_freq = yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
    return np.asarray(inv_freq * yarn_attention_factor(factor))


def single_precision(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> NDArray[Any]:
    """a float32 ramp and float32 frequencies

    met: kekzl/imp#1325: drift that grows with the position, from angles formed in float32
    hint: Print the dtype of what you return.
    hint: Long contexts are where rounding hurts most: at position one million a float32 frequency gives an angle that is
        off by a tenth. Every step is float64.
    """
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow).astype(
        np.float32
    )
