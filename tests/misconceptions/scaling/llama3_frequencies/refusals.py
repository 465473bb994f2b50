"""Wrong answers to llama3_frequencies (lab 07): refusals."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.scaling import llama3_frequencies

Floats = NDArray[np.float64]


def _unchecked(inv_freq: ArrayLike, factor: float, low: float, high: float, length: float) -> Floats:
    """The right frequencies of good arguments, and some numbers for any others."""
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    turns = length * inv_freq / (2.0 * np.pi)
    share = np.clip((turns - low) / np.float64(high - low), 0.0, 1.0)
    return np.asarray((1.0 - share) * inv_freq / np.float64(factor) + share * inv_freq)


def nothing_refused(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """nothing refused

    met: a classic: the published code gives numbers for any settings
    checks: its own
    hint: Call it with low_freq_factor 4 and high_freq_factor 1. What should happen?
    hint: The section "Raises" of the docstring is part of the task: ValueError for every argument outside its range, with
        its name and value.
    """
    return _unchecked(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def order_of_the_limits_not_checked(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """a high_freq_factor below low_freq_factor accepted

    met: a classic: Meta's code asserts that the two differ, not which is larger
    checks: its own
    hint: Call it with low_freq_factor 1.5 and high_freq_factor 0.25.
    hint: Exchanged limits give numbers, and the wrong ones: fast pairs are divided. Refuse them, with the name
        high_freq_factor and its value.
    """
    if low_freq_factor > 0 and high_freq_factor < low_freq_factor:
        return _unchecked(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return llama3_frequencies(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def equal_limits_accepted(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """equal limits accepted

    met: a classic: >= where > is meant
    checks: its own
    hint: Call it with both limits 1.5. What is the difference that you divide by?
    hint: Equal limits leave no room for a mixture, and its formula divides by zero. high_freq_factor has to be above
        low_freq_factor.
    """
    if high_freq_factor == low_freq_factor:
        return _unchecked(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return llama3_frequencies(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def frequencies_not_checked(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """frequencies not checked

    met: a classic: settings checked, and the array trusted
    checks: its own
    hint: Call it with frequencies of 0.5 and 0. What is the wavelength of the second?
    hint: A pair that does not turn has no wavelength. Refuse what is not above 0, with the name inv_freq.
    """
    usable = np.where(np.asarray(inv_freq) > 0, inv_freq, 1.0)
    llama3_frequencies(usable, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return _unchecked(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def zero_frequencies_accepted(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """frequencies of 0 accepted

    met: a classic: < where <= is meant
    checks: its own
    hint: Call it with frequencies of 0.5 and 0. What is the wavelength of the second?
    hint: A pair that does not turn has no wavelength: 0 is refused like a negative number.
    """
    usable = np.where(np.asarray(inv_freq) == 0, 1.0, inv_freq)
    llama3_frequencies(usable, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
    return _unchecked(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)


def nameless_errors(
    inv_freq: ArrayLike,
    factor: float,
    low_freq_factor: float,
    high_freq_factor: float,
    original_max_position_embeddings: int,
) -> Floats:
    """errors that do not name the argument

    met: a classic: one message for every setting
    checks: its own
    hint: Read your own message as somebody who passed five arguments. Which one was bad?
    hint: The message names the argument and its value, whichever of the five it is.
    """
    if np.min(inv_freq) <= 0 or factor < 1 or not 0 < low_freq_factor < high_freq_factor:
        raise ValueError("bad rope_scaling")
    if original_max_position_embeddings <= 0:
        raise ValueError("bad rope_scaling")
    return llama3_frequencies(inv_freq, factor, low_freq_factor, high_freq_factor, original_max_position_embeddings)
