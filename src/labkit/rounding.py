"""How far off a right rotation, attention or layer may be, derived from how often, and at what size, a number is rounded.

One rounding is half an eps, relative. Each function here bounds what one side may be off, computed in numbers of one
precision; whoever compares two sides adds both. Terms of second order (eps squared) are paid for by counting a whole eps for
each rounding of a sum.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPS = float(np.finfo(np.float64).eps)


def rotation_error(largest: float, table: float, eps: float = EPS) -> float:
    """x0 cos - x1 sin with no feature above ``largest``: two table entries, three roundings of up to twice that."""
    return 2 * largest * (table + 1.5 * eps)


def attention_error(
    q: NDArray[Any], k: NDArray[Any], v: NDArray[Any], off: tuple[float, float, float], eps: float = EPS
) -> float:
    """The output of attention, absolute: q, k and v of shape (..., tokens, D), each off by its entry of ``off``.

    What q and k are off is a length, what v is off belongs to a feature. A score is a sum of D products over sqrt(D), bounded
    by both lengths. A weight of the softmax is off, relative, by twice what a score is off, by the rounding of score -
    largest, by exp and by the sum. The weights of a query sum to 1, so the output is off by what its values are off and by
    the error of the weights times the largest value.
    """
    head_dim, tokens = int(q.shape[-1]), int(k.shape[-2])
    q_off, k_off, v_off = off
    q_length, k_length = (float(np.max(np.linalg.norm(rows, axis=-1))) for rows in (q, k))
    largest_score = q_length * k_length / math.sqrt(head_dim)
    score = (q_off * k_length + k_off * q_length) / math.sqrt(head_dim) + (head_dim + 2) * eps * largest_score
    weights = 2 * score + (2 * largest_score + tokens + 8) * eps
    return v_off + float(np.max(np.abs(v))) * (weights + tokens * eps)


@dataclass(frozen=True)
class LayerError:
    """What the keys, the values and the output of an attention layer may be off, absolute."""

    keys: float
    values: float
    out: float


def layer_error(
    x: NDArray[Any], weights: Sequence[NDArray[Any]], head_dim: int, table: float, eps: float = EPS
) -> LayerError:
    """A layer with the weights (q, k, v, o) on all of its inputs x, of shape (batch, tokens, d_model).

    A sum of n products is off by n eps of the sum of their absolute values. Rotating keeps what a query is off, in length,
    and adds what the tables are off, times the query's own length.
    """
    products = x.shape[-1] * eps

    def by_head(rows: NDArray[Any]) -> NDArray[Any]:
        return rows.reshape(*rows.shape[:2], -1, head_dim).swapaxes(1, 2)

    def longest(rows: NDArray[Any]) -> float:
        return float(np.max(np.linalg.norm(rows, axis=-1)))

    q, k, v = (by_head(x @ w.T) for w in weights[:3])
    absolute = [by_head(np.abs(x) @ np.abs(w).T) for w in weights[:3]]
    q_off, k_off = (
        products * longest(bound) + rotation_error(longest(rows), table, eps)
        for rows, bound in ((q, absolute[0]), (k, absolute[1]))
    )
    v_off = products * float(np.max(absolute[2]))
    heads = attention_error(q, k, v, (q_off, k_off, v_off), eps)
    rows_sum = float(np.max(np.sum(np.abs(weights[3]), axis=1)))
    return LayerError(k_off, v_off, rows_sum * (heads + weights[3].shape[1] * eps * float(np.max(np.abs(v)))))
