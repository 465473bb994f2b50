"""One comparison: what a peer gives, what the course's reference gives, and how far apart they may be."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        peer: who computed the other side, with the version.
        compared: what is compared.
        dtype: the precision of the peer; float32 where ours computes in no more.
        ours: the function of the course, with its lab.
        difference: the largest one found; nan where one side is not a number.
        bound: how far both may be apart, derived (rounding.py).
        digits: how many decimal digits of the largest value agree, never more than the 15 that float64 has.
        relative: difference and bound are shares of each value.
    """

    peer: str
    compared: str
    dtype: str
    ours: str
    difference: float
    bound: float
    digits: int
    relative: bool

    @property
    def holds(self) -> bool:
        return self.difference <= self.bound  # False for nan


def compare(
    labels: tuple[str, str, str, str], got: ArrayLike, expected: Any, bound: float, *, relative: bool = False
) -> Row:
    """The row of ours (``got``) beside the peer's (``expected``); labels are peer, compared, dtype and ours.

    Raises:
        ValueError: the shapes differ, or nothing is compared.
    """
    mine, theirs = np.asarray(got, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if mine.shape != theirs.shape or mine.size == 0:
        raise ValueError(f"{labels}: {mine.shape} does not compare with {theirs.shape}")
    apart = np.abs(mine - theirs) / (np.abs(theirs) if relative else 1.0)
    difference = float(np.max(apart))  # nan where any is nan
    share = difference if relative else difference / max(float(np.max(np.abs(theirs))), math.ulp(0.0))
    digits = 0 if math.isnan(share) else math.floor(-math.log10(max(share, 1e-15)))
    return Row(*labels, difference, float(bound), max(0, digits), relative)
