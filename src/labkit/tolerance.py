"""How far a correct answer may be from the expected one, per operation and dtype, and why.

Every bound is derived from the rounding of the operations that a correct solution may use, whichever way it is written; none
was widened until a test passed. A factor of (1 + 1e-4) in one frequency lies outside all of them at the positions tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

EPS64 = float(np.finfo(np.float64).eps)

# A power base**(-2i/D) is good to 1 ulp by pow, to about 2 |x| eps with x = (2i/D) ln(base) < 16 by exp and log, and to 2 eps
# for each of up to 64 factors when written as a running product: 128 eps. Twice that leaves room for the division.
FREQUENCY_ROUNDINGS = 256


@dataclass(frozen=True)
class Bound:
    """What a difference may be: ``relative * |expected| + absolute + of_largest * max|expected|``, entry by entry."""

    relative: float = 0.0
    absolute: float = 0.0
    of_largest: float = 0.0


EXACT = Bound()
"""For moves of data, integers and truth values: no arithmetic, no rounding."""


def frequencies() -> Bound:
    """Inverse frequencies and wavelengths in float64: relative, see FREQUENCY_ROUNDINGS."""
    return Bound(relative=FREQUENCY_ROUNDINGS * EPS64)


def angles() -> Bound:
    """Angles in float64: one more rounding than the frequency they are made of."""
    return Bound(relative=(FREQUENCY_ROUNDINGS + 1) * EPS64)


def table(dtype: DTypeLike, largest_angle: float) -> Bound:
    """Cosines and sines of angles up to largest_angle (radians), cast to dtype.

    The slope of cosine and sine is at most 1, so an angle that is off by ``largest_angle * (FREQUENCY_ROUNDINGS + 1) * eps64``
    moves them by no more. The cast rounds once; reducing the angle in float64 and taking the cosine in dtype rounds up to
    four times. Angles formed in float32 are outside from a few dozen radians on.
    """
    return Bound(absolute=largest_angle * (FREQUENCY_ROUNDINGS + 1) * EPS64 + 4 * _eps(dtype))


def rotated(dtype: DTypeLike, largest_angle: float = 0.0) -> Bound:
    """Rotated vectors in dtype, relative to their largest entry.

    An entry is ``x0 cos - x1 sin``: two products and a sum, 3 roundings of terms no larger than the largest entry of the
    input, and that is at most sqrt(2) times the largest of the output, for a rotation keeps the length of each pair. Eight
    roundings cover the complex product and the sum of a matrix row. With largest_angle, the student forms the cosines
    too, and each of the two terms may be off by the table's bound.
    """
    from_angles = 2 * np.sqrt(2) * largest_angle * (FREQUENCY_ROUNDINGS + 1) * EPS64
    return Bound(of_largest=8 * np.sqrt(2) * _eps(dtype) + from_angles)


def attention(dtype: DTypeLike, size: int, keys: int, largest_score: float, largest_value: float) -> Bound:
    """Scaled dot-product attention of given q, k and v, entry by entry.

    Args:
        size: the head dimension D.
        keys: how many keys a query may see.
        largest_score: no sum of |q_j k_j| / sqrt(D) exceeds it. A score is D products, their sum in any order, the scale
            and the subtraction of the largest: off by at most ``(D + 4) eps largest_score``.
        largest_value: no |v| exceeds it.

    A weight is a quotient of exponentials: twice the error of a score above and twice below, the exponential itself, and a
    sum of ``keys`` terms. An output is a weighted mean of v: another sum of ``keys`` terms. The work is done in float32 at
    least; the cast to dtype rounds once.
    """
    eps = _eps(np.promote_types(dtype, np.float32))
    relative = 4 * (size + 4) * eps * largest_score + (2 * keys + 8) * eps
    return Bound(absolute=largest_value * (relative + _eps(dtype)))


def attention_layer(
    dtype: DTypeLike, x: NDArray[Any], weights: Sequence[NDArray[Any]], size: int, keys: int, largest_angle: float
) -> Bound:
    """A layer of attention with rotated queries and keys: q, k, v and output projection, in this order, of weights.

    Every bound is a worst case of Cauchy and Schwarz. A projected entry is a sum of d_model products, no larger than the
    norm of x times the norm of the weight's row, and off by ``d_model eps`` of that. Rotating keeps the length of a pair, and
    adds what ``rotated`` says. Scores, weights and means are as in ``attention``; the last projection sums once more.
    """
    eps, width = _eps(dtype), weights[0].shape[1]
    norm = float(np.linalg.norm(x, axis=-1).max())
    q, k, v = (norm * float(np.linalg.norm(weight, axis=1).max()) for weight in weights[:3])
    turned = (width + 16) * eps + 4 * largest_angle * (FREQUENCY_ROUNDINGS + 1) * EPS64
    # Two features of a pair share a length of sqrt(2) times an entry's bound.
    largest_score = 2 * np.sqrt(size) * q * k
    score = largest_score * (2 * turned + (size + 4) * eps)
    head = v * (4 * score + (width + 2 * keys + 8) * eps)
    spread = float(np.abs(weights[3]).sum(axis=1).max())
    return Bound(absolute=spread * (head + weights[3].shape[1] * eps * v))


def _eps(dtype: DTypeLike) -> float:
    return float(np.finfo(np.dtype(dtype)).eps)
