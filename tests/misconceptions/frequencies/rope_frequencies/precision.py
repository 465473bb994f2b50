"""Wrong answers to rope_frequencies (lab 01): precision."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def single_precision(d_head: int, base: float = 10000.0) -> NDArray[np.float32]:
    """float32 frequencies

    met: kekzl/imp pull request 1325: drift that grows with the position, from angles formed in float32
    hint: Print the dtype of what you return.
    hint: A frequency that is off by one part in ten million gives an angle that is off by a tenth at position one
        million. Every step here is float64; casting is for finished cosines and sines.
    """
    return np.asarray(base ** (-2.0 * np.arange(d_head // 2) / d_head), dtype=np.float32)


def single_precision_powers(d_head: int, base: float = 10000.0) -> NDArray[np.float32]:
    """a float32 range, as the usual PyTorch code has it

    variant of: single_precision
    """
    return np.asarray(1.0 / float(base) ** (np.arange(0, d_head, 2, dtype=np.float32) / d_head))


def single_precision_negative_powers(d_head: int, base: float = 10000.0) -> NDArray[np.float32]:
    """negative float32 exponents

    variant of: single_precision
    """
    return np.asarray(float(base) ** (-2.0 * np.arange(d_head // 2, dtype=np.float32) / d_head))


def rounded_to_single_precision(d_head: int, base: float = 10000.0) -> Floats:
    """float32 arithmetic in a float64 array

    met: a classic: a last cast makes the dtype right, not the numbers
    hint: Compare your second frequency with the power that Python's own floats give. How many digits agree?
    hint: Seven digits and no more: some step is still float32, and a cast afterwards does not bring the others back.
    """
    return np.asarray(base ** (-2.0 * np.arange(d_head // 2) / d_head)).astype(np.float32).astype(np.float64)


def rounded_powers(d_head: int, base: float = 10000.0) -> Floats:
    """a float32 range, widened at the end

    variant of: rounded_to_single_precision
    """
    return (1.0 / float(base) ** (np.arange(0, d_head, 2, dtype=np.float32) / d_head)).astype(np.float64)


def rounded_negative_powers(d_head: int, base: float = 10000.0) -> Floats:
    """negative float32 exponents, widened at the end

    variant of: rounded_to_single_precision
    """
    return (float(base) ** (-2.0 * np.arange(d_head // 2, dtype=np.float32) / d_head)).astype(np.float64)


def type_of_the_base(d_head: int, base: float = 10000.0) -> NDArray[np.float64]:
    """the result takes the type of the base

    met: a classic: an array filled with the base keeps the base's type
    hint: Try the base 500000, without a decimal point. What comes back?
    hint: An array made from a whole number holds whole numbers, and every fraction put into it is cut to 0. Give the
        array its dtype.
    """
    frequencies = np.full(d_head // 2, base)
    for pair in range(d_head // 2):
        frequencies[pair] = float(base) ** (-2 * pair / d_head)
    return frequencies
