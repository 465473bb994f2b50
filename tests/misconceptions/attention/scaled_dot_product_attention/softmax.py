"""Wrong answers to scaled_dot_product_attention (lab 06): the softmax."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Mask = Array | None


def _visible(q: Array, k: Array, causal: bool, attention_mask: Mask) -> Array:
    queries, keys = q.shape[2], k.shape[2]
    triangle = np.tri(queries, keys, keys - queries if causal else keys, dtype=bool)
    real = np.ones((len(q), keys)) if attention_mask is None else attention_mask
    return np.asarray(triangle & real.astype(bool)[:, None, None, :])


def _scores(q: Array, k: Array, work: Any = None) -> Array:
    work = np.dtype(work or np.promote_types(q.dtype, np.float32))
    k = np.repeat(k.astype(work), q.shape[1] // k.shape[1], axis=1)
    return np.asarray(q.astype(work) @ k.swapaxes(2, 3) / work.type(np.sqrt(q.shape[3])))


def _mean(weights: Array, q: Array, v: Array) -> Array:
    values = np.repeat(v.astype(weights.dtype), q.shape[1] // v.shape[1], axis=1)
    return np.asarray(weights @ values).astype(q.dtype)


def _normalised(weights: Array, axis: Any = -1) -> Array:
    total = weights.sum(axis=axis, keepdims=True)
    return np.asarray(weights / np.where(total == 0, 1, total))


def _hidden(scores: Array, visible: Array) -> Array:
    return np.where(visible, scores, -np.inf)


def _without_largest(scores: Array, axis: Any = -1) -> Array:
    largest = scores.max(axis=axis, keepdims=True, initial=-np.inf)
    return np.asarray(scores - np.where(np.isfinite(largest), largest, 0))


def largest_not_subtracted(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """largest score not subtracted

    met: ggml-org/llama.cpp pull request 2665 and pytorch/executorch pull request 18407: infinity over infinity
    hint: Print np.exp(800.0), and np.exp(-800.0). What is 0/0, and inf/inf?
    hint: Weights are quotients, so a number may be subtracted from all scores of a row first. With the largest of them no
        exponential overflows, and one is 1.
    """
    weights = np.exp(_hidden(_scores(q, k), _visible(q, k, causal, attention_mask)))
    return _mean(_normalised(weights), q, v)


def scores_clipped(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """scores clipped instead

    met: a classic: np.clip makes the overflow go away, and makes unequal scores equal
    hint: What are the weights of the scores 100 and 200? And yours?
    hint: Clipping changes the differences between scores, on which the weights depend. Subtracting one number from a whole row
        does not.
    """
    scores = np.clip(_scores(q, k), -80, 80)
    weights = np.exp(_hidden(scores, _visible(q, k, causal, attention_mask)))
    return _mean(_normalised(weights), q, v)


def largest_of_all(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """largest of the whole array subtracted

    met: NVIDIA/FasterTransformer issue 43, where the formula proposed takes np.max(x) without an axis
    hint: One row has scores near 2,000 and another near 0. What is left of the second row after the exponential?
    hint: One row's largest score may lie far above all scores of another, whose exponentials are then 0. Each row needs its
        own: axis=-1 with keepdims=True.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp(_without_largest(scores, axis=None))), q, v)


