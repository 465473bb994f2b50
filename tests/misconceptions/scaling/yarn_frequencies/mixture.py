"""Wrong answers to yarn_frequencies (lab 07): the ramp and the mixture."""

import math

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def _ends(d_head: int, base: float, length: float, beta_fast: float, beta_slow: float) -> tuple[float, float]:
    """The right ends of the ramp."""
    first, last = (
        d_head * math.log(length / (2 * math.pi * turns)) / (2 * math.log(base)) for turns in (beta_fast, beta_slow)
    )
    low, high = float(max(math.floor(first), 0)), float(min(math.ceil(last), d_head - 1))
    return low, high if high != low else low + 0.001


def _ramp(d_head: int, base: float, length: float, beta_fast: float, beta_slow: float) -> Floats:
    """The right ramp: 0 for pairs that stay."""
    low, high = _ends(d_head, base, length, beta_fast, beta_slow)
    return np.clip((np.arange(d_head // 2) - low) / (high - low), 0.0, 1.0)


def mixture_exchanged(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """fast pairs divided and slow ones kept

    met: a classic: the published code inverts its ramp once, and a port does so once more or not at all
    hint: Print your first frequency. Is it still 1?
    hint: Fast pairs turned often in training and know every angle: they stay. Slow ones are divided. Your two shares are
        exchanged.
    """
    inv_freq = rope_frequencies(d_head, base)
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    return np.asarray(ramp * inv_freq + (1.0 - ramp) * inv_freq / factor)


def ramp_over_turns(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the ramp drawn over the number of turns

    met: the paper's own definition of the ramp, which its published code does not follow
    hint: Between the two ends, does your ramp rise by the same amount from pair to pair?
    hint: The paper's ramp is linear in the turns, and falls off quickly over the pairs. Models were trained with the code,
        where it is linear in the index of the pair.
    """
    inv_freq = rope_frequencies(d_head, base)
    turns = original_max_position_embeddings * inv_freq / (2 * np.pi)
    width = beta_fast - beta_slow if beta_fast != beta_slow else 0.001
    kept = np.clip((turns - beta_slow) / width, 0.0, 1.0)
    return np.asarray(kept * inv_freq + (1.0 - kept) * inv_freq / factor)


def ramp_not_clipped(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """ramp not held between 0 and 1

    met: a classic: the formula of the ramp written down, and not what holds outside it
    hint: Print the ramp. Is it below 0 anywhere, or above 1?
    hint: Before low the ramp is 0 and beyond high it is 1. Without that, fast pairs get faster and slow ones may turn
        backwards.
    """
    inv_freq = rope_frequencies(d_head, base)
    low, high = _ends(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    ramp = (np.arange(d_head // 2) - low) / (high - low)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def step_in_place_of_the_ramp(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """a step in place of the ramp, at its beginning

    met: a classic: two kinds of pairs, and nothing between
    hint: Print the quotient of trained frequency and yours, pair by pair. How many different numbers are there?
    hint: Between low and high the pairs are mixed, by a share that grows from pair to pair.
    """
    inv_freq = rope_frequencies(d_head, base)
    return np.where(
        _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow) > 0, inv_freq / factor, inv_freq
    )


def step_at_the_end(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """a step in place of the ramp, at its end

    met: a classic: only pairs beyond the ramp are looked at
    hint: Print the quotient of trained frequency and yours, pair by pair. How many different numbers are there?
    hint: Between low and high the pairs are mixed, by a share that grows from pair to pair.
    """
    inv_freq = rope_frequencies(d_head, base)
    return np.where(
        _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow) < 1, inv_freq, inv_freq / factor
    )


def ramp_over_features(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the ramp over 0, 2, 4, ... in place of 0, 1, 2, ...

    met: a classic: the range that makes the exponents makes the ramp too
    hint: Print the indices that you put into the ramp. What is the last one?
    hint: low and high count pairs, from 0 to D/2 - 1. A range in steps of 2 counts features.
    """
    inv_freq = rope_frequencies(d_head, base)
    low, high = _ends(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    ramp = np.clip((np.arange(0, d_head, 2) - low) / (high - low), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def pairs_counted_from_one(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """pairs counted from 1 in the ramp

    met: a classic: formulas on paper count pairs from 1, code counts them from 0
    hint: Which index has the first pair in your ramp?
    hint: The index comes out of base ** (-2i/D), where the first pair has i = 0. Count the same way in the ramp.
    """
    inv_freq = rope_frequencies(d_head, base)
    low, high = _ends(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    ramp = np.clip((np.arange(1, d_head // 2 + 1) - low) / (high - low), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def wavelengths_mixed(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """wavelengths mixed, not frequencies

    met: jquesnelle/yarn#24, mlx-node/mlx-node#60: two formulas that look alike, and a mean of reciprocals
    hint: Half-way along the ramp, with a factor of 4: by how much is a frequency divided?
    hint: The mean of f and f / 4 is 0.625 f. With wavelengths it is 0.4 f. The mixture is one of frequencies.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    return np.asarray(rope_frequencies(d_head, base) / ((1.0 - ramp) + ramp * factor))


def mixed_in_the_exponent(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """factor raised to the ramp

    met: a classic: frequencies are evenly spaced in the logarithm, so the mixture is made there
    hint: Half-way along the ramp, with a factor of 4: by how much is a frequency divided?
    hint: The mean of f and f / 4 is 0.625 f. A power of factor gives 0.5 f. The mixture is linear.
    """
    ramp = _ramp(d_head, base, original_max_position_embeddings, beta_fast, beta_slow)
    return np.asarray(rope_frequencies(d_head, base) * factor**-ramp)
