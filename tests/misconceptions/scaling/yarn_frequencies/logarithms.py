"""Wrong answers to yarn_frequencies (lab 07): the logarithms of the index."""

import math

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def _mixed(d_head: int, base: float, factor: float, first: float, last: float) -> Floats:
    """The right mixture for any two indices, rounded and held as it should be."""
    inv_freq = rope_frequencies(d_head, base)
    low, high = max(math.floor(first), 0), min(math.ceil(last), d_head - 1)
    ramp = np.clip((np.arange(d_head // 2) - low) / (high - low if high != low else 0.001), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def base_of_the_logarithm_forgotten(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """not divided by the logarithm of the base

    met: a classic: the logarithm to base b is two logarithms, and the second is lost
    hint: Print the index for one turn. Is it an index of a pair at all?
    hint: The index is asked for in base ** (-2i/D), so the logarithm is to that base: a natural one, divided by ln base.
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / 2
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def two_logarithms_mixed(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """logarithms to different bases in one quotient

    met: a classic: np.log above the line and np.log2 or np.log10 below it, or the other way round
    hint: Which logarithm stands above the line, and which below?
    hint: Any base will do, for it cancels, but it has to be the same twice.
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log2(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def log10_above_the_line(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """log10 above the line

    variant of: two_logarithms_mixed
    """
    first, last = (
        d_head * math.log10(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def log10_below_the_line(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """log10 below the line

    variant of: two_logarithms_mixed
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log10(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def log2_above_the_line(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """log2 above the line

    variant of: two_logarithms_mixed
    """
    first, last = (
        d_head * math.log2(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)