def largest_of_a_key(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """largest taken over the queries

    met: a classic: axis -2 for axis -1, which small scores forgive only in part
    hint: Which axis of (batch, heads, queries, keys) do the weights of one query lie along?
    hint: What is subtracted cancels only where it is the same for all keys of a query. Yours is another for each key.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp(_without_largest(scores, axis=-2))), q, v)


def hidden_after_the_exponential(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """largest taken before the mask

    met: abisee/pointer-generator issue 88: softmax first, then the mask, then the quotient again
    hint: A hidden key has the score 2,000, and those that are seen have scores near 0. What is left of them?
    hint: As long as scores are small this comes to the same. But a hidden score may lie far above all that are seen: hide
        first, and look for the largest among the rest.
    """
    weights = np.exp(_without_largest(_scores(q, k))) * _visible(q, k, causal, attention_mask)
    return _mean(_normalised(weights), q, v)


def hidden_after_the_softmax(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """hidden after the softmax

    met: huggingface/pytorch-image-models pull request 2236: the mask belongs before the softmax
    hint: Add up the weights of the first of six tokens.
    hint: Hidden keys have taken their share before they are removed, so what is left does not add up to 1. Hide scores, not
        weights.
    """
    weights = _normalised(np.exp(_without_largest(_scores(q, k)))) * _visible(q, k, causal, attention_mask)
    return _mean(weights, q, v)


def hidden_scores_of_zero(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """hidden scores set to 0

    met: georg-wolflein/good-features pull request 1, where scores were multiplied by the mask; hyunwoongko/transformer issue 10
    hint: What is the exponential of 0?
    hint: A score of 0 is an ordinary one. A weight is 0 when its score is minus infinity.
    """
    scores = np.where(_visible(q, k, causal, attention_mask), _scores(q, k), 0)
    return _mean(_normalised(np.exp(_without_largest(scores))), q, v)


def large_number_instead_of_infinity(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """a large negative number instead of minus infinity

    met: ml-explore/mlx issue 2395: a row that sees nothing came out neither as zeros nor as NaN
    hint: Call it with a mask that is false everywhere. What comes out, and what does the docstring say?
    hint: Where all scores are -1e9, the softmax gives each key the same weight, and the padding is averaged. Minus infinity
        says what is meant; then see to the rows that have nothing else.
    """
    scores = np.where(_visible(q, k, causal, attention_mask), _scores(q, k), -1e9)
    return _mean(_normalised(np.exp(_without_largest(scores))), q, v)


def large_number_added(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """added to the scores, as libraries do

    variant of: large_number_instead_of_infinity
    """
    scores = _scores(q, k)
    scores = scores + np.where(_visible(q, k, causal, attention_mask), 0, -1e9).astype(scores.dtype)
    return _mean(_normalised(np.exp(_without_largest(scores))), q, v)


def nan_for_rows_without_a_key(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """NaN where a query sees nothing

    met: pytorch/pytorch issues 41508 and 103963 and robertknight/rten pull request 1321
    hint: Call it with a mask that is false everywhere. What is minus infinity less minus infinity?
    hint: A row in which everything is hidden has no largest score and a sum of 0. Put something finite in the place of both,
        and its weights are zeros.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return _mean(weights / weights.sum(axis=-1, keepdims=True), q, v)


def over_the_queries(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """softmax over the queries

    met: nerdai/llms-from-scratch-rs pull request 30: a softmax along the wrong axis
    hint: Add up the weights of one query.
    hint: The weights of a query over all keys add up to 1, and those are the last axis. Yours add up to 1 for each key.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp(_without_largest(scores, axis=-2)), axis=-2), q, v)


def divided_by_the_sum_over_the_queries(
    q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None
) -> Array:
    """the largest taken over the keys, the sum over the queries

    variant of: over_the_queries
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp(_without_largest(scores)), axis=-2), q, v)


def over_the_heads(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """softmax over the heads

    met: a classic: axis 1 where the last was meant, left from an array with fewer axes
    hint: Add up the weights of one query of one head.
    hint: Heads know nothing of each other. The softmax of each runs along its own keys, the last axis.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp(_without_largest(scores, axis=1)), axis=1), q, v)


def not_normalised(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """weights not divided by their sum

    met: a classic: the exponential taken for the whole softmax
    hint: Add up the weights of one query.
    hint: After the subtraction the largest weight is 1, so that nothing looks wrong. Divide each row by its sum.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(np.exp(_without_largest(scores)), q, v)


def powers_of_two(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """powers of two

    met: a classic of kernels: exp2 is the faster one, and the scale must then hold the logarithm of e
    hint: For the scores 0 and 1, what is the quotient of the weights?
    hint: It should be e. Yours is 2, so that all weights are too even.
    """
    scores = _hidden(_scores(q, k), _visible(q, k, causal, attention_mask))
    return _mean(_normalised(np.exp2(_without_largest(scores))), q, v)
