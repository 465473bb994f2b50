"""What the graded tests are written with: the student's module, the inputs, and the checks.

A test body runs on the student's code and on the reference alike. What ``check.call`` and ``check.value`` see on the
reference, in that order, is what the student's code is expected to give.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from labkit.compare import describe, difference
from labkit.draw import Draw
from labkit.errors import CheckFailed, CourseError, Stopped
from labkit.student import Student, copied, copies, look_at
from labkit.tolerance import EXACT, Bound
from labkit.trace import Event, Trace

__all__ = ["Check", "Draw", "Student"]

LARGE = 1_000_000
"""Bytes of a wrong value that are still kept; the largest right value has about 400,000."""


class Check:
    """The checks of one run of one test.

    A check that fails does not end the test: the first failure is kept, and the rest is run to see the whole of what the
    code does, which is how a mistake is recognised.

    Args:
        expected: what the reference gave, in order; None while the reference itself is being observed.
    """

    def __init__(self, expected: list[Any] | None) -> None:
        self._expected = expected
        self.trace = Trace()
        self.failure: Exception | None = None
        self._compared = 0

    def call(self, function: Callable[..., Any], *args: Any, within: Bound, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call with copies of the arguments, compare what comes back, and return it; None where the call raises."""
        try:
            result = function(*copies(args), **{name: copied(value) for name, value in kwargs.items()})
        except (NotImplementedError, Stopped):
            raise
        except Exception as error:
            self._compared += 1
            self.trace.events.append(Event(f"raises {type_of(error)}"))
            self.failure = self.failure or error
            return None
        self.value(result, call_text(function, args, kwargs), within=within)
        return result

    def value(self, value: Any, what: str, within: Bound) -> None:  # noqa: ANN401
        """Compare a value with what the reference has at this place."""
        number, self._compared = self._compared, self._compared + 1
        if self._expected is None:
            self.trace.events.append(Event("value", _frozen(value), within, number))
            return
        if number >= len(self._expected):
            raise CourseError("the expected values do not belong to these tests: run `make golden`")
        found = difference(self._expected[number], value, within)
        if found is not None and found.kind != "values" and _size(value) > LARGE:
            # Nobody compares what is of another shape and this large: a trace of such values would fill the memory.
            self.trace.events.append(Event(f"a large {type(value).__name__}"))
        else:
            self.trace.events.append(Event("value", _frozen(value), within, number))
        if found is not None:
            self._fail(f"{what}\n{found.text}", f"the {found.kind} of what comes back")

    def raises(self, function: Callable[..., Any], *args: Any, naming: str, **kwargs: Any) -> None:  # noqa: ANN401
        """The call must raise ValueError with a message that names the argument and, where given as ``value``, the value.

        Where two arguments do not fit each other, ``naming="q or k"`` leaves open which of them is named.
        """
        value = kwargs.pop("value", None)
        try:
            result = function(*copies(args), **kwargs)
        except (NotImplementedError, Stopped):
            raise
        except Exception as error:
            outcome = _kind_of_refusal(error, naming.split(" or "), value)
            got = f"{type(error).__name__}: {error}"
        else:
            outcome, got = "accepted", f"no error, but {describe(result)}"
        self.trace.events.append(Event(outcome))
        if outcome != "refused":
            what = "shape" if isinstance(value, tuple) else "value"
            wanted = f"ValueError whose message names {naming}" + ("" if value is None else f" and its {what}, {value}")
            text = call_text(function, args, kwargs)
            self._fail(f"{text}\n  expected  {wanted}\n  got       {got}", f"how a bad {naming} is refused")

    def leaves_unchanged(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """The call must leave its array arguments bit-equal and return arrays with memory of their own."""
        before = (*args, *kwargs.values())
        seen = look_at(function, args, kwargs)
        outcome = "unchanged"
        for number, (old, new, shared) in enumerate(zip(before, seen.after, seen.shared, strict=False), start=1):
            if not isinstance(old, np.ndarray):
                continue
            if not (isinstance(new, np.ndarray) and new.dtype == old.dtype and np.array_equal(old, new)):
                outcome = f"argument {number} was overwritten: work on a copy, or build a new array"
            elif shared:
                outcome = f"the result shares memory with argument {number}: return a new array"
            if outcome != "unchanged":
                self._fail(f"{call_text(function, args, kwargs)}\n  {outcome}", outcome)
                break
        self.trace.events.append(Event(outcome))

    def verdicts(
        self,
        draw: Draw,
        verifier: Callable[..., Any],
        atol: float,
        right: Mapping[str, Any],
        wrong: Mapping[str, Any],
    ) -> None:
        """Called as ``verifier(subject, atol)``, it must say True of each right subject and False of each wrong one.

        They are asked about in an order of the seed's, so that a list of answers is none.
        """
        subjects = [(name, subject, True) for name, subject in right.items()]
        subjects += [(name, subject, False) for name, subject in wrong.items()]
        for number in draw.rng.permutation(len(subjects)):
            name, subject, expected = subjects[number]
            verdict = verifier(subject, atol)
            self.value(verdict, f"the verdict on {name}, at atol {atol}", within=EXACT)
            self.that(bool(verdict) is expected, f"the verdict on {name}, at atol {atol}, must be {expected}")

    def that(self, condition: bool, message: str) -> None:
        """A statement that must hold; the message says what does not, to the student."""
        self.trace.events.append(Event("holds" if condition else "does not hold"))
        if not condition:
            self._fail(message, "a property that the docstring asks for")

    def _fail(self, message: str, kind: str) -> None:
        self.failure = self.failure or CheckFailed(message, kind)


def _kind_of_refusal(error: Exception, names: Sequence[str], value: object) -> str:
    if not isinstance(error, ValueError):
        return "other error"
    if not any(re.search(rf"\b{name}\b", str(error)) for name in names):
        return "nameless"
    return "refused" if value is None or str(value) in str(error) else "without the value"


def type_of(error: BaseException) -> str:
    """An exception by its type; a type of the student's own counts as Exception."""
    return type(error).__name__ if type(error).__module__ == "builtins" else "Exception"


def call_text(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """A call as one would type it, arrays by dtype and shape where they are long."""
    name = getattr(function, "__qualname__", type(function).__name__)
    parts = [_argument(value) for value in args] + [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _argument(value: object) -> str:
    if isinstance(value, np.ndarray):
        if value.size <= 4:
            return np.array2string(value, precision=4, separator=", ")
        return f"<{value.dtype} array of shape {value.shape}>"
    return getattr(value, "__name__", None) or repr(value)


def _size(value: object) -> int:
    """The bytes of a value, about."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple | list):
        return sum(_size(part) for part in value)
    return len(value) if isinstance(value, bytes | str) else 0


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(copied(part) for part in value) if isinstance(value, tuple) else copied(value)
