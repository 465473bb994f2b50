"""Wrong answers to scaled_dot_product_attention (lab 06): scores and the scale."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import scaled_dot_product_attention

Array = NDArray[Any]
Mask = ArrayLike | None


def _wide(q: Array) -> Array:
    """q in the dtype of the work: a factor must not overflow what half precision can hold."""
    return np.asarray(q.astype(np.promote_types(q.dtype, np.float32)))


def _scaled(q: Array, factor: float, k: Array, v: Array, causal: bool, attention_mask: Mask) -> Array:
    """Attention whose scores are the right ones times a factor."""
    wide = _wide(q) * np.promote_types(q.dtype, np.float32).type(factor)
    return np.asarray(scaled_dot_product_attention(wide, k, v, causal, attention_mask).astype(q.dtype))


def no_scale(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """scale missing

    met: a classic: softmax(q kᵀ) v, as attention was written before it was scaled
    hint: Print the scores of one query, and those of a head with four times as many features. How do they grow?
    hint: A sum of D products of standard normal numbers has standard deviation sqrt(D), and a softmax of large numbers is
        nearly a choice of one. Divide the scores by it.
    """
    return _scaled(q, np.sqrt(q.shape[3]), k, v, causal, attention_mask)


def divided_by_d(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """divided by D instead of its root

    met: a classic: a mean of products instead of a scaled sum
    hint: For D 16, by what are the scores divided?
    hint: The standard deviation of such a sum grows with the root of D. Dividing by D itself makes all weights nearly equal.
    """
    return _scaled(q, 1 / np.sqrt(q.shape[3]), k, v, causal, attention_mask)


def scaled_twice(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """q scaled, and the scores again

    variant of: divided_by_d
    """
    root = np.promote_types(q.dtype, np.float32).type(np.sqrt(q.shape[3]))
    return scaled_dot_product_attention(_wide(q) / root, k, v, causal, attention_mask).astype(q.dtype)


def root_of_d_model(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """divided by the root of d_model

    met: omihub777/ViT-CIFAR pull request 11, chelsea0x3b/dfdx issue 171 and other code written from the paper
    hint: Which sizes does a score sum over: those of one head, or of all heads together?
    hint: The paper's d_k is the size of one head. Split among more heads, each score is a shorter sum, and its scale smaller.
    """
    return _scaled(q, 1 / np.sqrt(q.shape[1]), k, v, causal, attention_mask)


def root_of_the_heads(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """divided by the root of the number of heads

    met: tenstorrent/tt-metal pull request 56789: the comment said head_dim, and the code num_heads
    hint: Which axis of q is summed over in a score, and how long is it?
    hint: A score is a sum over the features of one head, the last axis of q. How many heads there are does not matter.
    """
    return _scaled(q, np.sqrt(q.shape[3] / q.shape[1]), k, v, causal, attention_mask)


def root_of_the_length(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """divided by the root of the number of keys

    met: a classic: the last axis of the transposed keys is the tokens, not the features
    hint: Attend with five keys and with fifty. Should the scores of the first five change?
    hint: The scale belongs to the head's size. After a transposition of k its last axis is something else.
    """
    return _scaled(q, np.sqrt(q.shape[3] / max(k.shape[2], 1)), k, v, causal, attention_mask)


def multiplied(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """multiplied by the root of D

    met: esceptico/perceiver-io issue 9: a scale of D ** -0.5, by which the scores were divided
    hint: Are your scores larger or smaller than the plain products?
    hint: The scale makes scores smaller. Divide by the root, or multiply by its inverse, and not both.
    """
    return _scaled(q, q.shape[3], k, v, causal, attention_mask)


def after_the_softmax(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """scaled after the softmax

    met: a classic: the division moved out of the parentheses
    hint: Add up the weights of one query.
    hint: The softmax is where the size of the scores matters. Scale before it, and the weights add up to 1.
    """
    out = _scaled(q, np.sqrt(q.shape[3]), k, v, causal, attention_mask)
    return np.asarray((out / np.sqrt(q.shape[3])).astype(q.dtype))


def _half_scores(q: Array, k: Array) -> Array:
    """Products of half precision, not scaled yet."""
    return np.asarray(q @ np.repeat(k, q.shape[1] // k.shape[1], axis=1).swapaxes(2, 3))


def _mean(scores: Array, guarded: bool, q: Array, v: Array, causal: bool, attention_mask: Mask) -> Array:
    """Masks, softmax in float32 and the weighted sum; guarded, a row without a finite score stays as it is."""
    keys = scores.shape[3]
    real = np.ones((len(q), keys)) if attention_mask is None else np.asarray(attention_mask)
    triangle = np.tri(q.shape[2], keys, keys - q.shape[2] if causal else keys, dtype=bool)
    scores = np.where(triangle & real.astype(bool)[:, None, None, :], scores.astype(np.float32), np.float32(-np.inf))
    largest = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - (np.where(np.isfinite(largest), largest, 0) if guarded else largest))
    total = weights.sum(axis=-1, keepdims=True)
    weights = weights / (np.where(total > 0, total, 1) if guarded else total)
    return np.asarray(weights @ np.repeat(v, q.shape[1] // v.shape[1], axis=1).astype(np.float32)).astype(q.dtype)


def half_precision(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """scores in half precision

    met: huggingface/transformers pull request 17437: NaN from OPT in float16; NVIDIA/TensorRT-LLM pull request 18044
    hint: What is np.float16(300) * np.float16(300)?
    hint: float16 ends at 65,504, which a few large features exceed. Make q and k float32 before they are multiplied, not the
        scores afterwards.
    """
    if q.dtype != np.float16:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    scores = _half_scores(q, k) / np.float16(np.sqrt(q.shape[3]))
    return _mean(scores, False, q, v, causal, attention_mask)


def half_precision_guarded(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """with care for rows that have no finite score

    variant of: half_precision
    """
    if q.dtype != np.float16:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    scores = _half_scores(q, k) / np.float16(np.sqrt(q.shape[3]))
    return _mean(scores, True, q, v, causal, attention_mask)


def products_in_half_precision(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """the products in half precision, scaled in float32

    variant of: half_precision
    """
    if q.dtype != np.float16:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    scores = _half_scores(q, k).astype(np.float32) / np.float32(np.sqrt(q.shape[3]))
    return _mean(scores, False, q, v, causal, attention_mask)


def products_in_half_precision_guarded(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """scaled in float32, with care for rows that have no finite score

    variant of: half_precision
    """
    if q.dtype != np.float16:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    scores = _half_scores(q, k).astype(np.float32) / np.float32(np.sqrt(q.shape[3]))
    return _mean(scores, True, q, v, causal, attention_mask)


def never_more_than_float32(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """float32 even for float64

    met: huggingface/transformers issue 48459: the softmax of GPT-NeoX cut float64 down to float32
    hint: Attend with float64 arrays, and with the same in float32. How many digits agree?
    hint: float32 is the least that the work is done in, for half precision is too little. float64 keeps its own.
    """
    q32, k32, v32 = (x.astype(np.float32) for x in (q, k, v))
    return scaled_dot_product_attention(q32, k32, v32, causal, attention_mask).astype(q.dtype)


def dtype_of_the_work(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """result not cast back to the dtype of q

    met: a classic: the work is done in float32, and so is what comes out
    hint: Print the dtype of the result for float16 arrays.
    hint: Scores and softmax need float32, the result does not: it goes back into a layer of q's dtype.
    """
    return scaled_dot_product_attention(_wide(q), k, v, causal, attention_mask)


def always_float64(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """result always in float64

    met: a classic: a factor from np.sqrt is a float64, and promotes what it divides
    hint: Print the dtype of the result for float32 arrays.
    hint: The result has the dtype of q, whatever the work is done in. Cast it at the end.
    """
    return scaled_dot_product_attention(q.astype(np.float64), k, v, causal, attention_mask)


def q_overwritten(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """q scaled in place

    met: a classic: q /= np.sqrt(D) saves an array, and the caller's queries are other ones afterwards
    hint: Print q before and after the call.
    hint: An operator with = writes into the array that the caller still holds. Divide into a new one.
    """
    out = scaled_dot_product_attention(q, k, v, causal, attention_mask)
    q /= q.dtype.type(np.sqrt(q.shape[3]))
    return out
