"""Wrong answers to apply_rope (lab 04): rotation.

hint: Rotate two tokens of two features on paper first: token 0 by row 0 of the tables, token 1 by row 1.
hint: It is apply_rope_single for every row: row t of q and row t of k are turned by row t of cos_pe and sin_pe. A step
    of 2 in the second index takes the even or the odd features of all tokens at once.
hint: The tables may be longer than the sequence: only their first T rows belong to it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.relative import apply_rope, interleaved_to_half

Array = NDArray[Any]
Pair = tuple[Array, Array]


def k_not_rotated(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """keys not rotated

    met: a classic: the query is rotated, and the key handed back as it came
    hint: Compare the second array that you return with k.
    hint: The score depends on the distance alone only when both are rotated, each by its own position. With the query
        alone turned, it depends on the query's position.
    """
    return apply_rope(q, k, cos_pe, sin_pe)[0], k.copy()


def k_turned_the_other_way(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """keys turned the other way

    met: a classic: the difference of positions is taken for something to build in by hand
    hint: Rotate the same vector as a query and as a key. Are the results equal?
    hint: The difference of positions comes out of the scalar product by itself, because both turn the same way. With
        the key turned backwards the score depends on the sum of the positions.
    """
    return apply_rope(q, q, cos_pe, sin_pe)[0], apply_rope(k, k, cos_pe, -sin_pe)[1]


def clockwise(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """clockwise

    met: karpathy/nanochat#489: the transposed rotation gives the same scores, and breaks only against foreign weights
    hint: Take a token [1, 0] and a row with cos 0 and sin 1. Does yours come out at [0, 1]?
    hint: Counter-clockwise is towards the second feature: (1, 0) goes to (cos, sin). Scores do not show the difference,
        for both turn the wrong way together; the vectors do. The minus sign stands before the wrong sine term.
    """
    return apply_rope(q, k, cos_pe, -sin_pe)


def cos_and_sin_swapped(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """cosine and sine swapped

    met: Hugging Face's GPT-J code takes the sine before the cosine; ports forget it
    hint: Give a row with cos 1 and sin 0, position 0. Does the token stay as it is?
    hint: A feature keeps its own value times the cosine and takes its partner's times the sine; yours has them the
        other way round.
    """
    return apply_rope(q, k, sin_pe, cos_pe)


def split_half_pairs(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights for one layout, code for the other
    hint: Rotate a token [1, 0, 0, 0]. Which of the other entries becomes non-zero?
    hint: You pair feature i with feature i + D/2, as Hugging Face's code does. In the interleaved layout the two
        features of a pair are neighbours.
    """
    cos, sin = cos_pe[: len(q)], sin_pe[: len(q)]
    (q1, q2), (k1, k2) = np.split(q, 2, axis=1), np.split(k, 2, axis=1)
    turned_q = np.concatenate([q1 * cos - q2 * sin, q1 * sin + q2 * cos], axis=1)
    return turned_q, np.concatenate([k1 * cos - k2 * sin, k1 * sin + k2 * cos], axis=1)


