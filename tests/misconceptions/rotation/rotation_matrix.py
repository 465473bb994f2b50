"""Wrong answers to rotation_matrix (lab 05).

hint: Write the matrix of position 1 down for the two frequencies 1 and 0.5: four rows, four columns, and eight zeros.
hint: Block i stands at rows and columns 2i and 2i + 1. Its first column is where (1, 0) goes, (cos, sin), and its
    second one where (0, 1) goes, (-sin, cos).
hint: A zero matrix of the size twice the number of frequencies, and four entries for each of them. With an array of the
    numbers 0, 2, 4, ... all blocks are filled at once; a loop is fine too.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.rotation import rotation_matrix

Array = NDArray[Any]
Floats = NDArray[np.float64]


def transposed_blocks(position: float, inv_freq: Array) -> Floats:
    """transposed blocks

    met: karpathy/nanochat#489: the transposed rotation gives the same scores, and breaks only against foreign weights
    hint: Multiply your matrix by the column [1, 0, ...] at a small positive position. Is the second entry positive?
    hint: The minus sign stands above the diagonal. With it below, a column turns clockwise; the matrix would be right
        for x @ R with x in a row, and the docstring asks for R @ x.
    """
    return rotation_matrix(position, inv_freq).T.copy()


def split_half_pairs(position: float, inv_freq: Array) -> Floats:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights for one layout, code for the other
    hint: Where are the entries outside the diagonal? How far from it?
    hint: Your sines stand D/2 beside the diagonal, which pairs feature i with i + D/2. In the interleaved layout
        partners are neighbours, and the matrix is made of 2 x 2 blocks.
    """
    cos, sin = np.diag(np.cos(position * inv_freq)), np.diag(np.sin(position * inv_freq))
    return np.block([[cos, -sin], [sin, cos]])


def reflections(position: float, inv_freq: Array) -> Floats:
    """reflections, not rotations

    met: a classic: the minus sign lands on the second cosine
    hint: Print the matrix of position 0. Which matrix should it be?
    hint: Position 0 turns nothing: the identity. Yours changes the sign of every second feature, and each block has the
        determinant -1. The minus sign belongs to a sine.
    """
    R = rotation_matrix(position, inv_freq)
    R[:, 1::2] *= -1
    return R


def no_minus_sign(position: float, inv_freq: Array) -> Floats:
    """no minus sign

    met: a classic: all four entries of a block are filled in alike
    hint: Multiply the matrix by its transpose. Is that the identity?
    hint: With both sines positive a block stretches and does not turn. One of the two is negative: which one decides
        the direction.
    """
    R = rotation_matrix(position, inv_freq)
    even = np.arange(0, len(R), 2)
    R[even, even + 1] *= -1
    return R


