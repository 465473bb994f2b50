"""What the graded tests are written with: the student's module, the inputs, and the checks.

A test body runs on the student's code and on the reference alike. What ``check.call`` and ``check.value`` see on the
reference, in that order, is what the student's code is expected to give.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.calls import call_text
from labkit.compare import describe, difference
from labkit.draw import Draw
from labkit.errors import CheckFailed, CourseError, Stopped
from labkit.look import Look, look_at
from labkit.student import Student, copied, copies
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
            self._raised(error)
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
        seen = look_at(function, args, kwargs)
        error = seen.error
        if isinstance(error, NotImplementedError | Stopped):
            raise error
        if error is None:
            outcome, got = "accepted", f"no error, but {describe(seen.result)}"
        else:
            outcome = _kind_of_refusal(error, naming.split(" or "), value)
            got = f"{type(error).__name__}: {error}"
            if outcome == "refused" and not all(_untouched((*args, *kwargs.values()), seen)):
                outcome, got = "overwritten", f"{got}; but by then an argument had been written to"
        self.trace.events.append(Event(outcome))
        if outcome != "refused":
            what = "shape" if isinstance(value, tuple) else "value"
            wanted = f"ValueError whose message names {naming}" + ("" if value is None else f" and its {what}, {value}")
            text = call_text(function, args, kwargs)
            self._fail(f"{text}\n  expected  {wanted}\n  got       {got}", f"how a bad {naming} is refused")

    def leaves_unchanged(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """The call must leave its array arguments bit-equal and return arrays with memory of their own."""
        seen = _returned(look_at(function, args, kwargs))
        outcome, untouched = "unchanged", _untouched((*args, *kwargs.values()), seen)
        for number, (same, shared) in enumerate(zip(untouched, seen.shared, strict=False), start=1):
            if not same:
                outcome = f"argument {number} was overwritten: work on a copy, or build a new array"
            elif shared:
                outcome = f"the result shares memory with argument {number}: return a new array"
            if outcome != "unchanged":
                self._fail(f"{call_text(function, args, kwargs)}\n  {outcome}", outcome)
                break
        self.trace.events.append(Event(outcome))

    def into(
        self,
        function: Callable[..., Any],
        *args: Any,  # noqa: ANN401
        target: NDArray[Any],
        called: str,
        within: Bound,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """The call must write its result into one of its arguments, return that very array, and leave the others alone.

        Args:
            function, args, kwargs: the call. Strides, overlaps and read-only flags of arrays reach it.
            target: the argument that is written to.
            called: its name in the signature.
            within: how far what is in it afterwards may be from what the reference wrote.
        """
        seen = self._seen(function, args, kwargs)
        if seen is None:
            self._compared += 1
            return
        text, given = call_text(function, args, kwargs), [*args, *kwargs.values()]
        index = next(number for number, one in enumerate(given) if one is target)
        outcome = "the argument itself"
        if not seen.same[index]:
            outcome = "another view of it" if seen.shared[index] else _kind_of_result(seen.result)
            got = describe(seen.result) + (f", another array on the memory of {called}" if seen.shared[index] else "")
            self._fail(
                f"{text}\n  expected  {called} itself\n  got       {got}", f"what is returned: not {called} itself"
            )
        self.trace.events.append(Event(outcome))
        self.value(seen.after[index], f"{called} after {text}", within=within)
        others = [same for number, same in enumerate(_untouched(given, seen)) if number != index]
        self.that(all(others), f"{text}\n  another argument than {called} was overwritten")

    def shares(self, function: Callable[..., Any], array: NDArray[Any], *args: Any, within: Bound) -> None:  # noqa: ANN401
        """The call must return a view of its first argument: the right values, on the same memory."""
        seen = self._seen(function, (array, *args), {})
        if seen is None:
            self._compared += 1
            return
        text = call_text(function, (array, *args), {})
        self.value(seen.result, text, within=within)
        self.that(seen.shared[0], f"{text}\n  what comes back is a copy: it shares no memory with the argument")

    def memory(self, function: Callable[..., Any], *args: Any, most: int, **kwargs: Any) -> None:  # noqa: ANN401
        """The call must do with so many bytes beside its arguments at a time, as tracemalloc counts them.

        What arrays hold does not reach it; their layout does.
        """
        seen = self._seen(function, args, kwargs, measured=True)
        if seen is None:
            return
        enough = seen.peak is not None and seen.peak <= most
        self.trace.events.append(Event("little memory" if enough else "more memory"))
        if not enough:
            text, got = call_text(function, args, kwargs), "unknown" if seen.peak is None else f"{seen.peak:,}"
            self._fail(
                f"{text}\n  expected  at most {most:,} bytes of extra memory\n  got       {got}", "its extra memory"
            )

    def _seen(
        self, function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], measured: bool = False
    ) -> Look | None:
        """What is to be seen of a call; None where it raises."""
        try:
            return _returned(look_at(function, args, kwargs, measured))
        except (NotImplementedError, Stopped):
            raise
        except Exception as error:
            self._raised(error)
            return None

    def _raised(self, error: Exception) -> None:
        """A call that should have returned raised."""
        self.trace.events.append(Event(f"raises {type_of(error)}"))
        self.failure = self.failure or error

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


def _kind_of_result(result: object) -> str:
    return "nothing" if result is None else "another object"


def _returned(seen: Look) -> Look:
    """The look at a call that returned; what it raised is raised."""
    if seen.error is not None:
        raise seen.error
    return seen


def _untouched(given: Sequence[Any], seen: Look) -> list[bool]:
    """Is each argument, where it is an array, bit for bit what it was?"""
    return [
        not isinstance(old, np.ndarray)
        or (isinstance(new, np.ndarray) and new.dtype == old.dtype and new.tobytes() == old.tobytes())
        for old, new in zip(given, seen.after, strict=False)
    ]


def _kind_of_refusal(error: Exception, names: Sequence[str], value: object) -> str:
    if not isinstance(error, ValueError):
        return "other error"
    if not any(re.search(rf"\b{name}\b", str(error)) for name in names):
        return "nameless"
    return "refused" if value is None or str(value) in str(error) else "without the value"


def type_of(error: BaseException) -> str:
    """An exception by its type; a type of the student's own counts as Exception."""
    return type(error).__name__ if type(error).__module__ == "builtins" else "Exception"


def _size(value: object) -> int:
    """The bytes of a value, about."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple | list):
        return sum(_size(part) for part in value)
    return len(value) if isinstance(value, bytes | str) else 0


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(copied(part) for part in value) if isinstance(value, tuple) else copied(value)
