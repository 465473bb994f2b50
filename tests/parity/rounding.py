"""How far apart two right answers may lie, derived from how often, and at what size, a number is rounded.

One rounding is half an eps, relative. Each function here bounds what one side may be off, computed in numbers of one
precision; whoever compares two sides adds both. Nothing here was fitted to a measured difference. Terms of second order
(eps squared) are paid for by counting a whole eps for each rounding of a sum. labkit.rounding goes on from here, with
rotations and attention.
"""

import math

import numpy as np

EPS = float(np.finfo(np.float64).eps)
EPS32 = float(np.finfo(np.float32).eps)


def frequency_error(base: float, size: int, eps: float = EPS) -> float:
    """An inverse frequency of a head of that size, relative: one power, good to 4 eps in vectorised libraries, and perhaps
    one division.

    The exponent -2i/D is exact where D is a power of two. Elsewhere it is rounded, which costs up to ln(base) / 2 eps.
    """
    exact = size & (size - 1) == 0
    return (4.5 + (0.0 if exact else abs(math.log(base)) / 2)) * eps


def dynamic_frequency_error(base: float, size: int, factor: float, stretch: float, eps: float = EPS) -> float:
    """A frequency of dynamic NTK scaling, relative, for a text that is ``stretch`` times the trained length.

    The base is multiplied by a power of a = factor * stretch - (factor - 1). Three numbers up to a + factor are rounded on
    the way to a, and the exponent D / (D - 2) is, once. What the base is off counts less than once in base ** (-2i/D).
    """
    a = factor * stretch - (factor - 1)
    scaled_base = (1.5 * (a + factor) / a * size / (size - 2) + math.log(a) + 4.5) * eps
    return scaled_base + frequency_error(base, size, eps)


def mixed_frequency_error(frequency: float, factor: float, share: float, eps: float = EPS) -> float:
    """``(1 - s) * f + s * f / factor``, relative, with a share s between 0 and 1 that is off by ``share``.

    The mixture is at least f / factor, so what the share is off counts up to factor times.
    """
    return frequency + factor * share + 4 * eps


def yarn_share_error(eps: float = EPS) -> float:
    """(i - low) / (high - low), whole numbers, and 1 minus it."""
    return eps


def llama3_share_error(frequency: float, low: float, high: float, eps: float = EPS) -> float:
    """(turns - low) / (high - low): turns, at most ``high`` where they count, carry f's error and four roundings."""
    return high * (frequency + 2 * eps) / (high - low) + 2 * eps


def table_error(largest_position: float, frequency: float, eps: float = EPS) -> float:
    """A cosine or sine of position times inverse frequency, absolute.

    The angle is at most the position, since no frequency exceeds 1. It is off by the relative error of the frequency and
    by one rounding of the product. A cosine is off by no more than its angle, and by a few eps of its own.
    """
    return (frequency + eps / 2) * largest_position + 4 * eps


def cast_table_error(largest_position: float, frequency: float) -> float:
    """The same in float64, cast to float32: no finished number is above 1, so the cast moves it by a quarter of an eps."""
    return table_error(largest_position, frequency) + EPS32 / 4
