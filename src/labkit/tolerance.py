"""How far a correct answer may be from the expected one, per operation and dtype, and why.

Every bound is derived from the rounding of the operations that a correct solution may use, whichever way it is written; none
was widened until a test passed. A factor of (1 + 1e-4) in one frequency lies outside all of them at the positions tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from labkit.rounding import EPS, attention_error, layer_error

EPS64 = EPS

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


def rotated_and_rounded(dtype: DTypeLike) -> Bound:
    """Vectors that are rotated in float32 and rounded to a narrower dtype once, at the end.

    Both sides are off by the float32 rotation; where that puts them on two sides of a rounding boundary, they are neighbours
    in dtype: one eps apart, relative, or one step of the subnormal numbers.
    """
    narrow = np.finfo(np.dtype(dtype))
    return Bound(
        relative=float(narrow.eps), absolute=float(narrow.smallest_subnormal), of_largest=rotated(np.float32).of_largest
    )


def attention(q: NDArray[Any], k: NDArray[Any], v: NDArray[Any]) -> Bound:
    """Scaled dot-product attention of these inputs, of shape (..., tokens, D), entry by entry.

    Expected and actual values are both off by ``attention_error``. The work is done in float32 at least; the cast to q's dtype
    rounds once. Where scores carry no error at all, zeros in the place of q and k say so.
    """
    eps = _eps(np.promote_types(q.dtype, np.float32))
    wide_q, wide_k, wide_v = (array.astype(np.float64) for array in (q, k, v))
    error = attention_error(wide_q, wide_k, wide_v, (0.0, 0.0, 0.0), eps)
    return Bound(absolute=2 * error + float(np.abs(v).max()) * _eps(q.dtype))


def attention_layer(x: NDArray[Any], weights: Sequence[NDArray[Any]], size: int, largest_angle: float) -> Bound:
    """The output, the rotated keys and the values of a layer of attention with heads of that size.

    Args:
        x: all tokens that the layer sees, shape (batch, tokens, d_model).
        weights: query, key, value and output projection, in the dtype of the layer.
        size: the head dimension D.
        largest_angle: in radians; the student forms the cosines too, as in ``rotated``.
    """
    eps = _eps(weights[0].dtype)
    table_error = largest_angle * (FREQUENCY_ROUNDINGS + 1) * EPS64 + 4 * eps
    error = layer_error(x.astype(np.float64), [one.astype(np.float64) for one in weights], size, table_error, eps)
    return Bound(absolute=2 * max(error.keys, error.values, error.out))


def _eps(dtype: DTypeLike) -> float:
    return float(np.finfo(np.dtype(dtype)).eps)
