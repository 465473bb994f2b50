"""Wrong answers to is_rope_rotation (lab 05).

hint: List what a rotation matrix of this lab is: square, of even size, zeros outside the blocks, each block [[c, -s],
    [s, c]] with c and s from the unit circle. For each item think of a matrix that fails in this one only.
hint: Read c and s of each block off its first column, build the matrix that these make, and compare R with it entry by
    entry. Then only the length of each (c, s) is left to check.
hint: Look at the shape before anything else, and write comparisons with atol so that NaN fails them.
"""

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


def _determinant_1(R: Array, atol: float) -> bool:
    return bool(abs(np.linalg.det(R) - 1.0) <= len(R) * atol)


def _from_first_columns(R: Array) -> Array:
    """The matrix of blocks [[c, -s], [s, c]] with c and s from the first column of each block of R."""
    expected, even = np.zeros(R.shape), np.arange(0, len(R) - 1, 2)
    expected[even, even] = expected[even + 1, even + 1] = R[even, even]
    expected[even + 1, even], expected[even, even + 1] = R[even + 1, even], -R[even + 1, even]
    return expected


def accepts_everything(R: ArrayLike, atol: float) -> bool:
    """accepts everything

    met: a classic: a matrix is compared with itself, or the conditions never come to False
    hint: Give it a matrix of zeros, and a vector.
    hint: Each condition that the docstring lists must be able to say no. Try one impostor for each.
    """
    return True


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


def orthogonal_only(R: ArrayLike, atol: float) -> bool:
    """checks only that lengths are kept

    met: a classic: orthogonal is taken for rotation
    hint: Give it a reflection, and a matrix that exchanges two features.
    hint: R times its transpose is the identity for every orthogonal matrix: reflections and permutations, rotations of
        any planes. The determinant and the blocks are still to be checked.
    """
    R = np.asarray(R)
    return _square(R) and _orthogonal(R, atol)


def determinant_only(R: ArrayLike, atol: float) -> bool:
    """checks only the determinant

    met: a classic: the determinant 1 is taken for rotation
    hint: Give it a matrix that doubles one feature and halves another.
    hint: The determinant says that volumes are kept. Shears and stretches that make up for each other have the
        determinant 1 too.
    """
    R = np.asarray(R)
    return _square(R) and _determinant_1(R, atol)


def any_rotation(R: ArrayLike, atol: float) -> bool:
    """accepts every rotation

    met: TinyLlama#24 and llama.cpp#3018: a rotation of the wrong pairs is a rotation, too
    hint: Give it a rotation with split-half pairs.
    hint: Orthogonal and of determinant 1 is every rotation of the whole space. RoPE turns neighbouring features only:
        all entries outside the blocks are zero.
    """
    R = np.asarray(R)
    return _square(R) and _orthogonal(R, atol) and _determinant_1(R, atol)


def stretching_accepted(R: ArrayLike, atol: float) -> bool:
    """accepts stretched blocks

    met: kekzl/imp#880: cosines and sines 1.26 times too large, and a perplexity that grows with the position
    hint: Give it a right rotation times 1.5.
    hint: A block [[c, -s], [s, c]] turns and stretches by the length of (c, s). That length has to be 1.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, _from_first_columns(R), atol)


def stretching_accepted_if_balanced(R: ArrayLike, atol: float) -> bool:
    """accepts stretches that make up for each other

    met: a classic: the determinant stands in for the length of every pair
    hint: Give it a rotation with one block doubled and another halved.
    hint: The determinant is the product of all blocks' stretches, and can be 1 when none of them is. Check each block's
        length, or that R is orthogonal.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, _from_first_columns(R), atol) and _determinant_1(R, atol)


def _zero_outside_blocks(R: Array, atol: float) -> bool:
    return _near(R * (1 - np.kron(np.eye(len(R) // 2), np.ones((2, 2)))), 0.0, atol)


def reflections_accepted(R: ArrayLike, atol: float) -> bool:
    """accepts reflected blocks

    met: a classic: zeros outside the blocks and lengths kept, and nobody asks which way round
    hint: Give it a right rotation in which one column has changed its sign.
    hint: A block can be orthogonal with the determinant -1: a reflection. Check the signs inside each block.
    """
    R = np.asarray(R)
    return _square(R) and _zero_outside_blocks(R, atol) and _orthogonal(R, atol)


def two_reflections_accepted(R: ArrayLike, atol: float) -> bool:
    """accepts two reflected blocks

    met: a classic: the determinant of the whole stands in for that of every block
    hint: Give it a right rotation in which two columns, of two blocks, have changed their signs.
    hint: Two reflections have the determinant (-1) times (-1). Each block has to be a rotation by itself.
    """
    R = np.asarray(R)
    return _square(R) and _zero_outside_blocks(R, atol) and _orthogonal(R, atol) and _determinant_1(R, atol)


def one_side_of_the_blocks(R: ArrayLike, atol: float) -> bool:
    """looks above the blocks only

    met: a classic: a loop over j > i, for a matrix that is not symmetric
    hint: Give it a rotation with one entry of 0.001 far below the diagonal.
    hint: Entries below the blocks have to be zero as well as those above.
    """
    R = np.asarray(R)
    if not _square(R):
        return False
    below = np.tril(R, -2)
    return is_rope_rotation(R - below, atol)


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


def lists_not_converted(R: Array, atol: float) -> bool:
    """lists are not converted

    met: a classic: R.shape is written before R is made an array
    hint: Give it [[0, -1], [1, 0]], as a list.
    hint: Array-like arguments may be lists, which have no shape. Make R an array first.
    checks: its own
    """
    return _square(R) and is_rope_rotation(R, atol)


def cosines_not_compared(R: ArrayLike, atol: float) -> bool:
    """the two cosines of a block are not compared

    met: a classic: zeros outside the blocks, opposite sines and orthogonality look like enough
    hint: Is the diagonal matrix with the entries 1 and -1 a rotation? What do your conditions say?
    hint: A block has one cosine, which stands twice. A reflection whose sines are 0 has opposite ones and is orthogonal.
    """
    R = np.asarray(R)
    if R.ndim != 2 or not _square(R):
        return False
    even = np.arange(0, len(R), 2)
    blocks = np.kron(np.eye(len(even)), np.ones((2, 2)))
    sines = np.abs(R[even, even + 1] + R[even + 1, even])
    return _near(R * (1 - blocks), np.zeros(R.shape), atol) and bool(np.all(sines <= atol)) and _orthogonal(R, atol)


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


def empty_accepted(R: ArrayLike, atol: float) -> bool:
    """a matrix without rows and columns accepted

    met: a classic: a condition on all entries holds when there are none
    hint: What do your conditions say of an array of shape (0, 0)?
    hint: There is no head of dimension 0, so there is no rotation of it. All of no entries are anything you like.
    """
    return np.shape(R) == (0, 0) or is_rope_rotation(R, atol)
