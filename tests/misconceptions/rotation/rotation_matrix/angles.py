"""Wrong answers to rotation_matrix (lab 05): angles."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.rotation import rotation_matrix

Array = NDArray[Any]
Floats = NDArray[np.float64]


def default_frequencies(position: float, inv_freq: Array) -> Floats:
    """inv_freq ignored

    met: llama.cpp#2773 and litgpt#2217: the base of the model was not read, and 10000 was used
    hint: Change inv_freq. Does the matrix change?
    hint: The frequencies are an argument because models use other bases than 10000. Yours makes its own from the size.
    """
    return rotation_matrix(position, rope_frequencies(2 * inv_freq.size))


def float32_angles(position: float, inv_freq: Array) -> Floats:
    """angles in float32

    met: kekzl/imp#1325: an angle formed and reduced in float32 drifts to errors of 1e-2 at 131k tokens
    hint: Print position * inv_freq for the position 90,000, and its dtype.
    hint: A float32 number has 24 bits. Those before the point are spent on whole radians, so that at 90,000 the angle
        is off by some thousandths. Form the angle in float64.
    """
    angles = (position * inv_freq.astype(np.float64)).astype(np.float32)
    R = rotation_matrix(0, inv_freq)
    for i in range(len(angles)):
        c, s = np.cos(angles[i]), np.sin(angles[i])
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def float32_product(position: float, inv_freq: Array) -> Floats:
    """another way to write it

    variant of: float32_angles
    """
    angles = np.float32(position) * inv_freq.astype(np.float32)
    R = rotation_matrix(0, inv_freq)
    for i in range(len(angles)):
        c, s = np.cos(angles[i]), np.sin(angles[i])
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def float32_product_float64_cosines(position: float, inv_freq: Array) -> Floats:
    """another way to write it

    variant of: float32_angles
    """
    return rotation_matrix(1, np.float32(position) * inv_freq.astype(np.float32))


def precision_of_inv_freq(position: float, inv_freq: Array) -> Floats:
    """angles in whatever precision the frequencies have

    met: EleutherAI/gpt-neox#1003: frequencies that arrive in low precision decide the precision of every angle
    hint: Pass the frequencies as float32. What is the dtype of the angles?
    hint: A number times a float32 array is a float32 array, and the float64 matrix into which you write hides it.
        Convert the frequencies to float64 before you multiply.
    """
    R = rotation_matrix(0, inv_freq)
    for i, angle in enumerate(position * inv_freq):
        c, s = np.cos(angle), np.sin(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def float32_matrix(position: float, inv_freq: Array) -> Array:
    """matrix in float32

    met: a classic: models keep their tables in float32, and this matrix is for checking them
    hint: Print the dtype of the matrix.
    hint: The docstring promises float64: in float32 a product of two rotations is off by 1e-7, and that hides small
        mistakes.
    """
    return rotation_matrix(position, inv_freq).astype(np.float32)


def whole_positions(position: float, inv_freq: Array) -> Floats:
    """position cut to a whole number

    met: a classic: int(position), or a row of a table
    hint: Compare the matrices of 500 and of 500.375.
    hint: A position need not be whole: interpolation to longer contexts puts tokens between the whole numbers. The
        angle is the position times the frequency, whatever the position is.
    """
    return rotation_matrix(int(position), inv_freq)


def sign_dropped(position: float, inv_freq: Array) -> Floats:
    """sign of the position dropped

    met: a classic: positions are taken to be counted from 0
    hint: Compare the matrices of 3 and of -3. What should their product be?
    hint: A negative position turns clockwise: its matrix is the inverse of the positive one's. The cosine hides the
        sign, the sine does not.
    """
    return rotation_matrix(abs(position), inv_freq)


def degrees(position: float, inv_freq: Array) -> Floats:
    """angles taken for degrees

    met: a classic: radians are converted once too often
    hint: With a frequency of 1, by how many degrees does a token turn?
    hint: Frequencies are in radians per token, and NumPy's cosine takes radians: there is nothing to convert.
    """
    return rotation_matrix(position, np.deg2rad(inv_freq.astype(np.float64)))
