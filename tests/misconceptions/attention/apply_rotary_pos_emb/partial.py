"""Wrong answers to apply_rotary_pos_emb (lab 06): partial rotation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import apply_rotary_pos_emb
from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def _turned(x: Array, angles: Array) -> Array:
    out, size = x.copy(), 2 * angles.shape[-1]
    cos, sin, even, odd = np.cos(angles), np.sin(angles), x[..., 0:size:2], x[..., 1:size:2]
    out[..., 0:size:2], out[..., 1:size:2] = even * cos - odd * sin, even * sin + odd * cos
    return out


def frequencies_of_the_whole_head(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """frequencies of the whole head

    met: pie-project/pie issue 602: the exponent was taken over the head's size, and the project's own test said so too
    hint: With D 16 and rotary_dim 6, print the three frequencies, and those of a head of size 6.
    hint: The rotated features turn like a small head: the exponent is -2i over rotary_dim. You take the first frequencies of
        a head of size D, which fall more slowly.
    """
    size = x.shape[3] if rotary_dim is None else rotary_dim
    inv_freq = rope_frequencies(x.shape[3] + x.shape[3] % 2, theta)[: size // 2]
    return _turned(x, position_ids[..., None, None] * inv_freq)


def last_features(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """last features rotated

    met: a classic: DeepSeek's heads carry their rotated part behind the other one
    hint: With rotary_dim 6 of 16, which features are those of x unchanged?
    hint: You rotate the end of each head. As in GPT-J and GPT-NeoX the rotated features come first, and the tail follows.
    """
    size = x.shape[3] if rotary_dim is None else rotary_dim
    tail = apply_rotary_pos_emb(x[..., x.shape[3] - size :], position_ids, theta)
    return np.concatenate([x[..., : x.shape[3] - size], tail], axis=-1)


def tail_in_front(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """parts put together the wrong way round

    met: a classic: the arguments of a concatenation exchanged
    hint: Where are the features that were not rotated, in x and in the result?
    hint: The right features are rotated, but then they stand behind the tail. Each part goes back to its own place.
    """
    size = x.shape[3] if rotary_dim is None else rotary_dim
    return np.concatenate([x[..., size:], apply_rotary_pos_emb(x[..., :size], position_ids, theta)], axis=-1)


def tail_dropped(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """tail dropped

    met: a classic: the slice that was rotated is returned, and the rest forgotten
    hint: Print the shape of the result for D 16 and rotary_dim 6.
    hint: Features that are not rotated still belong to the head. Put them back behind the rotated ones.
    """
    size = x.shape[3] if rotary_dim is None else rotary_dim
    return apply_rotary_pos_emb(x[..., :size], position_ids, theta)


def tail_of_zeros(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """tail left at 0

    met: a classic: np.zeros for the result, and only the rotated part written into it
    hint: Print the last features of a head before and after.
    hint: What is not rotated passes through as it is. Begin with a copy of x, or write the tail as well.
    """
    size, out = x.shape[3] if rotary_dim is None else rotary_dim, np.zeros_like(x)
    out[..., :size] = apply_rotary_pos_emb(x[..., :size], position_ids, theta)
    return out


def rotary_dim_ignored(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """rotary_dim ignored

    met: a classic: models that rotate whole heads are tried, and no others
    hint: Call it with rotary_dim 6 and D 16. Which features should be those of x?
    hint: rotary_dim appears nowhere in what you compute. Only so many features turn, and with the frequencies of a head of
        that size.
    """
    return apply_rotary_pos_emb(x, position_ids, theta)


def pairs_counted(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """rotary_dim taken for a number of pairs

    met: a classic: some configurations count pairs, or give a share of the head
    hint: With rotary_dim 6, how many features of a head have changed?
    hint: rotary_dim counts features. It has half as many pairs, and as many frequencies as pairs.
    """
    size = x.shape[3] if rotary_dim is None else min(2 * rotary_dim, x.shape[3] // 2 * 2)
    return apply_rotary_pos_emb(x, position_ids, theta, size)


def tables_of_the_whole_head(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """as many angles as the whole head has pairs

    met: labmlai/annotated_deep_learning_paper_implementations issue 215: tables of the full width meet a part of the head
    hint: Print the shape of the angles and that of the features that you turn.
    hint: rotary_dim features are rotary_dim / 2 pairs. You form an angle for every pair of the whole head, and the shapes
        clash.
    """
    size = x.shape[3] if rotary_dim is None else rotary_dim
    angles = position_ids[..., None, None] * rope_frequencies(x.shape[3] // 2 * 2, theta)
    return np.concatenate([_turned(x[..., :size], angles), x[..., size:]], axis=-1)


def theta_not_passed_on(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """theta not passed on for a part of the head

    met: a classic: the call for the part leaves out what has a default
    hint: Rotate 6 of 16 features with two values of theta. Do the results differ?
    hint: Where you rotate a part by a second call, that call takes the default base. Give it theta too.
    """
    if rotary_dim is None:
        return apply_rotary_pos_emb(x, position_ids, theta)
    return np.concatenate([apply_rotary_pos_emb(x[..., :rotary_dim], position_ids), x[..., rotary_dim:]], axis=-1)
