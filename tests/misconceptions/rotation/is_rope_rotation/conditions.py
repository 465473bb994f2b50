"""Wrong answers to is_rope_rotation (lab 05): conditions.

hint: List what a rotation matrix of this lab is: square, of even size, zeros outside the blocks, each block [[c, -s],
    [s, c]] with c and s from the unit circle. For each item think of a matrix that fails in this one only.
hint: Read c and s of each block off its first column, build the matrix that these make, and compare R with it entry by
    entry. Then only the length of each (c, s) is left to check.
hint: Look at the shape before anything else, and write comparisons with atol so that NaN fails them.
"""

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


def _zero_outside_blocks(R: Array, atol: float) -> bool:
    return _near(R * (1 - np.kron(np.eye(len(R) // 2), np.ones((2, 2)))), 0.0, atol)


def accepts_everything(R: ArrayLike, atol: float) -> bool:
    """accepts everything

    met: a classic: a matrix is compared with itself, or the conditions never come to False
    hint: Give it a matrix of zeros, and a vector.
    hint: Each condition that the docstring lists must be able to say no. Try one impostor for each.
    """
    return True


def refuses_everything(R: ArrayLike, atol: float) -> bool:
    """refuses everything

    met: a classic: a condition that no matrix fulfils, or a function that ends without a True
    hint: Give it the identity, the rotation of position 0.
    hint: Print every condition for the identity, one by one. The one that is False is wrong, or it is never reached.
    """
    return False


def verdict_inverted(R: ArrayLike, atol: float) -> bool:
    """True and False exchanged

    met: a classic: the function is thought of as one that looks for a mistake
    hint: Give it the identity, the rotation of position 0. What does it say?
    hint: The name asks whether R is a rotation. An entry that is off means False, and True is for a matrix in which
        nothing was found.
    """
    return not is_rope_rotation(R, atol)


def orthogonality_inverted(R: ArrayLike, atol: float) -> bool:
    """another way to write it

    variant of: verdict_inverted
    """
    R = np.asarray(R)
    return not (_square(R) and _orthogonal(R, atol))


def symmetric_only(R: ArrayLike, atol: float) -> bool:
    """checks only that the matrix is symmetric

    met: a classic: R equal to its transpose is taken for R inverted by its transpose
    hint: Give it the quarter turn [[0, -1], [1, 0]], and a matrix of zeros.
    hint: A rotation times its transpose is the identity. That the two are equal holds for half turns and no turn alone,
        and for many matrices that turn nothing.
    """
    R = np.asarray(R)
    return _square(R) and _near(R, R.T, atol)


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
