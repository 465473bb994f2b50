"""Wrong answers to rotation_matrix (lab 05): blocks.

hint: Write the matrix of position 1 down for the two frequencies 1 and 0.5: four rows, four columns, and eight zeros.
hint: Block i stands at rows and columns 2i and 2i + 1. Its first column is where (1, 0) goes, (cos, sin), and its
    second one where (0, 1) goes, (-sin, cos).
hint: A zero matrix of the size twice the number of frequencies, and four entries for each of them. With an array of the
    numbers 0, 2, 4, ... all blocks are filled at once; a loop is fine too.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def split_half_pairs_in_double_precision(position: float, inv_freq: Array) -> Floats:
    """another way to write it

    variant of: split_half_pairs
    """
    angles = position * inv_freq.astype(np.float64)
    cos, sin = np.diag(np.cos(angles)), np.diag(np.sin(angles))
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
