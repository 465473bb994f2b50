"""Wrong answers to scaled_dot_product_attention (lab 06): padding."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import scaled_dot_product_attention

Array = NDArray[Any]
Mask = Array | None


def _triangle(q: Array, k: Array, causal: bool) -> Array:
    queries, keys = q.shape[2], k.shape[2]
    return np.tri(queries, keys, keys - queries if causal else keys, dtype=bool)


def _scores(q: Array, k: Array) -> Array:
    work = np.promote_types(q.dtype, np.float32)
    k = np.repeat(k.astype(work), q.shape[1] // k.shape[1], axis=1)
    return np.asarray(q.astype(work) @ k.swapaxes(2, 3) / work.type(np.sqrt(q.shape[3])))


def _mean(scores: Array, q: Array, v: Array) -> Array:
    """Softmax of scores of which some are minus infinity, and the weighted sum of v."""
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = weights.sum(axis=-1, keepdims=True)
    values = np.repeat(v.astype(scores.dtype), q.shape[1] // v.shape[1], axis=1)
    return np.asarray(weights / np.where(total > 0, total, 1) @ values).astype(q.dtype)


def _attend(q: Array, k: Array, v: Array, visible: Array) -> Array:
    return _mean(np.where(visible, _scores(q, k), -np.inf), q, v)


def padding_ignored(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask ignored

    met: AI-Hypercomputer/maxtext issue 878: the faster of two kernels took no mask, and said nothing
    hint: Call it with and without an attention_mask of which one entry is false. Do the results differ?
    hint: Padding has keys and values like any token. Unless you hide them, they are mixed into every result.
    """
    return scaled_dot_product_attention(q, k, v, causal)


