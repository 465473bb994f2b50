"""Wrong answers to apply_rotary_pos_emb (lab 06): positions.

hint: Rotate a single token of a single head first, and compare it with lab 04's apply_rope_single.
hint: Write the shapes beside each other: x is (batch, seq, heads, D), position_ids (batch, seq). Which axis is missing?
hint: One angle for each token and pair, from lab 01's frequencies in float64; an axis of length 1 stands where the heads
    are. Then turn features 2i and 2i + 1 of each head.
"""

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


def along_the_head_axis(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """rotated along the head axis

    met: facebookresearch/xformers thread 841 and mlfoundations/open_lm thread 4: every head got an angle, and no token did
    hint: Give all axes other sizes, say batch 2, seq 7, heads 3, D 10, and print the shape of the angles beside that of x.
    hint: Your angles run along the heads, so that equal heads of one token come out different. All heads of a token turn
        alike: the axis of length 1 belongs between the tokens and the pairs.
    """
    inv_freq = rope_frequencies(rotary_dim or x.shape[3], theta)
    return _turned(x, position_ids[..., None, :, None] * inv_freq)


def heads_counted_as_tokens(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """the layout (batch, heads, seq, D) taken for granted

    variant of: along_the_head_axis
    """
    first = position_ids[..., : x.shape[2]]
    return _turned(x, first[..., None, :, None] * rope_frequencies(rotary_dim or x.shape[3], theta))


def along_the_batch(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions of shape (seq,) spread along the batch

    met: a classic: the axes are added behind, which is right for (batch, seq) and wrong for (seq,)
    hint: Call it with position_ids of shape (seq,) for a batch of as many sequences as tokens. Do the tokens of one sequence
        differ?
    hint: NumPy lines shapes up from their ends. Counted from there, the tokens are the same axis of (seq,) as of (batch, seq).
    """
    size = rotary_dim or x.shape[3]
    ids = position_ids.reshape(len(position_ids), -1, 1, 1)
    return _turned(x, ids * rope_frequencies(size, theta))


def index_in_the_sequence(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """index in the sequence taken for the position

    met: Blaizzy/mlx-vlm issue 1983: a range from 0 that ignores the tokens in the cache
    hint: Rotate one token at position 0, and the same token at position 100. Do the results differ?
    hint: You number the tokens of x from 0. That is right for a prompt only: where the tokens stand is what position_ids
        says.
    """
    return apply_rotary_pos_emb(x, np.arange(x.shape[1]), theta, rotary_dim)


def counted_from_the_first(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions counted from the first one

    met: lucidrains/rotary-embedding-torch thread 11: tables kept for one offset, and used for every other
    hint: Rotate three tokens at 5, 6, 7, and the same ones at 0, 1, 2. Should that give the same?
    hint: Scores stay right, for they depend on distances. But keys that are kept come from other calls, with another first
        position: every token turns by its own.
    """
    return apply_rotary_pos_emb(x, position_ids - position_ids[..., :1], theta, rotary_dim)


def first_row_for_the_batch(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """first row of position_ids for the whole batch

    met: unslothai/unsloth issue 3699: left-padded rows of a batch shared the positions of one row
    hint: Rotate a batch of two with different positions, and then its second sequence alone. Are they equal?
    hint: With position_ids of shape (batch, seq) every sequence has positions of its own. You use one row of them.
    """
    return apply_rotary_pos_emb(x, np.atleast_2d(position_ids)[0], theta, rotary_dim)


def one_position_for_all(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """first position for all tokens

    met: jundot/omlx pull request 2363: a window of several tokens was rotated as if all stood at its beginning
    hint: Rotate five equal tokens at five positions. Are the results equal?
    hint: One position is broadcast over the tokens. A decode step has one token, a prompt has many: each has its own.
    """
    ids = np.broadcast_to(position_ids[..., :1], position_ids.shape)
    return apply_rotary_pos_emb(x, ids, theta, rotary_dim)


def added_up_over_the_batch(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """angles added up over the batch

    met: huggingface/transformers pull request 29109: right for a batch of one, wrong for every other
    hint: Rotate a batch of two, and then each sequence alone. Are they equal?
    hint: The angles of all sequences are summed into one. Keep the batch axis: each sequence turns by its own.
    """
    return apply_rotary_pos_emb(x, np.atleast_2d(position_ids).sum(axis=0), theta, rotary_dim)


def positions_from_one(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions counted from 1

    met: a classic; fla-org/flash-linear-attention issue 766 advanced the length before it was used
    hint: Rotate a token at position 0. What should change?
    hint: Position p turns pair i by p times its frequency, so the first token stays where it is. Yours is one further.
    """
    return apply_rotary_pos_emb(x, position_ids + 1, theta, rotary_dim)


def put_in_order(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions put in order

    met: a classic: np.unique looks every position up once, and returns them sorted
    hint: Call it with the positions 900, 7, 7, 0. Which token is not moved?
    hint: The tokens of x stand in the order of position_ids, whatever that is. Sorting one and not the other exchanges them.
    """
    return apply_rotary_pos_emb(x, np.sort(position_ids, axis=-1), theta, rotary_dim)


def moved_into_a_table(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions beyond 4,095 moved to a table's last row

    met: a classic: a table of fixed length, and np.clip, or take with mode="clip", to make the error go away
    hint: Rotate a token at position 5,000, and the same token at 6,000. Should they be equal?
    hint: There is no longest sequence here, so there is no table either. Form the angles of the positions that you are given.
    """
    return apply_rotary_pos_emb(x, np.clip(position_ids, 0, 4095), theta, rotary_dim)
