"""Wrong answers to is_rope_rotation (lab 05): angles."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.rotation import is_rope_rotation, rotation_matrix

Array = NDArray[Any]


def _square(R: Array) -> bool:
    return R.ndim == 2 and R.shape[0] == R.shape[1] and R.size > 0 and len(R) % 2 == 0


def _near(R: Array, other: ArrayLike, atol: float) -> bool:
    return bool(np.all(np.abs(R - np.asarray(other)) <= atol))


def _orthogonal(R: Array, atol: float) -> bool:
    return _near(R @ R.T, np.eye(len(R)), atol)


def _from_first_columns(R: Array) -> Array:
    """The matrix of blocks [[c, -s], [s, c]] with c and s from the first column of each block of R."""
    expected, even = np.zeros(R.shape), np.arange(0, len(R) - 1, 2)
    expected[even, even] = expected[even + 1, even + 1] = R[even, even]
    expected[even + 1, even], expected[even, even + 1] = R[even + 1, even], -R[even + 1, even]
    return expected


def one_family_of_angles(R: ArrayLike, atol: float) -> bool:
    """accepts only the angles of its own frequencies

    met: a classic: a matrix is compared with one implementation where a property was asked for
    hint: Give it the matrix of another base, or of a far position.
    hint: Any angles are fine, in every block another one. You find the position in the first block and expect the
        others to follow from it, but that takes your base, and positions whose first angle has not passed half a turn.
    """
    R = np.asarray(R)
    if not _square(R):
        return False
    position = float(np.arctan2(R[1, 0], R[0, 0]))
    return _near(R, rotation_matrix(position, rope_frequencies(len(R))), atol)


def split_half_blocks(R: ArrayLike, atol: float) -> bool:
    """expects split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: code for one layout, matrices for the other
    hint: Give it the matrix of a rotation from this lab, with four features.
    hint: You look for the sines D/2 beside the diagonal. In the interleaved layout they are its neighbours.
    """
    R = np.asarray(R)
    if not _square(R):
        return False
    order = np.arange(len(R)).reshape(2, -1).T.ravel()
    return is_rope_rotation(R[np.ix_(order, order)], atol)


def clockwise_blocks(R: ArrayLike, atol: float) -> bool:
    """compares blocks with a mirror image of their own

    met: karpathy/nanochat#489: the same rotation with the minus sign below the diagonal
    hint: Print the block that you expect beside the one that there is. In which entry do they differ?
    hint: c and s are read from one column, and the minus sign then put before the same s on the wrong side: only blocks
        without a sine pass. The entry above the diagonal is minus the one below.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, _from_first_columns(R).T, atol) and _orthogonal(R, atol)


def _from_angles(angles: Array) -> Array:
    return rotation_matrix(1.0, angles)


def angles_by_arccos(R: ArrayLike, atol: float) -> bool:
    """angles by arccos: negative sines refused

    met: a classic: the inverse of the cosine has lost the direction of the turn
    hint: Give it the rotation of position 1, and then that of position -1.
    hint: arccos gives angles from 0 to half a turn, whose sines are positive. An angle needs cosine and sine: take
        both from the block.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, _from_angles(np.arccos(np.clip(np.diag(R)[0::2], -1.0, 1.0))), atol)


def angles_by_arcsin(R: ArrayLike, atol: float) -> bool:
    """angles by arcsin: negative cosines refused

    met: a classic: the inverse of the sine knows the right half of the circle only
    hint: Give it the rotation by half a turn.
    hint: arcsin gives angles of at most a quarter turn, whose cosines are positive. An angle needs cosine and sine: take
        both from the block.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, _from_angles(np.arcsin(np.clip(np.diag(R, -1)[0::2], -1.0, 1.0))), atol)


def one_angle_for_all_blocks(R: ArrayLike, atol: float) -> bool:
    """demands one angle in all blocks

    met: a classic: the first block is looked at, and the others are compared with it
    hint: Give it a matrix of two blocks that turn by different angles.
    hint: In RoPE every pair has a frequency of its own, so each block turns by an angle of its own. Compare a block
        with what its own first column says.
    """
    R = np.asarray(R)
    if not _square(R):
        return False
    c, s = R[0, 0], R[1, 0]
    one = np.kron(np.eye(len(R) // 2), np.array([[c, -s], [s, c]]))
    return _near(R, one, atol) and bool(abs(c * c + s * s - 1.0) <= atol)


def angles_that_fall(R: ArrayLike, atol: float) -> bool:
    """demands angles that fall from block to block

    met: a classic: the frequencies fall, so the angles are expected to
    hint: Give it the rotation of a negative position, and one of position 40.
    hint: The frequencies fall, but angles are known up to whole turns only, and those of negative positions rise. Any
        angles are fine, in any order.
    """
    R = np.asarray(R)
    if not _square(R):
        return False
    angles = np.arctan2(np.diag(R, -1)[0::2], np.diag(R)[0::2])
    return _near(R, _from_angles(angles), atol) and bool(np.all(np.diff(angles) <= 0))
