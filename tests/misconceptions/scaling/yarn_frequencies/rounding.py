"""Wrong answers to yarn_frequencies (lab 07): rounding the ends of the ramp."""

import math

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def _index(d_head: int, base: float, length: float, turns: float) -> float:
    """The index of a pair that makes these turns within the length."""
    return d_head * math.log(length / (2 * math.pi * turns)) / (2 * math.log(base))


def _mixed(d_head: int, base: float, factor: float, low: float, high: float) -> Floats:
    """The right mixture between any two ends."""
    inv_freq = rope_frequencies(d_head, base)
    width = high - low if high != low else 0.001
    ramp = np.clip((np.arange(d_head // 2) - low) / width, 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def not_rounded(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """ends not rounded

    met: apache/tvm#18576, vllm-project/vllm#27722: gpt-oss does not round, others do, and programs knew one kind
    hint: Print the two ends. Are they whole numbers?
    hint: The index for beta_fast is rounded down and that for beta_slow up, as in the published code. The paper does not
        mention it.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(low, 0), min(high, d_head - 1))


def both_rounded_down(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """both ends rounded down

    met: a classic: int() round both, which cuts
    hint: Print the end of the ramp before and after rounding. Which way did it go?
    hint: Rounding goes outwards, so that the ramp never loses a pair: the beginning down, the end up.
    """
    low, high = (
        math.floor(_index(d_head, base, original_max_position_embeddings, turns)) for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, max(low, 0), max(min(high, d_head - 1), 0))


def both_rounded_down_and_the_end_below_zero(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the end below 0 where it comes out there

    variant of: both_rounded_down
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(math.floor(low), 0), min(math.floor(high), d_head - 1))


def both_rounded_up(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """both ends rounded up

    met: a classic: one rounding copied for two numbers
    hint: Print the beginning of the ramp before and after rounding. Which way did it go?
    hint: Rounding goes outwards, so that the ramp never loses a pair: the beginning down, the end up.
    """
    low, high = (
        math.ceil(_index(d_head, base, original_max_position_embeddings, turns)) for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, max(low, 0), min(high, d_head - 1))


def rounded_to_the_nearest(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """ends rounded to the nearest whole number

    met: a classic: round() where one end goes down and the other up
    hint: Print both ends before and after rounding. Which way did each go?
    hint: Rounding goes outwards, whatever is nearest: the beginning down, the end up.
    """
    low, high = (
        round(_index(d_head, base, original_max_position_embeddings, turns)) for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, max(low, 0), max(min(high, d_head - 1), 0))


def rounded_inwards(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """ends rounded inwards

    met: a classic: floor and ceil in the other order
    hint: Print both ends before and after rounding. Is the ramp wider or narrower now?
    hint: Rounding goes outwards, so that the ramp never loses a pair: the beginning down, the end up.
    """
    low = math.ceil(_index(d_head, base, original_max_position_embeddings, beta_fast))
    high = math.floor(_index(d_head, base, original_max_position_embeddings, beta_slow))
    return _mixed(d_head, base, factor, max(low, 0), max(min(high, d_head - 1), 0))


def rounded_inwards_and_the_end_below_zero(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the end below 0 where it comes out there

    variant of: rounded_inwards
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(math.ceil(low), 0), min(math.floor(high), d_head - 1))
