"""What a graded test observes: a list of values per test, stored in tests/golden/*.npz for the public inputs.

Keys are ``test_name/00``, or ``test_name/00/1`` for part 1 of a tuple.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.errors import CourseError

Observations = dict[str, list[Any]]


def pack(observations: Observations) -> dict[str, NDArray[Any]]:
    """The arrays to store, by key."""
    arrays = {}
    for test, values in sorted(observations.items()):
        for number, value in enumerate(values):
            if isinstance(value, tuple):
                arrays.update({f"{test}/{number:02d}/{part}": np.asarray(item) for part, item in enumerate(value)})
            else:
                arrays[f"{test}/{number:02d}"] = np.asarray(value)
    return arrays


def unpack(arrays: dict[str, NDArray[Any]]) -> Observations:
    """The inverse of pack: a zero-dimensional array is a scalar again."""
    grouped: dict[str, dict[int, Any]] = {}
    for key in sorted(arrays):
        test, number, *part = key.split("/")
        values = grouped.setdefault(test, {})
        item = arrays[key] if arrays[key].ndim else arrays[key].item()
        values[int(number)] = (*values.get(int(number), ()), item) if part else item
    return {test: [values[number] for number in sorted(values)] for test, values in grouped.items()}


def to_bytes(observations: Observations) -> bytes:
    """The content of the .npz file; the same observations give the same bytes."""
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **pack(observations))
    return stream.getvalue()


def read(path: Path) -> Observations:
    """The observations stored in a file.

    Raises:
        CourseError: the file is missing or unreadable; says what to run.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return unpack({key: stored[key] for key in stored.files})
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} is missing or unreadable: run `make golden`") from error
