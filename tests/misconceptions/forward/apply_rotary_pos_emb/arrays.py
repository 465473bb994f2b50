"""Wrong answers to apply_rotary_pos_emb (lab 03): arrays.

hint: Leave positions out at first: rotate one query with one row of cosines and sines, and compare with the lab's example.
hint: Write the shape beside every line. Rows of shape (batch, seq, D) meet q of four axes: which axis is missing, and where?
hint: Look the rows up, give them a batch axis where they have none and an axis of length 1 for the heads; then x * cos +
    rotate_half(x) * sin, for q and for k.
"""

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


def along_the_head_axis(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """rotated along the head axis

    met: facebookresearch/xformers thread 841 and mlfoundations/open_lm thread 4: every head got an angle, and no token did
    hint: Give all axes other sizes, say batch 2, heads 6, seq 5, D 8, and print the shape of the rows before they multiply q.
    hint: The new axis of length 1 stands where the tokens are, so the rows are spread over the heads. It belongs to the heads:
        axis unsqueeze_dim of q.
    """
    cos, sin = _rows(cos, sin, position_ids, 3 - unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def heads_counted_as_tokens(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """another way to write it

    variant of: along_the_head_axis
    """

    def turned(x: Array) -> Array:
        first = (table[None, : x.shape[unsqueeze_dim]] for table in (cos, sin))
        return _turned(x, *(np.expand_dims(rows, 3 - unsqueeze_dim) for rows in first))

    return turned(q), turned(k)


def batch_axis_forgotten(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """rows of shape (seq, D) given no batch axis

    met: a classic: rows with a batch axis work, and those without one are not tried
    hint: Print the shape of the rows when position_ids has shape (seq,): which axis of it meets which axis of q?
    hint: In rows of shape (seq, D) axis 1 is the features, so the new axis lands in another place than in (batch, seq, D).
        Put a batch axis in front first.
    """
    if position_ids is not None:
        cos, sin = cos[np.asarray(position_ids)], sin[np.asarray(position_ids)]
    cos, sin = np.expand_dims(cos, unsqueeze_dim), np.expand_dims(sin, unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def heads_always_at_axis_1(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """unsqueeze_dim ignored

    met: a classic: one layout is tried, (batch, heads, seq, D), and its axis is written into the code
    hint: Call it with q of shape (2, 5, 6, 8) and unsqueeze_dim 2. Where is unsqueeze_dim used in your code?
    hint: Your rows always get their new axis at 1. With (batch, seq, heads, D) the heads are at axis 2, and so must it be.
    """
    cos, sin = _rows(cos, sin, position_ids, 1)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def arguments_overwritten(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """results written into q and k

    met: a classic, from saving two arrays
    hint: Print q before and after the call, and the dtype of the result for a float16 q with float32 tables.
    hint: Whoever called you may still need q and k, and their dtype may be too coarse for the result. Return new arrays.
    """
    q[...], k[...] = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return q, k


def keys_repeated(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """keys repeated for every query head

    met: a classic: attention code repeats the key heads, but after the rotation and the cache
    hint: Print the shape of the second result for 6 query heads and 2 key heads.
    hint: q and k never meet in this function, so they need not have equally many heads. Return k in its own shape.
    """
    q_turned, k_turned = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return q_turned, np.repeat(k_turned, q.shape[unsqueeze_dim] // k.shape[unsqueeze_dim], axis=unsqueeze_dim)


def float32_throughout(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """float32 whatever comes in

    met: a classic: model code casts to float32 for the rotation
    hint: Print the dtype of the results for float64 queries and tables, and for float16 ones.
    hint: There is no cast in this function. Multiply what comes in, and NumPy's promotion decides.
    """
    q, k, cos, sin = (part.astype(np.float32) for part in (q, k, cos, sin))
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def float32_at_the_end(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """another way to write it

    variant of: float32_throughout
    """
    q, k = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return q.astype(np.float32), k.astype(np.float32)


def cast_back(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """results cast back to the dtype of q and k

    met: a classic: the rotations of Meta's and DeepSeek's code end with such a cast
    hint: Which dtype does NumPy give a float16 array times a float32 array, and which one do you return?
    hint: The docstring leaves the dtype to NumPy's promotion. Your cast gives away the digits that the tables brought.
    """
    q_turned, k_turned = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return q_turned.astype(q.dtype), k_turned.astype(k.dtype)


def dtype_of_the_tables(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """results in the dtype of the tables

    met: a classic: with tables finer than q and k it makes no difference
    hint: Which dtype comes back for a float64 k and float16 tables?
    hint: Promotion takes the finer of the two, whichever that is. Leave the cast out.
    """
    q, k = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return q.astype(cos.dtype), k.astype(cos.dtype)


def cast_to_the_tables_first(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """another way to write it

    variant of: dtype_of_the_tables
    """
    return apply_rotary_pos_emb(q.astype(cos.dtype), k.astype(cos.dtype), cos, sin, position_ids, unsqueeze_dim)


def rows_in_the_dtype_of_q(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """rows cast to the dtype of q

    met: huggingface/transformers pull request 29285: cosines and sines in half precision cost accuracy
    hint: Print the dtype of the rows just before they multiply a float16 q, and of the tables that you were given.
    hint: You round the cosines and sines to the dtype of q. Use them as they come; if somebody wants a cast, it is done
        outside.
    """
    return apply_rotary_pos_emb(q, k, cos.astype(q.dtype), sin.astype(q.dtype), position_ids, unsqueeze_dim)
