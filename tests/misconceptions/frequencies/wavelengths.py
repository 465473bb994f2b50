"""Wrong answers to wavelengths (lab 01).

hint: A pair that turns by half a radian per token: how many tokens does it take for a full turn of 2 * pi radians?
hint: Tokens per turn are the radians of a turn divided by the radians per token. First refuse frequencies that make no
    sense.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.frequencies import wavelengths

Floats = NDArray[np.float64]


def tokens_per_radian(inv_freq: ArrayLike) -> Floats:
    """tokens per radian: 2 * pi missing

    met: a classic: the reciprocal is taken, the turn is forgotten
    hint: A pair at 1 radian per token: does it make a full turn in one token?
    hint: The reciprocal of a frequency counts the tokens of one radian. A full turn has 2 * pi of them.
    """
    return 1.0 / np.asarray(inv_freq, dtype=np.float64)


def turns_per_token(inv_freq: ArrayLike) -> Floats:
    """turns per token: upside down

    met: a classic: a frequency in turns in place of its wavelength
    hint: Should a slow pair have a long wavelength or a short one?
    hint: You divide radians per token by radians per turn, which gives turns per token. The wavelength is the inverse
        of that.
    """
    return np.asarray(inv_freq, dtype=np.float64) / (2.0 * np.pi)


def multiplied(inv_freq: ArrayLike) -> Floats:
    """multiplied by 2 * pi, not divided

    met: a classic: 2 * pi * f is a familiar formula, of something else
    hint: Should a slow pair have a long wavelength or a short one?
    hint: Your numbers fall as the frequencies fall. A smaller angle per token needs more tokens for a turn.
    """
    return 2.0 * np.pi * np.asarray(inv_freq, dtype=np.float64)


def degrees(inv_freq: ArrayLike) -> Floats:
    """360 degrees divided by radians

    met: a classic: a turn in degrees, a speed in radians
    hint: In which unit are the frequencies?
    hint: The frequencies are radians per token, so the full turn has to be in radians too.
    """
    return 360.0 / np.asarray(inv_freq, dtype=np.float64)


def half_a_turn(inv_freq: ArrayLike) -> Floats:
    """half a turn

    met: a classic: pi for 2 * pi
    hint: Where does a pair stand after pi radians?
    hint: After pi radians the pair points the opposite way. It is back where it started after 2 * pi.
    """
    return np.pi / np.asarray(inv_freq, dtype=np.float64)


def whole_tokens(inv_freq: ArrayLike) -> Floats:
    """rounded to whole tokens

    met: a classic: tokens are counted, so the number looks as if it should be whole
    hint: Print the wavelength of a pair at 1 radian per token.
    hint: A wavelength is a length on the axis of positions and need not be whole: 6.28 tokens, say. Leave it unrounded.
    """
    return np.round(2.0 * np.pi / np.asarray(inv_freq, dtype=np.float64))


def frequencies_assumed(inv_freq: ArrayLike) -> Floats:
    """the frequencies of base 10,000 assumed

    met: a classic: the formula of a paper's appendix, which contains the base
    hint: Call it with frequencies that you make up. Does the result change?
    hint: Your wavelengths depend on how many frequencies there are, not on their values. Use the argument.
    """
    count = np.asarray(inv_freq).size
    return np.asarray(2.0 * np.pi * 10000.0 ** (np.arange(count) / count))


def precision_of_the_argument(inv_freq: ArrayLike) -> NDArray[Any]:
    """the argument's precision kept

    met: a classic: a float32 array times a Python number stays float32
    hint: Call it with a float32 array and print the dtype of what comes back.
    hint: The contract is float64 whatever comes in. Convert first, then divide: afterwards the digits are lost.
    """
    return np.asarray(2.0 * np.pi / np.asarray(inv_freq))


def lists_not_converted(inv_freq: Any) -> NDArray[Any]:
    """a list is not an array

    met: a classic: works in the notebook, where everything is an array already
    hint: Call it with a list of two numbers.
    hint: The argument is "ArrayLike": anything that NumPy can turn into an array. Turn it into one, of float64, first.
    checks: its own
    """
    wavelengths(inv_freq)
    return np.asarray(2.0 * np.pi / inv_freq)


def in_place(inv_freq: ArrayLike) -> Floats:
    """the argument overwritten

    met: a classic: asarray makes no copy of what is a float64 array already
    hint: Print the frequencies before and after the call.
    hint: An array that has the right dtype already is passed on, not copied; arithmetic in place then changes the
        caller's frequencies. Build a new array.
    """
    result = np.asarray(inv_freq, dtype=np.float64)
    return np.divide(2.0 * np.pi, result, out=result)


def no_checks(inv_freq: ArrayLike) -> Floats:
    """nothing refused

    met: a classic: division by 0 is only a warning in NumPy
    checks: its own
    hint: Call it with frequencies of 0 and of -1.
    hint: A pair that never turns has no wavelength, and a negative one has no meaning here. The docstring says what to
        raise.
    """
    return 2.0 * np.pi / np.asarray(inv_freq, dtype=np.float64)


def zero_accepted(inv_freq: ArrayLike) -> Floats:
    """frequency 0 accepted

    met: a classic: "not negative" where "above 0" is meant
    checks: its own
    hint: Call it with a frequency of 0.
    hint: A pair at 0 radians per token never comes round. Refuse it like the negative ones.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if np.any(inv_freq < 0):
        raise ValueError(f"inv_freq must be above 0 everywhere, got {inv_freq.min()}")
    return np.asarray(2.0 * np.pi / inv_freq)


