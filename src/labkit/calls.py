"""A call as one would type it, for messages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def call_text(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """A call with its arguments; long arrays by dtype, shape and whatever is unusual about their memory."""
    name = getattr(function, "__qualname__", type(function).__name__)
    given = [*args, *kwargs.values()]
    named = ["" for _ in args] + [f"{key}=" for key in kwargs]
    parts = [
        key + _argument(value, given[:number]) for number, (key, value) in enumerate(zip(named, given, strict=True))
    ]
    return f"{name}({', '.join(parts)})"


def _argument(value: object, before: Sequence[object]) -> str:
    if not isinstance(value, np.ndarray):
        return getattr(value, "__name__", None) or repr(value)
    if value.size <= 4:
        return np.array2string(value, precision=4, separator=", ")
    writeable = "" if value.flags.writeable else "read-only "
    return f"<{writeable}{value.dtype} array of shape {value.shape}{_memory(value, before)}>"


def _memory(array: NDArray[Any], before: Sequence[object]) -> str:
    """Where the array's bytes lie, if not one after the other in memory of its own."""
    words = "" if array.flags.c_contiguous else f", strides {array.strides}"
    for number, other in enumerate(before, start=1):
        if isinstance(other, np.ndarray) and np.shares_memory(array, other):
            return f"{words}, {'which is' if array is other else 'on the memory of'} argument {number}"
    return words
