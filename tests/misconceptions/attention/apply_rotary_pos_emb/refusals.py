"""Wrong answers to apply_rotary_pos_emb (lab 06): refusals."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import apply_rotary_pos_emb
from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def nothing_refused(x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """nothing refused

    met: a classic: Hugging Face's function has no checks, for its callers are known
    checks: its own
    hint: Call it with one position for five tokens, and with rotary_dim 3. What comes back?
    hint: The docstring lists under Raises what must be refused. NumPy accepts some of it without a word, and where it does
        complain it names no argument.
    """
    size = x.shape[-1] if rotary_dim is None else rotary_dim
    angles = np.asarray(position_ids)[..., None, None] * np.float64(theta) ** (-2.0 * np.arange(size // 2) / size)
    cos, sin, even, odd = np.cos(angles), np.sin(angles), x[..., 0:size:2], x[..., 1:size:2]
    out = x.copy()
    out[..., 0:size:2], out[..., 1:size:2] = even * cos - odd * sin, even * sin + odd * cos
    return out


def shapes_left_to_broadcasting(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """position_ids left to NumPy's broadcasting

    met: a classic: what cannot be broadcast raises by itself
    checks: its own
    hint: Call it with positions of shape (2, 1), and with a single number. Does NumPy complain?
    hint: Broadcasting repeats whatever has length 1, so that all tokens stand at one position. Compare the shape with
        (seq,) and with (batch, seq), and nothing else.
    """
    if x.ndim == 4:
        position_ids = np.broadcast_to(position_ids, x.shape[:2])
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)


def one_row_for_a_batch(x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """one row of positions accepted for a larger batch

    met: a classic: the number of tokens is compared, and the batch is not
    checks: its own
    hint: Call it with positions of shape (1, 5) for a batch of two.
    hint: Whoever means the same positions for all passes shape (seq,). An array of another batch size is a mistake of the
        caller's: refuse it.
    """
    ids = np.asarray(position_ids)
    if x.ndim == 4 and ids.shape == (1, x.shape[1]):
        ids = ids[0]
    return apply_rotary_pos_emb(x, ids, theta, rotary_dim)


def only_the_size_compared(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """number of positions compared instead of their shape

    met: a classic: reshape makes any array fit that has as many entries
    checks: its own
    hint: Call it with positions of shape (5, 2) for two sequences of five tokens.
    hint: As many positions in another shape belong to other tokens. Compare the shape, not the size.
    """
    ids = np.asarray(position_ids)
    if x.ndim == 4 and ids.size == x.shape[0] * x.shape[1]:
        ids = ids.reshape(x.shape[:2])
    return apply_rotary_pos_emb(x, ids, theta, rotary_dim)


def x_refused_as_position_ids(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """an x of other dimensions refused as position_ids

    met: a classic: the axes of x are taken for granted, and what is compared with them is blamed
    checks: its own
    hint: Call it with an x of shape (5, 3, 10), and read the message. Which argument is wrong, and which one does it name?
    hint: Every other check rests on x having four axes. Look at that first.
    """
    if x.ndim != 4:
        raise ValueError(f"position_ids must have shape {x.shape[:2]}, got {np.asarray(position_ids).shape}")
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)


def theta_refused_as_base(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """a bad theta refused by the name that it has elsewhere

    met: a classic: rope_frequencies refuses it, and calls it base
    checks: its own
    hint: Call it with theta 0 and read the message. Is there an argument of that name here?
    hint: Whoever calls this function passed theta and looks for this name in the message. Check it before you pass it on.
    """
    rope_frequencies(2, theta)
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)


def odd_rotary_dim_rounded_down(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """an odd rotary_dim rounded down

    met: a classic: rotary_dim // 2 pairs, and nobody asks what was lost
    checks: its own
    hint: Call it with rotary_dim 3. How many features are rotated?
    hint: A feature without a partner cannot be turned. Refuse an odd rotary_dim, and an odd D where rotary_dim is None.
    """
    size = x.shape[-1] if rotary_dim is None else rotary_dim
    return apply_rotary_pos_emb(x, position_ids, theta, size - size % 2)


def odd_head_not_refused(x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """an odd head accepted where rotary_dim is None

    met: a classic: rotary_dim is checked where it is given, and its default is not
    checks: its own
    hint: Call it with heads of seven features and no rotary_dim.
    hint: None stands for D, so D has to pass the same check. Put it in the place of None first.
    """
    even = x.shape[-1] - x.shape[-1] % 2
    return apply_rotary_pos_emb(x, position_ids, theta, even if rotary_dim is None else rotary_dim)


def too_large_rotary_dim_cut(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """a rotary_dim above D cut to D

    met: a classic: a slice beyond the end of an array is no error in Python
    checks: its own
    hint: Call it with rotary_dim 12 for heads of ten features.
    hint: Whoever asks for more features than there are has mistaken something else. Refuse it, by name and value.
    """
    size = None if rotary_dim is None else min(rotary_dim, x.shape[-1])
    return apply_rotary_pos_emb(x, position_ids, theta, size)


def zero_taken_for_none(x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """rotary_dim 0 taken for None

    met: a classic: `rotary_dim or D`, in which 0 counts as absent
    checks: its own
    hint: Call it with rotary_dim 0. Which features are rotated?
    hint: `or` replaces whatever is false, and 0 is. Ask whether rotary_dim is None, and refuse 0.
    """
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim or None)


def nothing_rotated_for_zero(
    x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """nothing rotated instead

    variant of: zero_taken_for_none
    checks: its own
    """
    return x.copy() if rotary_dim == 0 else apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)


def assertions(x: Array, position_ids: ArrayLike, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """bad input refused by assertions

    met: a classic: assert is the shortest check there is
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """
    try:
        return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)
    except ValueError as error:
        raise AssertionError(str(error)) from error
