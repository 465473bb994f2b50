"""Wrong answers to apply_rotary_pos_emb (lab 03): rotation."""

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


def clockwise(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """turned clockwise

    met: karpathy/nanochat pull request 489: scores come out the same, but weights of other models do not fit
    hint: Turn the pair (1, 0) by a quarter turn, cos 0 and sin 1. Does it end at (0, 1)?
    hint: Your sines have the wrong sign, so every pair turns backwards. Compare with the formula for one pair in the lab's
        theory, term by term.
    """
    return apply_rotary_pos_emb(q, k, cos, -sin, position_ids, unsqueeze_dim)


def cos_and_sin_exchanged(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """cosines and sines exchanged

    met: a classic: the functions of Hugging Face's GPT-J code take sin first
    hint: Rotate with the row of position 0. What should come out, and what does?
    hint: At angle 0 the cosine is 1 and nothing moves. Yours multiplies x by the sine, and the quarter turn by the cosine.
    """
    return apply_rotary_pos_emb(q, k, sin, cos, position_ids, unsqueeze_dim)


def k_not_rotated(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """keys not rotated

    met: a classic: the query carries its position, and that seems to be enough
    hint: Compare the second array that you return with the k that came in.
    hint: A score depends on the distance of two tokens only when both are turned, each by its own angle. Rotate k like q.
    """
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)[0], k


def k_made_of_q(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """rotated query returned as the key

    met: a classic: the line for q copied for k, and not changed everywhere
    hint: Print the shapes of both results for a k with fewer heads than q.
    hint: Both of your results are made of q. The second one is the rotation of k.
    """
    return (apply_rotary_pos_emb(q, q, cos, sin, position_ids, unsqueeze_dim)[0],) * 2


def rotated_twice(q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1) -> Pair:
    """rotated twice

    met: labmlai/annotated_deep_learning_paper_implementations thread 251: the rotation was called a second time on its result
    hint: Rotate (1, 0) with one row and measure the angle of what comes out. Compare it with the angle of the row.
    hint: Every pair is turned by twice its angle. One of your lines rotates what is rotated already.
    """
    q, k = apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def q_scaled_before_it_is_turned(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """multiplied by the cosine before the quarter turn

    met: a classic: two statements in place, and the second reads what the first has written
    hint: Rotate (1, 0) by a quarter turn, cos 0 and sin 1. Where is the 1?
    hint: The quarter turn must be taken of the x that came in. You take it of x * cos, because x was overwritten by then.
    """
    cos, sin = _rows(cos, sin, position_ids, unsqueeze_dim)
    q *= cos
    q += rotate_half(q) * sin
    k *= cos
    k += rotate_half(k) * sin
    return q, k


def new_half_used_for_the_other(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """second half made of the new first half

    met: a classic: two assignments in a row to x1 and x2
    hint: Rotate (1, 0) by 90 degrees on paper, with your two statements in your order.
    hint: The second statement needs the old x1, but that name holds the rotated values by then. Form both new halves from the
        old ones.
    """

    def turned(x: Array) -> Array:
        (x1, x2), (c, _), (s, _) = (np.split(part, 2, axis=-1) for part in (x, *rows))
        x1 = x1 * c - x2 * s
        x2 = x1 * s + x2 * c
        return np.concatenate([x1, x2], axis=-1)

    rows = _rows(cos, sin, position_ids, unsqueeze_dim)
    return turned(q), turned(k)


def interleaved_layout(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """interleaved layout

    met: jzhang38/TinyLlama thread 24: weights for one layout, code for the other; the output was gibberish
    hint: Rotate a vector with a single 1 in feature 0 by 90 degrees. Which feature does the 1 move to?
    hint: You turn features 2i and 2i + 1 together, as the paper does. Here pair i is features i and i + D/2.
    """

    def turned(x: Array) -> Array:
        even, odd = x[..., 0::2], x[..., 1::2]
        return np.stack([even * c - odd * s, even * s + odd * c], axis=-1).reshape(x.shape)

    c, s = (np.split(rows, 2, axis=-1)[0] for rows in _rows(cos, sin, position_ids, unsqueeze_dim))
    return turned(q), turned(k)


def rows_of_the_other_layout(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """angles repeated for neighbours, features paired by halves

    met: how-to-train-your-gpt 7: a mixture of two layouts, which is no rotation
    hint: Measure the length of a vector before and after.
    hint: Your rows hold each angle twice side by side, as neighbouring pairs need it, but rotate_half pairs i with i + D/2.
        Use the rows as they come: there the two halves are equal.
    """
    c, s = (np.repeat(np.split(rows, 2, axis=-1)[0], 2, axis=-1) for rows in (cos, sin))
    return apply_rotary_pos_emb(q, k, c, s, position_ids, unsqueeze_dim)


def neighbours_with_angles_of_halves(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """features paired with their neighbours, angles repeated by halves

    met: how-to-train-your-gpt 7: a mixture of two layouts, which is no rotation
    hint: Measure the length of a vector before and after.
    hint: Your quarter turn takes features 2i and 2i + 1 for a pair, but the rows give these two different angles. In the rows
        columns i and i + D/2 are equal: those two features belong together.
    """

    def turned(x: Array) -> Array:
        quarter = np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)
        return np.asarray(x * c + quarter * s)

    c, s = _rows(cos, sin, position_ids, unsqueeze_dim)
    return turned(q), turned(k)


def features_reordered(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """features put into another order before the rotation

    met: Hugging Face's DeepSeek-V3 code does so (apply_rotary_pos_emb_interleave), as its weights are interleaved
    hint: Rotate with cosines of 1 and sines of 0. What should change?
    hint: You move the even features in front of the odd ones first. These q and k are in the split-half layout already.
    """
    moved = [np.concatenate([x[..., 0::2], x[..., 1::2]], axis=-1) for x in (q, k)]
    return apply_rotary_pos_emb(moved[0], moved[1], cos, sin, position_ids, unsqueeze_dim)
