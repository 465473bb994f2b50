"""Wrong answers to rotation_matrix (lab 05): refusals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.rotation import rotation_matrix

Array = NDArray[Any]
Floats = NDArray[np.float64]


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


def nothing_checked_and_flattened(position: float, inv_freq: Array) -> Floats:
    """whatever comes is made a vector

    variant of: nothing_checked
    checks: its own
    """
    inv_freq = np.asarray(inv_freq).ravel()
    return rotation_matrix(position, inv_freq) if inv_freq.size else np.zeros((0, 0))


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
