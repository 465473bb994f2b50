"""Wrong answers to apply_rotary_pos_emb (lab 03): refusals."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.forward import apply_rotary_pos_emb, rotate_half

Array = NDArray[Any]
Pair = tuple[Array, Array]
Ids = ArrayLike | None


def _rows(cos: Array, sin: Array, position_ids: Ids, unsqueeze_dim: int) -> Pair:
    if position_ids is not None:
        cos, sin = cos[np.asarray(position_ids)], sin[np.asarray(position_ids)]
    if cos.ndim == 2:
        cos, sin = cos[None], sin[None]
    return np.expand_dims(cos, unsqueeze_dim), np.expand_dims(sin, unsqueeze_dim)


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    return np.asarray(x * cos + rotate_half(x) * sin)


def nothing_refused(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """nothing refused

    met: a classic: Hugging Face's function has no checks, for its callers are known
    checks: its own
    hint: Call it with position -1, and with a single row for five tokens. What comes back?
    hint: The docstring lists under Raises what must be refused: positions outside the tables, another unsqueeze_dim, and shapes
        that do not fit. NumPy accepts some of these without a word.
    """
    cos, sin = _rows(cos, sin, position_ids, unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def negative_positions_wrap(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """negative positions counted from the end of the table

    met: a classic: NumPy reads a negative index from the end
    checks: its own
    hint: Call it with a position of -1. Which row is used?
    hint: Position -1 takes the last row of the table, silently. Compare the positions with 0 as well as with the length.
    """
    if position_ids is not None and cos.shape == sin.shape:
        ids = np.asarray(position_ids)
        if np.any(ids >= len(cos)):
            raise ValueError(f"position_ids must be below {len(cos)}, got {ids.max()}")
        cos, sin, position_ids = cos[ids], sin[ids], None
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def positions_clipped(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """positions outside the tables moved to the nearest row

    met: a classic: np.clip, or np.take with mode="clip", makes the error go away
    checks: its own
    hint: Rotate a token at the last position of the table, and one far behind it. Should they be equal?
    hint: A wrong row is worse than an error, for nobody notices. Refuse the position, and name it.
    """
    if position_ids is not None:
        position_ids = np.clip(np.asarray(position_ids), 0, len(cos) - 1)
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def positions_taken_modulo(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """positions beyond the tables begin again at row 0

    met: a classic: the remainder, or np.take with mode="wrap", makes the error go away
    checks: its own
    hint: Rotate a token at position 0, and one just behind the end of the table. Should they be equal?
    hint: A wrong row is worse than an error, for nobody notices. Refuse the position, and name it.
    """
    if position_ids is not None:
        ids = np.asarray(position_ids)
        position_ids = np.where(ids < 0, ids, ids % len(cos))
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def index_error(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """positions beyond the tables left to NumPy's IndexError

    met: a classic: an error comes anyway, if another one
    checks: its own
    hint: Which exception does the docstring promise for a position that is too large, and what does the message name?
    hint: IndexError speaks of an axis and a size, and the caller knows neither. Compare the positions with the length of the
        tables before you look up.
    """
    if position_ids is not None and cos.shape == sin.shape:
        ids = np.asarray(position_ids)
        if np.any(ids < 0):
            raise ValueError(f"position_ids must not be negative, got {ids.min()}")
        cos, sin, position_ids = cos[ids], sin[ids], None
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def any_unsqueeze_dim(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """any other unsqueeze_dim taken for 2

    met: a classic: an if for one value and an else for all others
    checks: its own
    hint: Call it with unsqueeze_dim 0, and read the message.
    hint: The message speaks of shapes, but it is unsqueeze_dim that is wrong. Refuse whatever is neither 1 nor 2, by name.
    """
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, 1 if unsqueeze_dim == 1 else 2)


def unsqueeze_dim_1_when_in_doubt(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """any other unsqueeze_dim taken for 1

    met: a classic: an if for the value that is not the default and an else for all others
    checks: its own
    hint: Call it with unsqueeze_dim 3. What comes back?
    hint: A caller who passes 3 means another axis, and gets the default without a word. Refuse whatever is neither 1 nor 2,
        by name.
    """
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, 2 if unsqueeze_dim == 2 else 1)


def shapes_left_to_broadcasting(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """shapes left to NumPy's broadcasting

    met: a classic: what cannot be multiplied raises by itself
    checks: its own
    hint: Call it with one row for five tokens, and with tables of one column. Does NumPy complain?
    hint: Broadcasting repeats whatever has length 1, and where it does complain it names no argument. Compare the shape of q
        and of k with the shape of the rows before you multiply.
    """
    if unsqueeze_dim not in (1, 2):
        raise ValueError(f"unsqueeze_dim must be 1 or 2, got {unsqueeze_dim}")
    if position_ids is not None:
        ids = np.asarray(position_ids)
        outside = ids[(ids < 0) | (ids >= len(cos))]
        if outside.size:
            raise ValueError(f"position_ids must lie in 0 .. {len(cos) - 1}, got {outside[0]}")
    cos, sin = _rows(cos, sin, position_ids, unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def only_q_compared(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """shape of k not compared

    met: a classic: k has the shape of q, except when it has not
    checks: its own
    hint: Call it with a k of one token less than q. Which argument does the message name?
    hint: k may have fewer heads, but its batch, its tokens and its features must fit the rows like those of q. Check both.
    """
    q_turned, _ = apply_rotary_pos_emb(q, q, cos, sin, position_ids, unsqueeze_dim)
    return q_turned, _turned(k, *_rows(cos, sin, position_ids, unsqueeze_dim))


def batches_of_q_and_k_not_compared(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """batches of q and k not compared

    met: a classic: each of the two fits the rows, so each is let through
    checks: its own
    hint: Call it with q of batch 2, k of batch 3 and position_ids of shape (seq,).
    hint: Rows without a batch axis fit any batch, so comparing q and k with the rows is not enough here. Compare them with
        each other.
    """
    q_turned, _ = apply_rotary_pos_emb(q, q, cos, sin, position_ids, unsqueeze_dim)
    return q_turned, apply_rotary_pos_emb(k, k, cos, sin, position_ids, unsqueeze_dim)[1]


def one_row_for_many_tokens(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """one row accepted for many tokens

    met: a classic: the rule of broadcasting, equal or 1, written into the check
    checks: its own
    hint: Call it with five tokens and a table of a single row, without position_ids.
    hint: A length of 1 fits in NumPy's sense, but then all tokens stand at one position. Ask for as many rows as tokens.
    """
    if position_ids is not None and np.asarray(position_ids).shape[-1] == 1:
        position_ids = np.repeat(np.asarray(position_ids), q.shape[3 - unsqueeze_dim], axis=-1)
    if position_ids is None and cos.shape[-2] == 1:
        cos, sin = (np.repeat(rows, q.shape[3 - unsqueeze_dim], axis=-2) for rows in (cos, sin))
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def cos_and_sin_not_compared(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """shapes of cos and sin not compared

    met: a classic: the two tables are made together, so they seem to be alike
    checks: its own
    hint: Call it with a sin table that is one row shorter than the cos table.
    hint: All your comparisons use cos. As long as no position hits the missing row, nothing shows. Compare sin with cos first.
    """
    apply_rotary_pos_emb(q, k, cos, cos, position_ids, unsqueeze_dim)  # for its checks, none of which is about sin
    cos, sin = _rows(cos, sin, position_ids, unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def assertions(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """bad input refused by assertions

    met: a classic: assert is the shortest check there is
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """
    try:
        return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    except ValueError as error:
        raise AssertionError(str(error)) from error
