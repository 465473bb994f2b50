"""What the graded tests are written with: the student's module, the inputs, and the checks.

A test body runs on the student's code and on the reference alike. What ``check.call`` and ``check.value`` see on the
reference, in that order, is what the student's code is expected to give.
"""

import pickle
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from labkit.compare import describe, difference
from labkit.errors import CheckFailed, CourseError, Stopped
from labkit.tolerance import EXACT, Bound
from labkit.trace import Event, Trace


@dataclass(frozen=True)
class Look:
    """A call from outside: what it returned, its arguments afterwards, and which of them the result shares memory with."""

    result: Any
    after: list[Any]
    shared: list[bool]


class Remote:
    """A function or object of the student's that lives in another process."""

    def call_and_look(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Look:
        """A call, and what has become of its arguments."""
        raise NotImplementedError


LARGE = 1_000_000
"""Bytes of a wrong value that are still kept; the largest right value has about 400,000."""


class Student:
    """The module under test; a name that it does not define fails the check with a sentence."""

    def __init__(self, module: object, shown: str) -> None:
        self._module = module
        self._shown = shown

    def held(self, value: Any, names: Sequence[str]) -> Any:  # noqa: ANN401
        """Attributes of an object, to be asked about later with ``still_holds``."""
        return [getattr(value, name) for name in names]

    def still_holds(self, value: Any, names: Sequence[str], held: Any) -> bool:  # noqa: ANN401
        """Are the attributes the very same objects as before?"""
        return all(getattr(value, name) is one for name, one in zip(names, held, strict=True))

    def pickled(self, value: Any) -> bytes:  # noqa: ANN401
        """What pickle makes of an object of the module's."""
        return pickle.dumps(value)

    def unpickled(self, data: bytes) -> Any:  # noqa: ANN401
        """The object again."""
        return pickle.loads(data)  # noqa: S301 - made by pickled, in this process

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the student defined
        try:
            return getattr(self._module, name)
        except AttributeError:
            message = f"{self._shown} does not define {name}: the lab's stub does, with its signature"
            raise CheckFailed(message, "a name that the stub defines is missing") from None


class Draw:
    """Inputs that leave no room for coincidences, the same for every implementation: drawn from a seed and the test's name."""

    def __init__(self, seed: int, test: str) -> None:
        self.rng = np.random.default_rng([seed, zlib.crc32(test.encode())])

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def head_dim(self, low: int = 6, high: int = 64) -> int:
        """An even head dimension from low to high, never 4: there, 2i/D takes values that hide mistakes."""
        choices = [size for size in range(low + low % 2, high + 1, 2) if size != 4]
        return int(self.rng.choice(choices))

    def base(self) -> float:
        """A base between 2,000 and 900,000 that is not the default."""
        return round(float(np.exp(self.rng.uniform(np.log(2e3), np.log(9e5)))), 1) + 0.25

    def positions(self, count: int, limit: int = 4096) -> NDArray[np.int64]:
        """Distinct positions below limit, unsorted, the second of them in the upper half."""
        far = self.integer(limit // 2, limit - 1)
        others = self.rng.choice(np.delete(np.arange(limit), far), size=count - 1, replace=False)
        positions = np.insert(others, min(1, count - 1), far).astype(np.int64)
        return positions[::-1].copy() if np.all(np.diff(positions) > 0) and count > 1 else positions

    def position_ids(self, batch: int, seq: int, limit: int) -> NDArray[np.int64]:
        """Positions below limit of shape (batch, seq): each row its own, not in order."""
        return np.stack([self.positions(seq, limit) for _ in range(batch)])

    def normal(self, *shape: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Standard normal numbers."""
        return self.rng.standard_normal(shape).astype(dtype)


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
            result = function(*_copies(args), **{name: _copy(value) for name, value in kwargs.items()})
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
            result = function(*_copies(args), **kwargs)
        except (NotImplementedError, Stopped):
            raise
        except Exception as error:
            outcome = _kind_of_refusal(error, naming.split(" or "), value)
            got = f"{type(error).__name__}: {error}"
        else:
            outcome, got = "accepted", f"no error, but {describe(result)}"
        self.trace.events.append(Event(outcome))
        if outcome != "refused":
            wanted = f"ValueError whose message names {naming}" + ("" if value is None else f" and its value, {value}")
            text = call_text(function, args, kwargs)
            self._fail(f"{text}\n  expected  {wanted}\n  got       {got}", f"how a bad {naming} is refused")

    def leaves_unchanged(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """The call must leave its array arguments bit-equal and return arrays with memory of their own."""
        before = (*args, *kwargs.values())
        seen = function.call_and_look(args, kwargs) if isinstance(function, Remote) else _look(function, args, kwargs)
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


def _look(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Look:
    given, named = _copies(args), {name: _copy(value) for name, value in kwargs.items()}
    result = function(*given, **named)
    arrays = [part for part in (result if isinstance(result, tuple) else (result,)) if isinstance(part, np.ndarray)]
    after = [*given, *named.values()]
    shared = [isinstance(one, np.ndarray) and any(np.shares_memory(one, array) for array in arrays) for one in after]
    return Look(result, after, shared)


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


def _copy(value: Any) -> Any:  # noqa: ANN401
    return value.copy() if isinstance(value, np.ndarray) else value


def _copies(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_copy(value) for value in values)


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(_copy(part) for part in value) if isinstance(value, tuple) else _copy(value)
