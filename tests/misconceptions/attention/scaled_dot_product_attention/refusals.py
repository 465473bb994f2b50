"""Wrong answers to scaled_dot_product_attention (lab 06): refusals."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import scaled_dot_product_attention

Array = NDArray[Any]
Mask = ArrayLike | None


def nothing_refused(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """nothing refused

    met: a classic: what cannot be multiplied raises by itself
    checks: its own
    hint: Call it with a mask of one row for a batch of two, and with five causal queries but four keys. What comes back?
    hint: The docstring lists under Raises what must be refused. NumPy accepts some of it without a word, and where it does
        complain it names no argument.
    """
    work, keys = np.promote_types(q.dtype, np.float32), k.shape[2]
    visible = np.tri(q.shape[-2], keys, keys - q.shape[-2] if causal else keys, dtype=bool)
    if attention_mask is not None:
        visible = visible & np.asarray(attention_mask, dtype=bool)[:, None, None, :]
    k, v = (np.repeat(x.astype(work), q.shape[-3] // x.shape[1], axis=1) for x in (k, v))
    scores = np.where(visible, q.astype(work) @ k.swapaxes(-1, -2) / work.type(np.sqrt(q.shape[-1])), -np.inf)
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = weights.sum(axis=-1, keepdims=True)
    return np.asarray(weights / np.where(total > 0, total, 1) @ v).astype(q.dtype)


def heads_left_over(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """any number of key heads accepted

    met: a classic; a review of keras-team/keras pull request 23081 asks for the missing check
    checks: its own
    hint: Call it with six query heads and four key heads. Which of them does the last query head read?
    hint: Groups of equal size need a number of key heads that divides that of the query heads. Refuse any other.
    """
    if q.ndim == 4 and k.shape == v.shape and k.shape[1] and q.shape[1] % k.shape[1]:
        shared = np.arange(q.shape[1]) * k.shape[1] // q.shape[1]
        k, v = k[:, shared], v[:, shared]
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def v_not_compared(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """shape of v not compared

    met: a classic: v has the shape of k, except when it has not
    checks: its own
    hint: Call it with a v of one head where k has two, and with one of a single feature. Does it complain?
    hint: All your comparisons are about k. v must have its shape, all of it.
    """
    if q.ndim == k.ndim == v.ndim == 4 and v.shape[2] == k.shape[2]:
        v = np.broadcast_to(v, k.shape)
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def more_causal_queries_than_keys(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """more causal queries than keys accepted

    met: pytorch/pytorch issue 108108 proposes zeros for the rows that would begin before the first key
    checks: its own
    hint: Call it with five causal queries and four keys. What does the first query see?
    hint: The queries are the last tokens of the keys, so that they cannot be more. Refuse it, where causal is asked for.
    """
    more = q.shape[2] - k.shape[2] if q.ndim == k.ndim == 4 else 0
    if not causal or more <= 0 or k.shape != v.shape:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    out = np.zeros_like(q)
    out[:, :, more:] = scaled_dot_product_attention(q[:, :, more:], k, v, causal, attention_mask)
    return out


def mask_left_to_broadcasting(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """attention_mask left to NumPy's broadcasting

    met: a classic: what cannot be broadcast raises by itself
    checks: its own
    hint: Call it with a mask of shape (1, 7) for a batch of two. Does NumPy complain?
    hint: Broadcasting repeats whatever has length 1. Compare the shape of the mask with (batch, keys), and nothing else.
    """
    if attention_mask is not None:
        attention_mask = np.broadcast_to(attention_mask, (len(q), k.shape[2]))
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def q_without_a_batch(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """a q without a batch axis accepted

    met: a classic: NumPy puts missing axes in front, so that one sequence meets every batch
    checks: its own
    hint: Call it with a q of shape (6, 5, 8), and k and v of a batch of two.
    hint: q must have four axes. With three, the products are broadcast over the batch of k, and nobody asked for that.
    """
    if q.ndim == 3:
        q = np.broadcast_to(q, (len(k), *q.shape))
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def k_refused_as_q(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """a k that does not fit refused as q

    met: a classic: one message for all three arrays
    checks: its own
    hint: Call it with a k of another head size, and read the message. Which argument's shape does it give?
    hint: q comes first, and what does not fit it is k or v. Name that one, with its shape.
    """
    try:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    except ValueError as error:
        if str(error).startswith("k "):
            raise ValueError(f"q does not fit: {q.shape}") from error
        raise


def assertions(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """bad input refused by assertions

    met: a classic: assert is the shortest check there is
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assertion states what your own code believes, and python -O leaves it out. Bad input raises ValueError.
    """
    try:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    except ValueError as error:
        raise AssertionError(str(error)) from error