def neighbours_angles_on_split_halves(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """angles of one layout, pairs of the other

    met: how-to-train-your-gpt#7: angles repeated for neighbours, rotate_half for the pairs
    hint: Compare the norm of a token before and after.
    hint: You repeat each angle twice in a row, which is right for neighbours, but your partners stand D/2 apart: the
        two features of a pair turn by different angles, and lengths and scores change with the position.
    """
    cos, sin = np.repeat(cos_pe[: len(q)], 2, axis=1), np.repeat(sin_pe[: len(q)], 2, axis=1)
    (q1, q2), (k1, k2) = np.split(q, 2, axis=1), np.split(k, 2, axis=1)
    turned_q = q * cos + np.concatenate([-q2, q1], axis=1) * sin
    return turned_q, k * cos + np.concatenate([-k2, k1], axis=1) * sin


def halves_not_woven_back(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """halves concatenated, not woven back

    met: Hugging Face's DeepSeek-V3 code: interleaved in, halves out; scores agree, the vectors themselves do not
    hint: Rotate a token at position 0. Do its features keep their order?
    hint: The values are right, but you put all first features before all second ones. Each pair has to return to the
        two neighbouring places that it came from.
    """
    q, k = apply_rope(q, k, cos_pe, sin_pe)
    return interleaved_to_half(q), interleaved_to_half(k)


def odd_from_overwritten_even(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """odd features computed from the already turned even ones

    met: a classic of in-place code: the first line's result is read by the second
    hint: Print the even features just before you compute the odd ones. Are they still those of q?
    hint: A slice is a view: it shows what the array holds now, which after your first assignment is the turned values.
        Both lines need the features from before the turn.
    """
    cos, sin = cos_pe[: len(q)], sin_pe[: len(q)]
    turned = q.copy(), k.copy()
    for out in turned:
        out[:, 0::2] = out[:, 0::2] * cos - out[:, 1::2] * sin
        out[:, 1::2] = out[:, 0::2] * sin + out[:, 1::2] * cos
    return turned


def odd_from_overwritten_even_promoted(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """another way to write it

    variant of: odd_from_overwritten_even
    """
    cos, sin = cos_pe[: len(q)], sin_pe[: len(q)]
    q_even, k_even = q[:, 0::2] * cos - q[:, 1::2] * sin, k[:, 0::2] * cos - k[:, 1::2] * sin
    turned_q = np.stack([q_even, q_even * sin + q[:, 1::2] * cos], axis=-1).reshape(q.shape)
    return turned_q, np.stack([k_even, k_even * sin + k[:, 1::2] * cos], axis=-1).reshape(k.shape)


def row_0_for_all_tokens(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """row 0 for all tokens

    met: jundot/omlx#2363: one position for a whole window of tokens
    hint: Give two equal tokens. Do they come out different?
    hint: Token t stands at position t and takes row t of the tables. With one row for all, every token stands at the
        same place and the order is lost.
    """
    return apply_rope(q, k, np.broadcast_to(cos_pe[0], cos_pe.shape), np.broadcast_to(sin_pe[0], sin_pe.shape))


def last_rows(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """the last rows of the tables

    met: a classic: the slice that is right in a decoding loop is used on a whole sequence
    hint: Give a table with more rows than tokens. Which row turns token 0?
    hint: Token 0 stands at position 0, whose row is the first. Yours counts from the table's end, so that positions
        depend on how long the table happens to be.
    """
    return apply_rope(q, k, cos_pe[-len(q) :], sin_pe[-len(q) :])


def positions_from_1(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """positions counted from 1

    met: fla-org/flash-linear-attention#766: every token one position further on, because a length was advanced too
        early
    hint: Which row of the tables turns the first token?
    hint: The first token is at position 0 and takes row 0. Counted from 1, a sequence as long as the table runs out of
        rows.
    """
    count = len(q)
    return apply_rope(q, k, cos_pe[1 : count + 1], sin_pe[1 : count + 1])


def tables_not_cut(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """tables not cut to the sequence

    met: labml#215 and labml#244: a cache wider than what it meets is multiplied as it is, and the shapes clash
    hint: Pass a table that has more rows than there are tokens.
    hint: A table is made once, for the longest sequence. A shorter one uses its first T rows, and you multiply by all
        of them.
    """
    turned = []
    for x in (q, k):
        even, odd = x[:, 0::2], x[:, 1::2]
        pairs = np.stack([even * cos_pe - odd * sin_pe, even * sin_pe + odd * cos_pe], axis=-1)
        turned.append(pairs.reshape(x.shape))
    return turned[0], turned[1]


def rotated_twice(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """rotated twice

    met: labml#251: a second call on what is already rotated
    hint: Rotate back by the same angle. Is the token where it was?
    hint: Every pair has turned by twice its angle, as if the token stood at twice its position. Look for a second call
        on the first one's result.
    """
    return apply_rope(*apply_rope(q, k, cos_pe, sin_pe), cos_pe, sin_pe)


def q_and_k_overwritten(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """q and k overwritten

    met: a classic: written for speed, and the caller's arrays are gone
    hint: Print q before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The results
        need arrays of their own.
    """
    q[:], k[:] = apply_rope(q, k, cos_pe, sin_pe)
    return q, k


def stacked(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """q and k stacked into one array

    met: a classic: one rotation for both saves a line, and makes one dtype of two
    hint: Pass a float32 q and a float64 k. What are the dtypes of the results?
    hint: An array has one dtype, so stacking a narrow q and a wide k promotes q to the dtype of k. The docstring
        promotes each of them with the tables only.
    """
    both = np.stack([q, k])
    return apply_rope(both[0], both[1], cos_pe, sin_pe)


def dtype_of_q_and_k(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """results in the dtype of q and k

    met: a classic: np.empty_like(q) as the place for the result
    hint: Rotate whole numbers. What has become of the fractions?
    hint: An array made to be like q has the dtype of q, and an integer array drops every fraction that is written into
        it. The dtype is the one that NumPy promotes q (or k) and the tables to.
    """
    rotated = apply_rope(q, k, cos_pe, sin_pe)
    return rotated[0].astype(q.dtype), rotated[1].astype(k.dtype)


def always_float64(q: Array, k: Array, cos_pe: Array, sin_pe: Array) -> Pair:
    """results always in float64

    met: a classic: np.zeros(q.shape) as the place for the result
    hint: Rotate float32 arrays with float32 tables. What is the dtype of the result?
    hint: np.zeros and np.empty make float64 arrays unless told otherwise. Let NumPy's promotion of q (or k) and the
        tables decide.
    """
    rotated = apply_rope(q, k, cos_pe, sin_pe)
    return rotated[0].astype(np.float64), rotated[1].astype(np.float64)
