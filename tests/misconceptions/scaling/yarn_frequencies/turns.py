"""Wrong answers to yarn_frequencies (lab 07): from turns to an index."""

import math

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import yarn_frequencies

Floats = NDArray[np.float64]


def _mixed(d_head: int, base: float, factor: float, first: float, last: float) -> Floats:
    """The right mixture for any two indices, rounded and held as it should be."""
    inv_freq = rope_frequencies(d_head, base)
    low, high = max(math.floor(first), 0), min(math.ceil(last), d_head - 1)
    ramp = np.clip((np.arange(d_head // 2) - low) / (high - low if high != low else 0.001), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)


def two_pi_forgotten(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """2 pi forgotten in the turns

    met: a classic: turns and radians are both called rotations
    hint: How many turns does the first pair make in 100 tokens, at 1 radian per token?
    hint: A full turn takes 2 pi radians. Without it you ask for a pair that makes the betas in radians.
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / turns) / (2 * math.log(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def pairs_in_place_of_features(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """D/2 in place of D

    met: a classic: the number of pairs is put in for D, and the 2 below the line halves it again
    hint: Which index does a pair with the wavelength L have? Compare with the wavelengths of lab 01.
    hint: D ln(...) / (2 ln base) holds the one division by 2 that turns features into pairs. You divide twice.
    """
    first, last = (
        (d_head // 2) * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def index_in_features(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the 2 below the line forgotten

    met: a classic: the index of a feature where that of a pair is meant
    hint: Which index does a pair with the wavelength L have? Compare with the wavelengths of lab 01.
    hint: Without the 2 you have the index of a feature, and pairs are counted half as far.
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / math.log(base)
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def extended_length(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the extended length in place of the trained one

    met: NVIDIA/Megatron-LM#1418, NVIDIA-NeMo/Speech#14686: max_position_embeddings has two meanings, and the other is taken
    hint: How many tokens did the model see in training, before any extension?
    hint: What counts is how far each pair turned in training. The ends come from original_max_position_embeddings as it
        is, not times factor.
    """
    first, last = (
        d_head * math.log(factor * original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log(base))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def ends_of_another_base(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the ends computed for base 10,000

    met: a classic: a default base in a helper function, and a call that leaves it out
    hint: Call it with two bases and print the ends of the ramp. Do they differ?
    hint: Which pair makes 32 turns depends on the base. The frequencies have yours, the ends do not.
    """
    first, last = (
        d_head * math.log(original_max_position_embeddings / (2 * math.pi * turns)) / (2 * math.log(10000.0))
        for turns in (beta_fast, beta_slow)
    )
    return _mixed(d_head, base, factor, first, last)


def base_ignored(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """base ignored

    met: PaddlePaddle/PaddleFleet#626: a wrong base handed on for Kimi-K2
    hint: Call it with two different bases. Do the results differ?
    hint: Yours are the frequencies of base 10,000 whatever is asked for.
    """
    return yarn_frequencies(d_head, 10000.0, factor, original_max_position_embeddings, beta_fast, beta_slow)
