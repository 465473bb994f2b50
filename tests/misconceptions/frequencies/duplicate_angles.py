"""Wrong answers to duplicate_angles (lab 01).

hint: Take one row of two angles, 0.5 and 2. Which four numbers should come back, in which order?
hint: In the split-half layout features i and i + D/2 form a pair, so each row is written twice, one copy behind the
    other.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.frequencies import duplicate_angles

Floats = NDArray[np.float64]


def interleaved(angles: ArrayLike) -> Floats:
    """each angle repeated in place: the other layout

    met: how-to-train-your-gpt 7: repeated angles used with a rotation of halves
    hint: Print a row of 0.5 and 2. Which two of the four entries are the same?
    hint: Yours are neighbours: that is the interleaved layout, where features 2i and 2i + 1 form a pair. Here the
        second copy begins after the whole first one.
    """
    return np.repeat(np.asarray(angles, dtype=np.float64), 2, axis=1)


def rows_twice(angles: ArrayLike) -> Floats:
    """rows repeated, not columns

    met: a classic: concatenate joins along the first axis unless told otherwise
    hint: Print the shape. Did the number of positions change?
    hint: The copy goes beside the table, not below it: twice as many columns, as many rows as before.
    """
    table = np.asarray(angles, dtype=np.float64)
    return np.concatenate([table, table])


def not_duplicated(angles: ArrayLike) -> Floats:
    """nothing duplicated

    met: a classic: the half-width table is enough for the interleaved layout
    hint: Print the shape. How many features does a head with this many pairs have?
    hint: Each pair has two features and both need its angle, so the table gets twice as many columns.
    """
    return np.array(angles, dtype=np.float64)


def a_view_of_the_argument(angles: ArrayLike) -> Floats:
    """the argument itself handed back

    met: a classic: asarray of an array is that array
    hint: Change an entry of what comes back. Does the argument change too?
    hint: Nothing was duplicated or even copied: the result is the argument's own memory. Build a table twice as wide.
    """
    return np.asarray(angles, dtype=np.float64)


def second_half_negated(angles: ArrayLike) -> Floats:
    """the second half with the opposite sign

    met: a classic: the minus of rotate_half, applied one step too early
    hint: In which direction does each of the two features of a pair turn?
    hint: Both features belong to one rotation by one angle. The minus sign belongs to the rotation, not to its angle.
    """
    return np.concatenate([np.asarray(angles, dtype=np.float64), -np.asarray(angles, dtype=np.float64)], axis=1)


def second_half_mirrored(angles: ArrayLike) -> Floats:
    """the second half in reverse order

    met: a classic: pairs taken from both ends, as in a fast Fourier transform
    hint: Print a row of 0.5 and 2. Which feature has the angle of the first one?
    hint: Feature i goes with i + D/2, not with D - 1 - i: the copy has the order of the original.
    """
    table = np.asarray(angles, dtype=np.float64)
    return np.concatenate([table, table[:, ::-1]], axis=1)


def second_half_empty(angles: ArrayLike) -> Floats:
    """zeros for the second half

    met: a classic: a table made twice as wide and filled half
    hint: Print a row of 0.5 and 2.
    hint: An angle of 0 leaves the second feature of each pair unturned. It needs the same angle as the first.
    """
    table = np.asarray(angles, dtype=np.float64)
    return np.concatenate([table, np.zeros_like(table)], axis=1)


def doubled(angles: ArrayLike) -> Floats:
    """every angle doubled

    met: a classic: "duplicate" read as "times two"
    hint: Print the shape and the first entry.
    hint: The angles stay what they are and are written twice. Yours stand once, twice as large.
    """
    return 2.0 * np.asarray(angles, dtype=np.float64)


def an_axis_of_copies(angles: ArrayLike) -> Floats:
    """copies along an axis of their own

    met: a classic: stack where concatenate is meant
    hint: Print the number of dimensions.
    hint: Stacking makes a new axis of length 2. The contract is a table of shape (T, D): the copies join along the
        columns.
    """
    table = np.asarray(angles, dtype=np.float64)
    return np.stack([table, table], axis=1)


def reshaped_without_regard(angles: ArrayLike) -> Floats:
    """reshaped to the right shape, in the wrong order

    met: a classic: reshape tried until the shape fits
    hint: Compare row 0 of what comes back with row 0 of the angles.
    hint: Two tables below each other, read off in rows of D numbers, put two positions into one row. The shape is
        right, but each row must hold one position.
    """
    table = np.asarray(angles, dtype=np.float64)
    return np.concatenate([table, table]).reshape(table.shape[0], -1)


def precision_of_the_argument(angles: ArrayLike) -> NDArray[Any]:
    """the argument's dtype kept

    met: a classic: moving data keeps its dtype, and the contract is forgotten
    hint: Call it with float32 angles and print the dtype of what comes back.
    hint: What comes back is float64 whatever goes in, so that the next step has all digits that there are.
    """
    return np.concatenate([angles, angles], axis=1)


def single_precision(angles: ArrayLike) -> NDArray[np.float32]:
    """float32 angles

    met: a classic: the dtype of the model, taken too early
    hint: Print the dtype of what comes back.
    hint: The angle of a late position loses its last digits in float32. Angles stay float64; cosines and sines are
        cast.
    """
    return duplicate_angles(angles).astype(np.float32)


def no_checks(angles: ArrayLike) -> Floats:
    """shapes not checked

    met: a classic: joining along the last axis works in any number of dimensions
    checks: its own
    hint: Call it with a single row, of shape (12,).
    hint: It would work, and hide that a table was expected. Refuse what is not two-dimensional, by name and shape.
    """
    return np.concatenate([np.asarray(angles, dtype=np.float64)] * 2, axis=-1)


def more_dimensions_accepted(angles: ArrayLike) -> Floats:
    """three dimensions accepted

    met: a classic: "at least two-dimensional" where "two-dimensional" is meant
    checks: its own
    hint: Call it with an array of shape (2, 3, 4).
    hint: The docstring refuses what is not two-dimensional, and three dimensions are not two.
    """
    if np.ndim(angles) < 2:
        raise ValueError(f"angles must be two-dimensional, got shape {np.shape(angles)}")
    return np.concatenate([np.asarray(angles, dtype=np.float64)] * 2, axis=-1)


def error_left_to_numpy(angles: ArrayLike) -> Floats:
    """the error left to NumPy

    met: a classic: unpacking a shape fails by itself, so why check
    checks: its own
    hint: Read the message of your error. Does it say which argument was wrong?
    hint: An unpacking that fails is a ValueError, but it names neither angles nor the shape. Check before, and say
        both.
    """
    rows, pairs = np.shape(angles)
    return np.concatenate([np.asarray(angles, dtype=np.float64)] * 2, axis=1).reshape(rows, 2 * pairs)


def type_error(angles: ArrayLike) -> Floats:
    """TypeError in place of ValueError

    met: a classic: a wrong number of dimensions feels like a wrong type
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An array of another shape is still an array. It is a bad value of the argument: ValueError.
    """
    if np.ndim(angles) != 2:
        raise TypeError(f"angles must be two-dimensional, got shape {np.shape(angles)}")
    return duplicate_angles(angles)
