"""How many bytes a function reads and writes: an array that keeps account of what is done with it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


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
        if function is np.concatenate:  # stack comes down to it, and the others that are used here move nothing
            return self._counted(arguments[0], function([_plain(one) for one in arguments[0]], *arguments[1:], **options))
        return super().__array_function__(function, types, arguments, options)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.traffic.count((value,), (self[key],))
        super().__setitem__(key, value)

    def copy(self, order: Any = "C") -> Any:
        return self._counted((self,), _plain(self).copy(order))

    def _counted(self, reads: Any, done: Any) -> Any:
        result = done.view(Counted)
        result.traffic = self.traffic
        self.traffic.count(reads, (result,))
        return result


def counted(x: NDArray[Any]) -> Counted:
    """The same numbers, with a new account."""
    array = x.view(Counted)
    array.traffic = Traffic()
    return array


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, Counted) else value


def _lines(array: NDArray[Any]) -> int:
    """Bytes from the first to the last number of every row, the gaps after them included."""
    return array.size * max(array.strides[-1], array.itemsize)
