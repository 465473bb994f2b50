"""Arguments with the layout of their memory: strides, overlaps and read-only flags, told in plain values and built again.

Copies of arrays lose what matters to a function that writes into its arguments. Here arrays that share memory still share it
after the copy, on the other side of a process boundary too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def described(args: Sequence[Any], kwargs: Mapping[str, Any], blank: bool = False) -> dict[str, Any]:
    """Positional and named arguments in values that travel (see sandbox/wire.py): arrays as places in buffers of bytes.

    An array that is passed twice is one array after that, too. What is no array, or an array of objects, stays as it is.

    Args:
        args, kwargs: the arguments.
        blank: leave out what the arrays hold: they will hold zeros.
    """
    owners: list[NDArray[Any]] = []
    arrays: list[NDArray[Any]] = []
    places: list[list[int | str]] = []

    def told(where: int | str, value: Any) -> Any:  # noqa: ANN401 - any argument
        if not isinstance(value, np.ndarray) or value.dtype.hasobject:
            return value
        places.append([where, _number(arrays, value)])
        return None

    positional = [told(number, value) for number, value in enumerate(args)]
    named = {name: told(name, value) for name, value in kwargs.items()}
    views = []
    for array in arrays:
        owner = array.base if isinstance(array.base, np.ndarray) else array
        offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
        layout = [array.dtype.str, list(array.shape), list(array.strides), bool(array.flags.writeable)]
        views.append([_number(owners, owner), offset, *layout])
    buffers = [owner.nbytes if blank else owner.ravel(order="K").view(np.uint8).copy() for owner in owners]
    return {"args": positional, "kwargs": named, "places": places, "views": views, "buffers": buffers}


def _number(known: list[NDArray[Any]], array: NDArray[Any]) -> int:
    """Which of the known arrays this is; one that is not known yet is put at the end."""
    for number, one in enumerate(known):
        if one is array:
            return number
    known.append(array)
    return len(known) - 1


def rebuilt(description: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments again, on memory of their own: the buffers of the description."""
    buffers = [np.zeros(one, np.uint8) if isinstance(one, int) else one for one in description["buffers"]]
    arrays: list[NDArray[Any]] = []
    for owner, offset, dtype, shape, strides, writeable in description["views"]:
        arrays.append(np.ndarray(shape, dtype, buffers[owner], offset, strides))
        arrays[-1].flags.writeable = writeable
    positional, named = list(description["args"]), dict(description["kwargs"])
    for where, number in description["places"]:
        if isinstance(where, str):
            named[where] = arrays[number]
        else:
            positional[where] = arrays[number]
    return positional, named
