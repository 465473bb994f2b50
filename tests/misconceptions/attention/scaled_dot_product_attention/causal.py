"""Wrong answers to scaled_dot_product_attention (lab 06): the causal mask.

hint: Leave masks and groups out at first: one head, no padding, causal=False. Three lines: scores, softmax, weighted sum.
hint: Write down who may see whom as an array of truth values, (queries, keys) for causal and (batch, 1, 1, keys) for padding,
    and combine the two. Where it is false the score becomes minus infinity.
hint: Before the exponential, subtract the largest score of each row, after the mask. A row that sees nothing needs care: minus
    infinity less minus infinity is not a number.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import scaled_dot_product_attention

Array = NDArray[Any]


def _seen(q: Array, k: Array, triangle: Array, attention_mask: ArrayLike | None) -> Array:
    """Attention in which a query sees the tokens among the keys that a triangle lets it see."""
    real = np.ones((len(q), k.shape[2])) if attention_mask is None else np.asarray(attention_mask)
    return np.asarray(triangle & real.astype(bool)[:, None, None, :])


def _attend(q: Array, k: Array, v: Array, visible: Array) -> Array:
    work = np.promote_types(q.dtype, np.float32)
    k, v = (np.repeat(x.astype(work), q.shape[1] // k.shape[1], axis=1) for x in (k, v))
    scores = q.astype(work) @ k.swapaxes(2, 3) / work.type(np.sqrt(q.shape[3]))
    largest = np.where(visible, scores, -np.inf).max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.where(visible, np.exp(np.where(visible, scores, 0) - np.where(np.isfinite(largest), largest, 0)), 0)
    total = weights.sum(axis=-1, keepdims=True)
    return np.asarray(weights / np.where(total > 0, total, 1) @ v).astype(q.dtype)


def causal_ignored(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None) -> Array:
    """causal ignored

    met: a classic: attention as in an encoder, where every token sees all others
    hint: Change the last key and its value. Which rows of the result should change?
    hint: Every query sees every key, also those behind it. A model that is trained like this learns to look up the answer.
    """
    return scaled_dot_product_attention(q, k, v, False, attention_mask)


def always_causal(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None) -> Array:
    """causal whatever the argument says

    met: a classic: attention as in a decoder, and the argument never looked at
    hint: Call it with causal=False and change the last key. Which rows of the result should change?
    hint: The triangle is applied although nobody asked for it. Only with causal may it hide anything.
    """
    queries, keys = q.shape[2], k.shape[2]
    return _attend(q, k, v, _seen(q, k, np.tri(queries, keys, keys - queries, dtype=bool), attention_mask))


def top_left(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None) -> Array:
    """triangle in the top left corner

    met: pytorch/pytorch issues 108108 and 144858 and onnx/onnx issue 8054: with a cache each step sees the first key alone
    hint: Call it with one query and seven keys. How many of them should it see?
    hint: Your query i sees keys 0 to i, which is right only where there are as many queries as keys. The queries are the last
        tokens: the triangle ends in the bottom right corner.
    """
    if not causal:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    return _attend(q, k, v, _seen(q, k, np.tri(q.shape[2], k.shape[2], dtype=bool), attention_mask))


def top_left_but_for_one_query(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    """a single query let through

    variant of: top_left
    """
    if not causal or q.shape[2] == 1:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    return _attend(q, k, v, _seen(q, k, np.tri(q.shape[2], k.shape[2], dtype=bool), attention_mask))


def none_beside_a_cache(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    """no triangle where there are more keys than queries

    met: open-lm-engine/lm-engine pull request 498 and mlx-node/mlx-node pull request 24: right for a single query only
    hint: Call it with three queries and eight keys. Should the first of the three see the last key?
    hint: One query after a cache sees everything, so that a decode step needs no triangle. Three queries do: the first two have
        others behind them.
    """
    return scaled_dot_product_attention(q, k, v, causal and q.shape[2] == k.shape[2], attention_mask)


def own_token_hidden(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    """own token hidden

    met: a classic: a triangle without its diagonal
    hint: How many keys should the first of six tokens see?
    hint: A query sees the keys before it and the one at its own position. Yours stops one earlier, and the first token sees
        nothing.
    """
    if not causal:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    shift = k.shape[2] - q.shape[2] - 1
    return _attend(q, k, v, _seen(q, k, np.tri(q.shape[2], k.shape[2], shift, dtype=bool), attention_mask))


def one_token_ahead(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    """one token of the future seen

    met: a classic: positions counted from 1 in the comparison and from 0 in the array
    hint: Change the second key and its value. Does the first row of the result change?
    hint: Your triangle reaches one key too far, and that is the one a model has to predict. Query i ends with the key of its
        own position.
    """
    if not causal:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    shift = k.shape[2] - q.shape[2] + 1
    return _attend(q, k, v, _seen(q, k, np.tri(q.shape[2], k.shape[2], shift, dtype=bool), attention_mask))


def upside_down(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None) -> Array:
    """triangle inverted

    met: rasbt/LLMs-from-scratch issue 1061: true means "hide" for one function and "see" for the next
    hint: Print what the last query may see. Is it everything, or nothing?
    hint: You show what should be hidden. Say once what true means, and keep to it: here, that a query sees a key.
    """
    if not causal:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    shift = k.shape[2] - q.shape[2]
    return _attend(q, k, v, _seen(q, k, ~np.tri(q.shape[2], k.shape[2], shift, dtype=bool), attention_mask))


def keys_and_queries_exchanged(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: ArrayLike | None = None
) -> Array:
    """triangle transposed

    met: a classic: the comparison of positions with its two sides exchanged
    hint: Print what the first query may see. Is it one key, or all of them?
    hint: Rows are queries and columns are keys. Yours is the other way round: every token sees itself and what comes after it.
    """
    if not causal:
        return scaled_dot_product_attention(q, k, v, False, attention_mask)
    return _attend(q, k, v, _seen(q, k, np.tri(k.shape[2], q.shape[2], dtype=bool).T, attention_mask))