def only_the_last_checked(inv_freq: ArrayLike) -> Floats:
    """only the last frequency checked

    met: a classic: frequencies of powers fall, so the last is taken for the smallest
    checks: its own
    hint: Call it with a bad frequency in the middle.
    hint: The last entry is the smallest only if the frequencies fall, and nothing here says that they do. Check them
        all.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if inv_freq[-1] <= 0:
        raise ValueError(f"inv_freq must be above 0 everywhere, got {inv_freq[-1]}")
    return np.asarray(2.0 * np.pi / inv_freq)


def refused_only_when_all_are_bad(inv_freq: ArrayLike) -> Floats:
    """refused only when every frequency is bad

    met: a classic: any and all exchanged
    checks: its own
    hint: Call it with one good frequency and one bad one.
    hint: One bad entry is enough to refuse the array. Yours passes as soon as one entry is good.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    if not np.any(inv_freq > 0):
        raise ValueError(f"inv_freq must be above 0 everywhere, got {inv_freq.min()}")
    return np.asarray(2.0 * np.pi / inv_freq)


def nameless_errors(inv_freq: ArrayLike) -> Floats:
    """an error without name or value

    met: a classic: a message written for oneself
    checks: its own
    hint: Read your message as somebody who passed forty frequencies. Which one was bad?
    hint: The message names inv_freq and the value that is not above 0.
    """
    if np.any(np.asarray(inv_freq) <= 0):
        raise ValueError("frequencies must be positive")
    return wavelengths(inv_freq)


def assertion(inv_freq: ArrayLike) -> Floats:
    """assert in place of ValueError

    met: a classic: the shortest check to type
    checks: its own
    hint: Which type of exception does a failed assert raise? Which one does the docstring promise?
    hint: An AssertionError says that the program is wrong, and python -O leaves it out. A bad argument is a ValueError.
    """
    inv_freq = np.asarray(inv_freq, dtype=np.float64)
    assert np.all(inv_freq > 0), f"inv_freq must be above 0 everywhere, got {inv_freq.min()}"
    return np.asarray(2.0 * np.pi / inv_freq)


def value_missing(inv_freq: ArrayLike) -> Floats:
    """an error that names inv_freq and no value

    met: a classic: the message says what is allowed, and not what came
    checks: its own
    hint: Read your message as somebody who passed forty frequencies. Which of them is bad?
    hint: The message names inv_freq, and also the value that is not above 0.
    """
    if np.any(np.asarray(inv_freq) <= 0):
        raise ValueError("inv_freq must be positive everywhere")
    return wavelengths(inv_freq)
