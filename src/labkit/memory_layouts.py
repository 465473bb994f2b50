"""Arrays that hold the same numbers on memory that is laid out otherwise, for graded tests of functions that write into it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FILLER = 7
"""What lies between the numbers."""


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The array itself, which can no longer be written to."""
    array.flags.writeable = False
    return array


def every_other(array: NDArray[Any], axis: int) -> NDArray[Any]:
    """The same numbers, where something else lies between any two of them along the axis."""
    wide = np.full([2 * n if d == axis % array.ndim else n for d, n in enumerate(array.shape)], FILLER, array.dtype)
    part = wide[tuple(slice(None, None, 2) if d == axis % array.ndim else slice(None) for d in range(array.ndim))]
    part[...] = array
    return part


def inside(array: NDArray[Any], before: int) -> NDArray[Any]:
    """The same numbers, with so many other features before those of each vector, and three behind."""
    size = array.shape[-1]
    wide = np.full((*array.shape[:-1], before + size + 3), FILLER, array.dtype)
    part = wide[..., before : before + size]
    part[...] = array
    return part