def cos_and_sin_swapped(position: float, inv_freq: Array) -> Floats:
    """cosine and sine swapped

    met: Hugging Face's GPT-J code takes the sine before the cosine; ports forget it
    hint: Print the matrix of position 0. Which matrix should it be?
    hint: At the angle 0 the cosine is 1 and the sine 0, and nothing turns: the cosines stand on the diagonal.
    """
    R = np.zeros((2 * inv_freq.size, 2 * inv_freq.size))
    for i, angle in enumerate(position * inv_freq):
        c, s = np.sin(angle), np.cos(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def one_angle_for_all_blocks(position: float, inv_freq: Array) -> Floats:
    """one angle for all blocks

    met: a classic: the formula of the plane, with one theta, is repeated along the diagonal
    hint: Print the diagonal. Should all its entries be equal?
    hint: Block i turns by the position times inv_freq[i], so the later blocks turn slower. Yours all turn like block 0.
    """
    return rotation_matrix(position, np.full_like(inv_freq, inv_freq[0]))


def half_of_the_size(position: float, inv_freq: Array) -> Floats:
    """as many rows as frequencies

    met: a classic: the length of inv_freq is taken for D
    hint: Print the shapes of inv_freq and of the matrix. How many features are there for each frequency?
    hint: Every frequency turns two features, so the matrix has twice as many rows as there are frequencies. You fill
        one row and column for each.
    """
    return rotation_matrix(position, inv_freq)[: len(inv_freq), : len(inv_freq)].copy()


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


def empty_accepted(position: float, inv_freq: Array) -> Floats:
    """empty inv_freq accepted

    met: a classic: a loop over nothing raises nothing
    checks: its own
    hint: Pass an inv_freq without entries.
    hint: A head without a pair of features has no rotation, and a matrix without entries only moves the error
        elsewhere. Refuse it by name, with its shape.
    """
    inv_freq = np.asarray(inv_freq)
    return np.zeros((0, 0)) if inv_freq.shape == (0,) else rotation_matrix(position, inv_freq)


def flattened(position: float, inv_freq: Array) -> Floats:
    """inv_freq of two dimensions flattened

    met: a classic: size is asked for where the shape matters
    checks: its own
    hint: Pass frequencies of shape (4, 1).
    hint: Flattened, any array is a vector, also one that got its shape by mistake, such as a table of angles. Ask for
        one dimension.
    """
    inv_freq = np.asarray(inv_freq)
    return rotation_matrix(position, inv_freq.ravel())


def nothing_checked(position: float, inv_freq: Array) -> Floats:
    """nothing is checked

    met: a classic: NumPy is trusted to complain
    checks: its own
    hint: Pass no frequencies at all, and then an array of shape (1, 4). Does an error name inv_freq?
    hint: Some shapes that make no sense are broadcast, and others fail deep inside with a message about something else.
        Refuse all but a vector with entries, by name and shape, before you compute.
    """
    inv_freq = np.asarray(inv_freq)
    angles = position * inv_freq.astype(np.float64)
    even = 2 * np.arange(inv_freq.size)
    R = np.zeros((2 * inv_freq.size, 2 * inv_freq.size))
    R[even, even], R[even, even + 1] = np.cos(angles), -np.sin(angles)
    R[even + 1, even], R[even + 1, even + 1] = np.sin(angles), np.cos(angles)
    return R


def nothing_checked_in_a_loop(position: float, inv_freq: Array) -> Floats:
    """another way to write it

    variant of: nothing_checked
    checks: its own
    """
    inv_freq = np.asarray(inv_freq)
    angles = position * inv_freq.astype(np.float64)
    R = np.zeros((2 * len(angles), 2 * len(angles)))
    for i in range(len(angles)):
        c, s = np.cos(angles[i]), np.sin(angles[i])
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def nameless_refusal(position: float, inv_freq: Array) -> Floats:
    """refused without naming inv_freq and its shape

    met: a classic: the message says that something is wrong, and not what
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. What was passed?
    hint: The message has to name inv_freq and the shape that it had: that is all there is to go by.
    """
    inv_freq = np.asarray(inv_freq)
    if inv_freq.ndim != 1 or inv_freq.size == 0:
        raise ValueError("frequencies must be a vector with at least one entry")
    return rotation_matrix(position, inv_freq)


def refused_by_assert(position: float, inv_freq: Array) -> Floats:
    """refused by assert

    met: a classic: assert is short, but python -O removes it
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    inv_freq = np.asarray(inv_freq)
    assert inv_freq.ndim == 1 and inv_freq.size > 0, f"inv_freq: {inv_freq.shape}"
    return rotation_matrix(position, inv_freq)


def lists_not_converted(position: float, inv_freq: Array) -> Array:
    """lists not turned into arrays

    met: a classic: written for arrays, called with a list
    hint: Call it with plain lists of numbers, as its type hints allow.
    hint: A list has neither a shape nor arithmetic of its own. Turn every argument into an array first; an array stays
        what it is.
    checks: its own
    """
    if any(isinstance(one, list) for one in (inv_freq,)):
        raise TypeError("list indices must be integers or slices, not tuple")
    return rotation_matrix(position, inv_freq)
