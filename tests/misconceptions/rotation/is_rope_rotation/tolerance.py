"""Wrong answers to is_rope_rotation (lab 05): tolerance."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.rotation import is_rope_rotation

Array = NDArray[Any]


def _square(R: Array) -> bool:
    return R.ndim == 2 and R.shape[0] == R.shape[1] and R.size > 0 and len(R) % 2 == 0


def _from_first_columns(R: Array) -> Array:
    """The matrix of blocks [[c, -s], [s, c]] with c and s from the first column of each block of R."""
    expected, even = np.zeros(R.shape), np.arange(0, len(R) - 1, 2)
    expected[even, even] = expected[even + 1, even + 1] = R[even, even]
    expected[even + 1, even], expected[even, even + 1] = R[even + 1, even], -R[even + 1, even]
    return expected


def relative_tolerance(R: ArrayLike, atol: float) -> bool:
    """relative tolerance

    met: a classic: np.allclose is given atol alone
    hint: Look up what np.allclose compares with when you give it atol alone.
    hint: It adds rtol times the second number, with an rtol of 1e-5 unless told otherwise. A stretch by two millionths
        passes, whatever atol is.
    """
    R = np.asarray(R)
    if not _square(R) or not np.allclose(R, _from_first_columns(R), atol=atol):
        return False
    return np.allclose(R @ R.T, np.eye(len(R)), atol=atol) and bool(np.isclose(np.linalg.det(R), 1.0, atol=atol))


def tolerance_of_its_own(R: ArrayLike, atol: float) -> bool:
    """atol ignored

    met: a classic: a tolerance that was right for one try stays in the code
    hint: Call it with a large atol and with a tiny one. Does that ever change the answer?
    hint: How far an entry may be off is for the caller to say. Yours uses a number of its own.
    """
    return is_rope_rotation(R, 1e-9)


def tolerance_of_numpy(R: ArrayLike, atol: float) -> bool:
    """another way to write it

    variant of: tolerance_of_its_own
    """
    R = np.asarray(R)
    return _square(R) and np.allclose(R, _from_first_columns(R)) and np.allclose(R @ R.T, np.eye(len(R)))


def nan_accepted(R: ArrayLike, atol: float) -> bool:
    """NaN accepted

    met: Hugging Face transformers#45902: frequencies that were never filled in, and NaN or silent loss in what follows
    hint: Print nan > 1 and nan <= 1.
    hint: Every comparison with NaN is False, so asking whether an error is too large never finds it. Ask whether it is
        small enough.
    """
    R = np.asarray(R)
    if not _square(R) or np.any(np.abs(R - _from_first_columns(R)) > atol):
        return False
    return not np.any(np.abs(R @ R.T - np.eye(len(R))) > atol)


def mean_error(R: ArrayLike, atol: float) -> bool:
    """mean error compared with atol

    met: a classic: one number for the whole matrix is easy to print
    hint: One entry of a matrix of 100 is off by 1e-3. What does your error say?
    hint: atol is for each entry. A mean lets one large error hide among many entries that are right.
    """
    R = np.asarray(R)
    if R.ndim != 2 or not _square(R):
        return False
    blocks = np.mean(np.abs(R - _from_first_columns(R))) <= atol
    return bool(blocks and np.mean(np.abs(R @ R.T - np.eye(len(R)))) <= atol)


def exact_orthogonality(R: ArrayLike, atol: float) -> bool:
    """lengths alone, compared exactly

    met: a classic: two sides of an equation are compared with ==
    hint: Take a block with an angle of 0.4 and print R times its transpose, minus the identity.
    hint: Cosines and sines are rounded, so R times its transpose is rarely the identity in every digit: that is what
        atol is for. And a reflection passes, for it keeps lengths too.
    """
    R = np.asarray(R)
    return _square(R) and np.array_equal(R @ R.T, np.eye(len(R)))
