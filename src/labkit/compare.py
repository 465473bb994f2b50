"""Expected against actual: type and shape and dtype first, values last, and one message that shows both."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.tolerance import Bound

SHOWN_ENTRIES = 6


@dataclass(frozen=True)
class Difference:
    """What is wrong with a value: ``kind`` is type, shape, dtype or values; ``text`` the lines of a message that shows both."""

    kind: str
    text: str


def difference(expected: Any, actual: Any, bound: Bound) -> Difference | None:  # noqa: ANN401 - any value may come back
    """What is wrong with actual; None when it agrees within the bound."""
    if isinstance(expected, tuple):
        return _tuple_difference(expected, actual, bound)
    if type(expected) is np.ndarray:
        return _array_difference(expected, actual, bound)
    return _scalar_difference(expected, actual, bound)


def describe(value: Any) -> str:  # noqa: ANN401
    """A value in a few words: type, dtype and shape for an array, with its entries where there are few."""
    if isinstance(value, np.ndarray):
        head = f"{value.dtype} array of shape {value.shape}"
        return f"{head}: {_entries(value)}" if value.size <= SHOWN_ENTRIES else head
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}: " + "; ".join(describe(part) for part in value)
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 80 else text[:77] + '...'}"


def _tuple_difference(expected: tuple[Any, ...], actual: object, bound: Bound) -> Difference | None:
    if not isinstance(actual, tuple) or len(actual) != len(expected):
        return Difference("type", _two("a tuple of " + str(len(expected)), describe(actual)))
    for number, (one, other) in enumerate(zip(expected, actual, strict=True)):
        found = difference(one, other, bound)
        if found is not None:
            return Difference(found.kind, f"value {number} of {len(expected)} differs\n{found.text}")
    return None


def _array_difference(expected: NDArray[Any], actual: object, bound: Bound) -> Difference | None:
    if type(actual) is not np.ndarray:
        wanted = f"a NumPy array, {expected.dtype} of shape {expected.shape}"
        return Difference("type", _two(wanted, describe(actual)))
    if actual.shape != expected.shape:
        return Difference("shape", _two(f"shape {expected.shape}", f"shape {actual.shape}"))
    if actual.dtype != expected.dtype:
        return Difference("dtype", _two(f"dtype {expected.dtype}", f"dtype {actual.dtype}"))
    if expected.size == 0:
        return None
    with np.errstate(all="ignore"):
        size = np.abs(expected).astype(np.float64) if expected.dtype != bool else np.zeros(expected.shape)
        allowed = bound.relative * size + bound.absolute + bound.of_largest * size.max()
        if expected.dtype == bool or bound == Bound():
            wrong = np.asarray(actual != expected)
        else:
            wide = np.complex128 if np.iscomplexobj(expected) else np.float64
            # Written so that a NaN counts as wrong: no comparison with it holds.
            wrong = ~(np.abs(actual.astype(wide) - expected.astype(wide)) <= allowed)
    if not wrong.any():
        return None
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = ", ".join(map(str, first))
    values = _two(f"[{where}] = {expected[first]:.9g}", f"[{where}] = {actual[first]:.9g}")
    row_expected, row_actual = expected[first[:-1]], actual[first[:-1]]
    lines = [f"{int(wrong.sum())} of {expected.size} values differ, the first at [{where}]", values]
    if expected.ndim and expected.shape[-1] > 1:
        start = max(0, first[-1] - 1)
        row = ", ".join(map(str, first[:-1]))
        span = f"[{row + ', ' if row else ''}{start}:{min(start + SHOWN_ENTRIES, expected.shape[-1])}]"
        lines.append(f"around it, {span}")
        around = slice(start, start + SHOWN_ENTRIES)
        lines.append(_two(_entries(row_expected[around]), _entries(row_actual[around])))
    return Difference("values", "\n".join(lines))


def _scalar_difference(expected: Any, actual: Any, bound: Bound) -> Difference | None:  # noqa: ANN401
    if isinstance(expected, bool | np.bool_):
        agrees = isinstance(actual, bool | np.bool_) and bool(actual) == bool(expected)
    elif not isinstance(actual, int | float | complex | np.number) or isinstance(actual, bool):
        agrees = False
    else:
        size = abs(expected)
        allowed = (bound.relative + bound.of_largest) * size + bound.absolute
        agrees = bool(abs(actual - expected) <= allowed)
    return None if agrees else Difference("values", _two(describe(expected), describe(actual)))


def _two(expected: str, actual: str) -> str:
    return f"  expected  {expected}\n  got       {actual}"


def _entries(values: NDArray[Any]) -> str:
    return np.array2string(values, precision=6, max_line_width=88, threshold=SHOWN_ENTRIES).replace(
        "\n", "\n            "
    )
