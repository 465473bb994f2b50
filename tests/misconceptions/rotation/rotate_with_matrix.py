"""Wrong answers to rotate_with_matrix (lab 05).

hint: Take R = [[0, -1], [1, 0]] and the row [1, 0], on paper. As a column, R takes it to [0, 1].
hint: The transpose of R x is the row x times the transpose of R. NumPy's @ does that for all rows at once, whatever
    axes come before.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.rotation import rotate_with_matrix

Array = NDArray[Any]


def turned_the_other_way(x: Array, R: Array) -> Array:
    """rows multiplied by R itself

    met: a claim of circulating notes on RoPE, that Q @ R turns rows counter-clockwise
    hint: Turn the row [1, 0] with R = [[0, -1], [1, 0]]. As a column it goes to [0, 1].
    hint: R was made for columns. A row times R is the column times the transpose of R, and for a rotation that is the
        turn in the other direction.
    """
    return rotate_with_matrix(x, R.T)


def columns_of_x(x: Array, R: Array) -> Array:
    """x taken for columns

    met: a classic: R @ x as it stands in the book, where x is one column
    hint: Pass a square x, with as many vectors as features. Which of its two axes has R mixed?
    hint: R @ x multiplies the columns of x, but the vectors stand in its rows: the tokens are mixed instead of the
        features, or the shapes do not fit.
    """
    return np.asarray(R @ x)


def columns_where_they_fit(x: Array, R: Array) -> Array:
    """x taken for columns where that fits

    met: a classic: R is put on whichever side gives no error
    hint: Pass a square x, with as many vectors as features, and then its first row alone. Are the results equal?
    hint: For a square x both products exist, and you take the one that mixes the tokens. The features are always the
        last axis.
    """
    if x.ndim > 1 and x.shape[-2] == len(R):
        return np.asarray(R @ x)
    return rotate_with_matrix(x, R)


def all_axes_reversed(x: Array, R: Array) -> Array:
    """all axes exchanged, not the last two

    met: a classic: x.T is right for a matrix, and reverses every axis of a larger array
    hint: Print x.T.shape for an x of shape (2, 5, 3, 10).
    hint: A transpose without arguments reverses all the axes, so batches and heads end up in other places. Let R stand
        on the right of x, where no axis of x has to move.
    """
    return np.asarray((R @ x.T).T)


def inverse_for_transpose(x: Array, R: Array) -> Array:
    """inverse instead of the transpose

    met: a classic: of a rotation the two are the same, of other matrices they are not
    hint: Pass a matrix of whole numbers that is no rotation.
    hint: The identity that holds for every matrix is the one with the transpose. The inverse agrees with it for
        rotations only, and costs more and rounds more.
    """
    return np.asarray(x @ np.linalg.inv(R))


def blocks_only(x: Array, R: Array) -> Array:
    """only the blocks on the diagonal used

    met: a classic: the matrix is known to be mostly zeros, and the rest is never read
    hint: Pass a matrix that has no zeros.
    hint: You take R for a rotation and read four entries of each block. Whatever stands outside is lost, and a matrix
        that is wrong there would look right. Use all of R.
    """
    blocks = np.kron(np.eye(len(R) // 2), np.ones((2, 2)))
    return rotate_with_matrix(x, R * blocks)


def x_overwritten(x: Array, R: Array) -> Array:
    """x overwritten

    met: a classic: written for memory's sake, and the caller's array is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The docstring
        promises a new array.
    """
    x[...] = rotate_with_matrix(x, R)
    return x


def float32_product(x: Array, R: Array) -> Array:
    """product in float32

    met: a classic: speed is bought with half of the digits
    hint: Print the dtypes of x, of R and of the result.
    hint: Nothing in the docstring asks for a cast. In float32 a rotation is off by 1e-7, and that hides small mistakes.
    """
    return rotate_with_matrix(x.astype(np.float32), R.astype(np.float32))


def float32_product_cast_back(x: Array, R: Array) -> Array:
    """another way to write it

    variant of: float32_product
    """
    return rotate_with_matrix(x.astype(np.float32), R.astype(np.float32)).astype(x.dtype)


def nothing_checked(x: Array, R: Array) -> Array:
    """nothing is checked

    met: a classic: @ is trusted to complain, but a matrix that is not square may fit
    checks: its own
    hint: Pass an R of shape (6, 8) for vectors of 8 features. What is the shape of the result?
    hint: A matrix that is not square makes vectors of another length without a word, and NumPy's own errors name none
        of your arguments. Compare the shapes first, and name the argument and its shape.
    """
    return np.asarray(x @ R.T)


def r_need_not_be_square(x: Array, R: Array) -> Array:
    """R is not asked to be square

    met: a classic: only the side that touches x is compared
    checks: its own
    hint: Pass an R of shape (6, 8) for vectors of 8 features.
    hint: You compare one side of R with x. The other one decides the length of the result, which must be that of x.
    """
    x, R = np.asarray(x), np.asarray(R)
    if x.shape[-1] != R.shape[-1]:
        raise ValueError(f"the last dimension of x must be {R.shape[-1]}, got shape {x.shape}")
    return np.asarray(x @ R.T)


def first_dimension_of_x(x: Array, R: Array) -> Array:
    """first dimension of x compared with R

    met: a classic: len(x) is the number of features of one vector, but the number of vectors otherwise
    checks: its own
    hint: Pass seven vectors of ten features. Are they refused?
    hint: The features are the last dimension of x, whatever comes before. len gives the first one.
    """
    x, R = np.asarray(x), np.asarray(R)
    if R.ndim != 2 or R.shape[0] != R.shape[1]:
        raise ValueError(f"R must be square, got shape {R.shape}")
    if len(x) != len(R):
        raise ValueError(f"x must have {len(R)} features, got shape {x.shape}")
    return np.asarray(x @ R.T)


def nameless_refusal(x: Array, R: Array) -> Array:
    """refused without naming the argument and its shape

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument and the shape that it had: that is all there is to go by.
    """
    x, R = np.asarray(x), np.asarray(R)
    try:
        return rotate_with_matrix(x, R)
    except ValueError:
        raise ValueError("dimensions do not fit") from None


def refused_by_assert(x: Array, R: Array) -> Array:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    x, R = np.asarray(x), np.asarray(R)
    assert R.ndim == 2 and R.shape[0] == R.shape[1], f"R: {R.shape}"
    assert x.shape[-1] == len(R), f"x: {x.shape}"
    return rotate_with_matrix(x, R)


def lists_not_converted(x: Array, R: Array) -> Array:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (x, R)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return rotate_with_matrix(x, R)
