"""Wrong answers to rope_frequencies (lab 01): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies

Floats = NDArray[np.float64]


def base_must_exceed_one(d_head: int, base: float = 10000.0) -> Floats:
    """bases up to 1 refused too

    met: a classic: a check stricter than the contract
    checks: its own
    hint: Which bases does the docstring refuse? Try 0.3.
    hint: A base between 0 and 1 is unusual, but its powers exist: the frequencies rise instead of falling. Only what is
        not above 0 is refused.
    """
    if base <= 1:
        raise ValueError(f"base must be above 1, got {base}")
    return rope_frequencies(d_head, base)


def no_checks(d_head: int, base: float = 10000.0) -> Floats:
    """nothing refused

    met: a classic: the formula gives numbers for odd dimensions too
    checks: its own
    hint: Call it with a head dimension of 7, and with base -1. What should happen?
    hint: The section "Raises" of the docstring is part of the task: ValueError for a bad d_head and for a bad base,
        each with its name and value.
    """
    return np.asarray(base ** (-2.0 * np.arange(d_head // 2) / d_head))


def odd_dimensions_accepted(d_head: int, base: float = 10000.0) -> Floats:
    """odd head dimensions accepted

    met: a classic: only the sign of d_head is looked at
    checks: its own
    hint: Call it with a head dimension of 7. Which feature is left without a partner?
    hint: Features turn in pairs, so an odd number is refused like a negative one.
    """
    if d_head <= 0:
        raise ValueError(f"d_head must be positive, got {d_head}")
    if not base > 0:
        raise ValueError(f"base must be above 0, got {base}")
    return np.asarray(base ** (-2.0 * np.arange(d_head // 2) / d_head))


def empty_heads_accepted(d_head: int, base: float = 10000.0) -> Floats:
    """head dimensions of 0 and below accepted

    met: a classic: only oddness is looked at, and 0 is even
    checks: its own
    hint: Call it with a head dimension of 0, then -6.
    hint: A head needs at least one pair. An even number that is not positive gives an empty array and no error.
    """
    if d_head % 2:
        raise ValueError(f"d_head must be even, got {d_head}")
    return np.empty(0) if d_head <= 0 else rope_frequencies(d_head, base)


def base_not_checked(d_head: int, base: float = 10000.0) -> Floats:
    """base not checked

    met: vllm-project/vllm issue 52665: a negative base, and powers that are not numbers
    checks: its own
    hint: Call it with base -1. What is the square root of a negative number?
    hint: Fractional powers need a base above 0. Refuse the others with a ValueError that names base and its value.
    """
    if d_head <= 0 or d_head % 2:
        raise ValueError(f"d_head must be a positive even number, got {d_head}")
    return np.asarray(base ** (-2.0 * np.arange(d_head // 2) / d_head))


def assertions(d_head: int, base: float = 10000.0) -> Floats:
    """assert in place of ValueError

    met: a classic: the shortest check to type
    checks: its own
    hint: Which type of exception does a failed assert raise? Which one does the docstring promise?
    hint: An AssertionError says that the program is wrong, and python -O leaves it out. A bad argument is a ValueError.
    """
    assert d_head > 0 and d_head % 2 == 0, f"d_head must be a positive even number, got {d_head}"
    assert base > 0, f"base must be above 0, got {base}"
    return rope_frequencies(d_head, base)


def nameless_errors(d_head: int, base: float = 10000.0) -> Floats:
    """errors that do not name the argument

    met: a classic: "invalid input" helps nobody who sees it in a log
    checks: its own
    hint: Read your own message as somebody who passed twelve arguments. Which one was bad?
    hint: The message names the argument and its value, d_head or base.
    """
    if d_head <= 0 or d_head % 2 or not base > 0:
        raise ValueError("invalid input")
    return rope_frequencies(d_head, base)


def value_missing(d_head: int, base: float = 10000.0) -> Floats:
    """errors that name the argument and not its value

    met: a classic: the message says what is allowed, and not what came
    checks: its own
    hint: Read your own message as somebody who computed d_head from a configuration. What was it?
    hint: The message tells the argument's name and also the value that was refused.
    """
    if d_head <= 0 or d_head % 2:
        raise ValueError("d_head must be a positive even number")
    if not base > 0:
        raise ValueError("base must be positive")
    return rope_frequencies(d_head, base)
