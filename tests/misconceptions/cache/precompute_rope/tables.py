"""Wrong answers to precompute_rope (lab 02): tables.

hint: Lab 01 has all you need: frequencies, then the angles of positions 0 to T - 1. What is left to do with an angle?
hint: Two tables come back, cosines first, each of shape (T, D/2): one row for each position, one column for each pair.
"""

import numpy as np
from numpy.typing import NDArray

from ropelab.cache import precompute_rope
from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies

Floats = NDArray[np.float64]
Tables = tuple[Floats, Floats]


def _tables(angles: Floats) -> Tables:
    return np.cos(angles), np.sin(angles)


def sine_first(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """sine and cosine exchanged

    met: a classic: two tables of the same shape, returned in the other order
    hint: Print row 0 of the first table. What is the cosine of 0?
    hint: The cosines come first. At position 0 they are all 1, and yours are all 0.
    """
    cos, sin = precompute_rope(T, d_head, base)
    return sin, cos


def sine_negated(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """negative sine

    met: a classic: the minus of the rotation matrix put into the table
    hint: Print the sine at position 1 of the first pair. Is one radian above or below the axis?
    hint: The table holds the sine itself. The minus sign belongs to the formula of the rotation, in a later lab.
    """
    cos, sin = precompute_rope(T, d_head, base)
    return cos, -sin


def one_row_too_many(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """one row too many

    met: a classic: positions 0 to T, both included
    hint: Print the shape for T = 3. Which positions are there?
    hint: T positions that start at 0 end at T - 1.
    """
    return precompute_rope(T + 1, d_head, base)


def one_row_too_few(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """one row too few

    met: a classic: the last position is T - 1, so the range is made to end there
    hint: Print the shape for T = 3. Which positions are there?
    hint: np.arange leaves its end out by itself. Positions 0 to T - 1, both included, are T rows.
    """
    return precompute_rope(max(T - 1, 0), d_head, base)


def position_0_left_out(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """the first row missing instead of the last

    variant of: one_row_too_few
    """
    return _tables(position_angles(np.arange(1, T), rope_frequencies(d_head, base)))


def counted_from_one(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """positions counted from 1

    met: fla-org/flash-linear-attention 766: a length advanced too early puts every token one place off
    hint: Print row 0 of the cosines. Which position is that?
    hint: Row p belongs to position p, and the first token stands at position 0, where nothing is turned.
    """
    return _tables(position_angles(np.arange(1, T + 1), rope_frequencies(d_head, base)))


def positions_up_to_t(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """T positions spread from 0 to T

    met: a classic: linspace includes its end
    hint: Print the positions that you use. Are they whole numbers?
    hint: T numbers evenly spread from 0 to T, both included, are a little more than 1 apart. Positions are 0, 1, 2 and
        so on.
    """
    return _tables(position_angles(np.linspace(0, T, T), rope_frequencies(d_head, base)))


def positions_scaled_to_one(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """positions scaled to between 0 and 1

    met: a classic: inputs of a network are normalised, so positions are too
    hint: Compare row 1 of a table of 10 rows with row 1 of a table of 20.
    hint: Row p is the same in a short and in a long table. Yours depends on T: positions are counted in tokens.
    """
    return _tables(position_angles(np.arange(T) / max(T, 1), rope_frequencies(d_head, base)))


def angles_in_degrees(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """angles taken in degrees

    met: a classic: a conversion that np.cos does not need
    hint: Print the cosine at position 1 of the first pair. What is the cosine of one radian?
    hint: The angles are in radians already, and np.cos takes radians.
    """
    return _tables(np.rad2deg(position_angles(np.arange(T), rope_frequencies(d_head, base))))


def full_width(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """a column for each feature

    met: a classic: the usual PyTorch tables hold [theta, theta]
    hint: Print the shapes. How many pairs does a head of size D have?
    hint: These tables serve either layout, so they hold each pair once. Tables of D columns come with the class below.
    """
    return _tables(duplicate_angles(position_angles(np.arange(T), rope_frequencies(d_head, base))))


def pairs_by_positions(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """rows and columns exchanged

    met: a classic: the outer product taken the other way round
    hint: Print the shapes for T = 3 and a head dimension of 10.
    hint: A position is looked up as a row: shape (T, D/2).
    """
    cos, sin = precompute_rope(T, d_head, base)
    return cos.T.copy(), sin.T.copy()


def one_array(T: int, d_head: int, base: float = 10000.0) -> Floats:
    """one array in place of a tuple of two

    met: a classic: stacked tables unpack like a tuple, until they are indexed
    hint: Print the type of what comes back.
    hint: A tuple of two tables is promised. An array whose first axis has length 2 is something else.
    """
    return np.stack(precompute_rope(T, d_head, base))


def base_ignored(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """base not passed on

    met: ggml-org/llama.cpp pull request 2773, Lightning-AI/litgpt 2217: rope_theta of the configuration never read
    hint: Call it with two different bases. Do the tables differ?
    hint: The function that makes the frequencies has a default base of its own, and uses it when it gets none.
    """
    return precompute_rope(T, d_head)


def default_of_another_model(T: int, d_head: int, base: float = 500000.0) -> Tables:
    """a default base that is not 10,000

    met: a classic: Llama 3 uses 500,000, and its configuration is at hand
    hint: What does your function use when no base is given?
    hint: The default is part of the contract: 10,000, as in the paper.
    """
    return precompute_rope(T, d_head, base)


def single_precision_angles(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """float32 angles

    met: kekzl/imp pull request 1325: angles formed in float32, drift of 1e-2 at position 131,072
    hint: Compare row 6,000 with the cosine of the same angle in Python's own floats.
    hint: Short tables hide it: the error of a float32 angle grows with the position, and a cast afterwards does not
        undo it.
    """
    angles = np.outer(np.arange(T, dtype=np.float32), rope_frequencies(d_head, base).astype(np.float32))
    return np.cos(angles).astype(np.float64), np.sin(angles).astype(np.float64)


def single_precision_angles_widened(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """float32 angles, cosines in float64

    variant of: single_precision_angles
    """
    angles = np.outer(np.arange(T, dtype=np.float32), rope_frequencies(d_head, base).astype(np.float32))
    return _tables(angles.astype(np.float64))


def product_rounded(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """only the product rounded

    variant of: single_precision_angles
    """
    angles = position_angles(np.arange(T), rope_frequencies(d_head, base)).astype(np.float32)
    return _tables(angles.astype(np.float64))


def frequencies_rounded(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """only the frequencies rounded

    variant of: single_precision_angles
    """
    return _tables(position_angles(np.arange(T), rope_frequencies(d_head, base).astype(np.float32)))


def single_precision_tables(
    T: int, d_head: int, base: float = 10000.0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """float32 tables

    met: a classic: the dtype of the model, a step too early
    hint: Print the dtype of the tables.
    hint: These tables are promised in float64. The cast to a model's dtype comes with the class below.
    """
    cos, sin = precompute_rope(T, d_head, base)
    return cos.astype(np.float32), sin.astype(np.float32)
