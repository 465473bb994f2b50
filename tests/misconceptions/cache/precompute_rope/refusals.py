"""Wrong answers to precompute_rope (lab 02): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.cache import precompute_rope
from ropelab.frequencies import position_angles, rope_frequencies

Floats = NDArray[np.float64]
Tables = tuple[Floats, Floats]


def _tables(angles: Floats) -> Tables:
    return np.cos(angles), np.sin(angles)


def negative_t_accepted(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """negative T accepted

    met: a classic: a range that ends before it begins is empty, not an error
    checks: its own
    hint: Call it with T = -1. What comes back?
    hint: An empty table for a negative length hides a mistake of the caller. Refuse it, by name and value.
    """
    return _tables(position_angles(np.arange(T), rope_frequencies(d_head, base)))


def negative_t_left_to_numpy(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """negative T left to NumPy's own error

    met: a classic: the array cannot be made, so why check
    checks: its own
    hint: Call it with T = -1 and read the message. Does it say which argument was wrong?
    hint: NumPy's error is a ValueError, but it knows neither T nor its value. Check before, and say both.
    """
    angles = np.empty((T, d_head // 2))
    angles[:] = position_angles(np.arange(T), rope_frequencies(d_head, base))
    return _tables(angles)


def empty_table_refused(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """T = 0 refused

    met: a classic: "must be positive" written for "must not be negative"
    checks: its own
    hint: What does the docstring say of T = 0?
    hint: A table of no rows is a good start for a sequence without tokens. Only negative lengths are refused.
    """
    if T <= 0:
        raise ValueError(f"T must be positive, got {T}")
    return precompute_rope(T, d_head, base)


def only_t_checked(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """head dimension and base not checked

    met: a classic: the frequencies written out once more, their checks left behind
    checks: its own
    hint: Call it with a head dimension of 9, then with base -500.
    hint: Lab 01's function for the frequencies refuses both already. Use it in place of the formula.
    """
    if T < 0:
        raise ValueError(f"T must not be negative, got {T}")
    return _tables(np.outer(np.arange(T), base ** (-2.0 * np.arange(d_head // 2) / d_head)))


def value_of_t_missing(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """refused without saying which value

    met: a classic: the message says what is allowed, and not what came
    checks: its own
    hint: Read your message as somebody whose T was computed somewhere else. What was it?
    hint: The message tells the argument's name and also the value that was refused.
    """
    if T < 0:
        raise ValueError("T must not be negative")
    return precompute_rope(T, d_head, base)


def all_values_missing(T: int, d_head: int, base: float = 10000.0) -> Tables:
    """in all three messages

    variant of: value_of_t_missing
    checks: its own
    """
    if T < 0:
        raise ValueError("T must not be negative")
    if d_head <= 0 or d_head % 2:
        raise ValueError("d_head must be a positive even number")
    if not base > 0:
        raise ValueError("base must be positive")
    return precompute_rope(T, d_head, base)
