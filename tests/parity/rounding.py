"""How far apart two right answers may lie, derived from how often, and at what size, a number is rounded.

One rounding is half an eps, relative. Each function here bounds what one side may be off, computed in numbers of one
precision; whoever compares two sides adds both. Nothing here was fitted to a measured difference. Terms of second order
(eps squared) are paid for by counting a whole eps for each rounding of a sum.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPS = float(np.finfo(np.float64).eps)
EPS32 = float(np.finfo(np.float32).eps)


def frequency_error(base: float, size: int, eps: float = EPS) -> float:
    """An inverse frequency of a head of that size, relative: one power, good to 4 eps in vectorised libraries, and perhaps
    one division.

    The exponent -2i/D is exact where D is a power of two. Elsewhere it is rounded, which costs up to ln(base) / 2 eps.
    """
    exact = size & (size - 1) == 0
    return (4.5 + (0.0 if exact else abs(math.log(base)) / 2)) * eps


def dynamic_frequency_error(base: float, size: int, factor: float, stretch: float, eps: float = EPS) -> float:
    """A frequency of dynamic NTK scaling, relative, for a text that is ``stretch`` times the trained length.

    The base is multiplied by a power of a = factor * stretch - (factor - 1). Three numbers up to a + factor are rounded on
    the way to a, and the exponent D / (D - 2) is, once. What the base is off counts less than once in base ** (-2i/D).
    """
    a = factor * stretch - (factor - 1)
    scaled_base = (1.5 * (a + factor) / a * size / (size - 2) + math.log(a) + 4.5) * eps
    return scaled_base + frequency_error(base, size, eps)


def mixed_frequency_error(frequency: float, factor: float, share: float, eps: float = EPS) -> float:
    """``(1 - s) * f + s * f / factor``, relative, with a share s between 0 and 1 that is off by ``share``.

    The mixture is at least f / factor, so what the share is off counts up to factor times.
    """
    return frequency + factor * share + 4 * eps


def yarn_share_error(eps: float = EPS) -> float:
    """(i - low) / (high - low), whole numbers, and 1 minus it."""
    return eps


def llama3_share_error(frequency: float, low: float, high: float, eps: float = EPS) -> float:
    """(turns - low) / (high - low): turns, at most ``high`` where they count, carry f's error and four roundings."""
    return high * (frequency + 2 * eps) / (high - low) + 2 * eps


def table_error(largest_position: float, frequency: float, eps: float = EPS) -> float:
    """A cosine or sine of position times inverse frequency, absolute.

    The angle is at most the position, since no frequency exceeds 1. It is off by the relative error of the frequency and
    by one rounding of the product. A cosine is off by no more than its angle, and by a few eps of its own.
    """
    return (frequency + eps / 2) * largest_position + 4 * eps


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
    x: NDArray[Any], weights: tuple[NDArray[Any], ...], head_dim: int, table: float, eps: float = EPS
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
