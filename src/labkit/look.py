"""A call seen from outside: what comes back, what becomes of the arguments, and how much memory it takes."""

import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labkit.layout import described, rebuilt


@dataclass(frozen=True)
class Look:
    """What was seen of one call. The lists have an entry for each argument, first the positional ones.

    Where the peak of memory was measured nothing else is kept: such arrays are large.

    Attributes:
        result: what it returned; None where it raised.
        after: the arguments afterwards.
        shared: does the result, or an array in it, share memory with the argument?
        same: is the result this very argument?
        peak: the most bytes that were in use at a time beside those before the call; None where nobody asked.
        error: what it raised.
    """

    result: Any
    after: list[Any]
    shared: list[bool]
    same: list[bool]
    peak: int | None = None
    error: Exception | None = None


class Remote:
    """A function or object of the student's that lives in another process."""

    def call_and_look(self, args: Sequence[Any], kwargs: Mapping[str, Any], measured: bool) -> Look:
        """A call, and what is to be seen of it."""
        raise NotImplementedError


def look_at(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], measured: bool = False
) -> Look:
    """Call with copies of the arguments that keep the layout of their memory, and see what becomes of them.

    Args:
        function: it may live in another process.
        args, kwargs: arrays that share memory here share it there.
        measured: measure the peak of memory, with arrays of zeros: what they hold is not sent.
    """
    if isinstance(function, Remote):
        return function.call_and_look(args, kwargs, measured)
    return look(function, *rebuilt(described(args, kwargs, blank=measured)), measured)


def look(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], measured: bool) -> Look:
    """Call with the arguments themselves, and see what becomes of them."""
    result, error = None, None
    if measured:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
    try:
        result = function(*args, **kwargs)
    except Exception as raised:
        error = raised
    finally:
        if measured:
            peak = tracemalloc.get_traced_memory()[1] - before
            tracemalloc.stop()
    if measured:
        return Look(None, [], [], [], peak, error)
    after = [*args, *kwargs.values()]
    arrays = [part for part in (result if isinstance(result, tuple) else (result,)) if isinstance(part, np.ndarray)]
    shared = [isinstance(one, np.ndarray) and any(np.shares_memory(one, array) for array in arrays) for one in after]
    return Look(result, after, shared, [result is one for one in after], None, error)