def true_for_padding(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask inverted

    met: InseeFrLab/torchTextClassifiers pull request 92; in PyTorch two functions differ in this, pull request 170404
    hint: Call it with a mask that is true everywhere. Should that change anything?
    hint: Here true stands for a token and false for padding. You hide the tokens, and show the padding.
    """
    if attention_mask is not None:
        attention_mask = ~attention_mask.astype(bool)
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def whole_numbers_inverted_bit_by_bit(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """attention_mask of whole numbers inverted bit by bit

    met: a classic: ~ is "not" for truth values, and ~1 is -2
    hint: Print ~np.array([0, 1]), and which of the two counts as true.
    hint: A mask may hold 0 and 1. Make it truth values before you do logic with it.
    """
    if attention_mask is not None:
        attention_mask = ~(~attention_mask).astype(bool)
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def whole_numbers_ignored(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask heeded only where it holds truth values

    met: timeseriesAI/tsai issue 171: a mask of numbers took another branch, which hid nothing
    hint: Call it with a mask of truth values, and with the same mask as 0 and 1. Are the results equal?
    hint: A list of 0 and 1 is a mask as well. Turn whatever comes into an array of truth values first.
    """
    heeded = attention_mask is None or attention_mask.dtype == bool
    return scaled_dot_product_attention(q, k, v, causal, attention_mask if heeded else None)


def hides_queries(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask on the axis of the queries

    met: a classic: a mask of shape (batch, seq), and two axes that are both as long as seq
    hint: Change the key of a token that is padding. Does the result change?
    hint: You hide rows of the scores, which are queries. What nobody may see are keys: the last axis.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    return _attend(q, k, v, _triangle(q, k, causal) & attention_mask.astype(bool)[:, None, :, None])


def hides_queries_too(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """zeros for queries that are padding

    met: a classic; pytorch/pytorch issue 41508 asks whether padding has to be hidden on both sides
    hint: For a query that is padding but has tokens before it, what does the docstring say?
    hint: A query gets zeros only when it sees no key. What comes out for padding is not used by anybody, but the queries need
        not be as many as the keys: hide keys only.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    real = attention_mask.astype(bool)
    visible = _triangle(q, k, causal) & real[:, None, None, :] & real[:, None, -q.shape[2] :, None]
    return _attend(q, k, v, visible)


def one_row_for_the_batch(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """first row of attention_mask for the whole batch

    met: a classic: sequences of one length in the test, and of many lengths in use
    hint: Attend with a batch of two and different padding, and then with its second sequence alone. Are they equal?
    hint: Every sequence has padding of its own. Keep the batch axis of the mask, and put axes of length 1 between it and the
        keys.
    """
    if attention_mask is not None:
        attention_mask = np.repeat(attention_mask[:1], len(q), axis=0)
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def batch_taken_for_queries(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """batch of attention_mask taken for the queries

    met: a classic: (batch, keys) broadcast against (batch, heads, queries, keys) without new axes
    hint: Print the shape of the mask and that of the scores, right-aligned. Which axes meet?
    hint: NumPy lines shapes up from their ends, so that your row for a sequence hides keys from a query. Two axes of length 1
        belong between batch and keys.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    return _attend(q, k, v, _triangle(q, k, causal) & attention_mask.astype(bool))


def in_place_of_the_triangle(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask in place of the causal one

    met: huggingface/transformers issue 37807: where a mask is given, is_causal is off, for PyTorch takes one of the two
    hint: Call it with a mask that is true everywhere. Should that change anything?
    hint: A key is seen when it is a token and not in the future. With the mask you forget the second condition.
    """
    return scaled_dot_product_attention(q, k, v, causal and attention_mask is None, attention_mask)


def either_is_enough(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """either condition enough

    met: a classic: "or" for masks that hide, used for masks that show
    hint: Print what the first of five tokens may see when there is no padding.
    hint: A key is seen when it is a token and not in the future: both must hold.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    return _attend(q, k, v, _triangle(q, k, causal) | attention_mask.astype(bool)[:, None, None, :])


def added_as_numbers(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask added to the scores as it is

    met: a classic: libraries add masks of 0 and minus infinity; this one holds 0 and 1
    hint: By what factor does the weight of a token grow when 1 is added to its score?
    hint: Adding works for a mask that holds minus infinity where something is hidden. Yours raises tokens by 1 and hides
        nothing.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    scores = np.where(_triangle(q, k, causal), _scores(q, k), -np.inf)
    return _mean(scores + attention_mask[:, None, None, :].astype(scores.dtype), q, v)


def truth_values_added(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """truth values of both masks added to the scores

    met: a classic: one array says who is seen, and libraries add such arrays; theirs hold 0 and minus infinity
    hint: Call it with causal=True for two tokens. What is the weight of the second key for the first query?
    hint: A score that is 1 larger makes a weight 2.718 times as large, and one that is 0 larger hides nothing. What is hidden
        needs a score of minus infinity.
    """
    real = np.ones((len(q), k.shape[2])) if attention_mask is None else attention_mask
    scores = _scores(q, k)
    return _mean(scores + (_triangle(q, k, causal) & real.astype(bool)[:, None, None, :]).astype(scores.dtype), q, v)


def cut_to_the_queries(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask cut to the number of queries

    met: thu-nics/C2C pull request 19: from the first decode step on, padding on the left was seen again
    hint: Call it with one query and five keys, of which the first two are padding.
    hint: The mask has an entry for every key, those in the cache too. You keep as many as there are queries, and the first at
        that.
    """
    if attention_mask is None:
        return scaled_dot_product_attention(q, k, v, causal)
    real = attention_mask.astype(bool)[:, None, None, : q.shape[2]]
    return _attend(q, k, v, _triangle(q, k, causal) & real)


def only_on_the_left(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """padding hidden on the left only

    met: a classic: generation pads on the left, so all that follows the first token is taken for tokens
    hint: Call it with padding on the right and causal=False.
    hint: Training pads on the right, and other masks have holes. Each entry of the mask stands for its own key.
    """
    if attention_mask is not None:
        attention_mask = np.maximum.accumulate(attention_mask.astype(bool), axis=1)
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def only_counted(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """tokens counted, and taken to be the first keys

    met: a classic: kernels that take a length for each sequence instead of a mask
    hint: Call it with padding on the left. Which keys are seen?
    hint: From its sum nobody can tell where the mask is false. Each entry stands for its own key.
    """
    if attention_mask is not None:
        tokens = attention_mask.astype(bool).sum(axis=1, keepdims=True)
        attention_mask = np.arange(k.shape[2]) < tokens
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)
