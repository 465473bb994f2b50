"""Wrong answers to is_rope_rotation (lab 05): shapes."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.rotation import is_rope_rotation

Array = NDArray[Any]


def _square(R: Array) -> bool:
    return R.ndim == 2 and R.shape[0] == R.shape[1] and R.size > 0 and len(R) % 2 == 0


def _near(R: Array, other: ArrayLike, atol: float) -> bool:
    return bool(np.all(np.abs(R - np.asarray(other)) <= atol))


def _orthogonal(R: Array, atol: float) -> bool:
    return _near(R @ R.T, np.eye(len(R)), atol)


def _determinant_1(R: Array, atol: float) -> bool:
    return bool(abs(np.linalg.det(R) - 1.0) <= len(R) * atol)


def _from_first_columns(R: Array) -> Array:
    """The matrix of blocks [[c, -s], [s, c]] with c and s from the first column of each block of R."""
    expected, even = np.zeros(R.shape), np.arange(0, len(R) - 1, 2)
    expected[even, even] = expected[even + 1, even + 1] = R[even, even]
    expected[even + 1, even], expected[even, even + 1] = R[even + 1, even], -R[even + 1, even]
    return expected


def odd_size_accepted(R: ArrayLike, atol: float) -> bool:
    """odd size accepted

    met: a classic: a loop in steps of 2 ends before the last feature
    hint: Give it a rotation of ten features with an eleventh that stays as it is.
    hint: Every feature of a rotation has a partner. Your blocks end one row early, and the last entry is compared with
        nothing that is wrong about it.
    """
    R = np.asarray(R)
    if R.ndim == 2 and R.shape[0] == R.shape[1] and len(R) % 2 and abs(R[-1, -1] - 1.0) <= atol:
        return is_rope_rotation(R[:-1, :-1], atol)
    return is_rope_rotation(R, atol)


def fails_on_other_shapes(R: ArrayLike, atol: float) -> bool:
    """other shapes raise instead of giving False

    met: a classic: a matrix is expected to be square
    hint: Give it a vector, and a matrix with a row too few.
    hint: "Any array" may be passed: for one that is not square the answer is False. Look at the shape before you
        multiply or index.
    """
    R = np.asarray(R)
    return _orthogonal(R, atol) and _near(R, _from_first_columns(R), atol) and _determinant_1(R, atol)


def fails_inside_a_loop(R: ArrayLike, atol: float) -> bool:
    """another way to write it

    variant of: fails_on_other_shapes
    """
    R = np.asarray(R)
    for i in range(0, len(R), 2):
        c, s = R[i, i], R[i + 1, i]
        if (
            not abs(c * c + s * s - 1.0) <= atol
            or not abs(R[i, i + 1] + s) <= atol
            or not abs(R[i + 1, i + 1] - c) <= atol
        ):
            return False
    outside = R * (1 - np.kron(np.eye(len(R) // 2), np.ones((2, 2))))
    return bool(np.all(np.abs(outside) <= atol)) and len(R) > 0


def lists_not_converted(R: Array, atol: float) -> bool:
    """lists are not converted

    met: a classic: R.shape is written before R is made an array
    hint: Give it [[0, -1], [1, 0]], as a list.
    hint: Array-like arguments may be lists, which have no shape. Make R an array first.
    checks: its own
    """
    return _square(R) and is_rope_rotation(R, atol)


def empty_accepted(R: ArrayLike, atol: float) -> bool:
    """a matrix without rows and columns accepted

    met: a classic: a condition on all entries holds when there are none
    hint: What do your conditions say of an array of shape (0, 0)?
    hint: There is no head of dimension 0, so there is no rotation of it. All of no entries are anything you like.
    """
    return np.shape(R) == (0, 0) or is_rope_rotation(R, atol)
