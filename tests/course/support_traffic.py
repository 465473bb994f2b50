"""How many bytes a function reads and writes: an array that keeps account of what is done with it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

LINE = 64
"""Bytes of a cache line: what is moved at once."""


@dataclass
class Traffic:
    """Bytes of the arrays that were operands, operation by operation, whether a cache held them or not.

    Attributes:
        read, written: of the numbers themselves.
        lines: of the cache lines that hold them, read and written: numbers that stand apart bring along what lies between.
    """

    read: int = 0
    written: int = 0
    lines: int = 0

    def count(self, reads: Any, writes: Any) -> None:
        """Take an operation into account; what is no Counted array, such as a table, is left out."""
        for array in (one for one in reads if isinstance(one, Counted)):
            self.read += array.nbytes
            self.lines += _lines(array)
        for array in (one for one in writes if isinstance(one, Counted)):
            self.written += array.nbytes
            self.lines += _lines(array)


class Counted(np.ndarray[Any, np.dtype[Any]]):
    """An array whose operations are counted, as are those of its views and of all that is computed from it."""

    traffic: Traffic

    def __array_finalize__(self, parent: Any) -> None:
        self.traffic = getattr(parent, "traffic", None) or Traffic()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        assert method == "__call__", f"{ufunc.__name__}.{method} is not counted"
        out = tuple(_plain(one) for one in options.pop("out", ()))
        done = getattr(ufunc, method)(*map(_plain, inputs), **options, **({"out": out} if out else {}))
        return self._counted(inputs, done)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        done = super().__array_function__(function, types, arguments, options)
        if function is not np.concatenate:  # stack comes down to it, and the others that are used here move nothing
            return done
        result = self._mine(done)
        parts, axis = arguments[0], options.get("axis", 0)
        ends = np.cumsum([part.shape[axis] for part in parts])
        for part, place in zip(parts, np.split(result, ends[:-1], axis), strict=True):
            self.traffic.count((part,), (place,))
        return result

    def __setitem__(self, key: Any, value: Any) -> None:
        self.traffic.count((value,), (self[key],))
        super().__setitem__(key, value)

    def copy(self, order: Any = "C") -> Any:
        return self._counted((self,), _plain(self).copy(order))

    def _counted(self, reads: Any, done: Any) -> Any:
        result = self._mine(done)
        self.traffic.count(reads, (result,))
        return result

    def _mine(self, done: Any) -> Any:
        result = done.view(Counted)
        result.traffic = self.traffic
        return result


def traffic_of(function: Callable[[Any], object], x: NDArray[Any]) -> Traffic:
    """What calling a function of x reads and writes; x, what is computed from it, and what np.empty makes are counted."""
    array, empty = x.view(Counted), np.empty
    array.traffic = Traffic()

    def counted_empty(*arguments: Any, **options: Any) -> Counted:
        made = empty(*arguments, **options).view(Counted)
        made.traffic = array.traffic
        return made

    # asarray would hand on a plain array, whose account nobody keeps.
    with patch.multiple(np, asarray=np.asanyarray, empty=counted_empty):
        function(array)
    return array.traffic


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _lines(array: NDArray[Any]) -> int:
    """Bytes of the cache lines that hold an array which begins where a line does."""
    places = LINE * np.arange(math.ceil(array.itemsize / LINE))  # of an item, which may be longer than a line
    for length, stride in zip(array.shape, array.strides, strict=True):
        places = places[..., None] + stride * np.arange(length)
    return LINE * np.unique(places // LINE).size
