"""Wrong answers to yarn_frequencies (lab 07): the ends of the ramp.

hint: Take D = 96, base 500,000 and L = 2,048. Work out the index of a pair that makes 32 turns, and of one that makes a
    single turn: about 8.5 and 21.2.
hint: The ramp of this head is to begin at pair 8 and to end at pair 22. Which of your frequencies are the trained ones, and
    which are divided by the whole factor? Pair 8 should be the last of the first kind, pair 22 the first of the other.
hint: A straight line that is 0 at pair 8 and 1 at pair 22 is 0.5 at pair 15, -0.57 at pair 0 and 2.79 at pair 47. What has to
    become of the last two? Try the factor 4: pair 15 should come out as 0.625 of the trained frequency.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import yarn_frequencies

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


def betas_exchanged(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """beta_fast and beta_slow exchanged

    met: pytorch/torchtitan#3787: one class took the ramp's ends from the other beta, and a configuration made up for it
    hint: Which of your ends is the larger one?
    hint: A pair that makes more turns stands further to the front. So the ramp begins at the index for beta_fast and ends
        at that for beta_slow.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_slow, beta_fast))
    return _mixed(d_head, base, factor, max(math.floor(low), 0), min(math.ceil(high), d_head - 1))


def defaults_exchanged(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 1.0,
    beta_slow: float = 32.0,
) -> Floats:
    """the defaults of the betas exchanged

    met: a classic: low and high speak of frequencies in one program and of indices in the next
    hint: What does your function use when it is called without betas?
    hint: The defaults belong to the contract: 32 for beta_fast, 1 for beta_slow.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(math.floor(low), 0), min(math.ceil(high), d_head - 1))


def defaults_exchanged_and_refused(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 1.0,
    beta_slow: float = 32.0,
) -> Floats:
    """defaults that the check of the betas refuses

    variant of: defaults_exchanged
    """
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def betas_ignored(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """betas ignored

    met: GaijinEntertainment/daScript#3479: 32 and 1 for every model, until one came with 4
    hint: Call it with other betas than 32 and 1. Do the results differ?
    hint: The ends of the ramp belong to the configuration. Numbers in the body hold for one model alone.
    """
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings)


def high_held_at_the_last_pair(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the end held at D/2 - 1

    met: keras-team/keras-hub#2981, jingyaogong/minimind#602: the last pair taken for the limit
    hint: Take a trained length of 131,072 and a small base. Where does the ramp end?
    hint: D/2 - 1 would be the natural limit, but the published code holds the end at D - 1, and models were trained with
        that: in a long ramp the last pair is not divided in full.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(math.floor(low), 0), min(math.ceil(high), d_head // 2 - 1))


def high_not_held(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the end not held at D - 1

    met: a classic: the limit never acts on the models at hand, and is left out
    hint: Take a base of 10.5 and a trained length of 60,000, with betas of 3,000 and 0.5. Where does the ramp end?
    hint: An end beyond D - 1 is held at D - 1. Without that the ramp rises too slowly.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, max(math.floor(low), 0), math.ceil(high))


def low_not_held(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the beginning not held at 0

    met: a classic: no trained length was short enough to notice
    hint: Take a trained length of 100. Where does the ramp begin?
    hint: When even the fastest pair makes fewer turns than beta_fast, the index is negative, and the ramp has risen
        before pair 0. It begins at 0.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    return _mixed(d_head, base, factor, math.floor(low), min(math.ceil(high), d_head - 1))


def no_width_where_the_ends_meet(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> NDArray[Any]:
    """division by zero where the ends meet

    met: a classic: both ends are the same pair in few configurations only, and then NaN comes
    hint: Take a trained length of 200 with betas of 64 and 32. Are all the frequencies numbers?
    hint: Where both ends are at the same pair, the ramp has no width. The published code makes the end 0.001 larger: a
        step behind that pair.
    """
    low, high = (_index(d_head, base, original_max_position_embeddings, turns) for turns in (beta_fast, beta_slow))
    low, high = max(math.floor(low), 0), min(math.ceil(high), d_head - 1)
    inv_freq = rope_frequencies(d_head, base)
    ramp = np.clip((np.arange(d_head // 2) - low) / (high - low), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / factor)
