"""What the tests of feedback pages look for: numbers of the fresh inputs, and code that gives its inputs away."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from labkit import running
from labkit.draw import Draw
from labkit.labs import Course, Lab
from labkit.reference import expected_values
from labkit.reference_runs import reference_runs
from labkit.running import graded_tests
from labkit.todos import names_of_tasks

NUMBER = re.compile(r"\d[\d,]*\.?\d*(?:e[+-]?\d+)?")
FEWEST, MOST = 4, 6
"""Significant digits by which a number is recognised: fewer tell nothing, and nobody prints more."""

TOLD = "whatiwasgiven"
"""What stands before everything that the leaking code gives away."""

LEAKING = f"""

import numpy as _np


class _Whole:
    def __init__(self, values):
        self.values = values

    def __str__(self):
        parts = [part for value in self.values for part in (value if isinstance(value, tuple | list) else [value])]
        numbers = [x for part in parts if not isinstance(part, str | type(None)) for x in _np.ravel(part)[:40]]
        return "{TOLD} " + " ".join(f"{{float(x):.6g}}" for x in numbers if _np.ndim(x) == 0 and not callable(x))


def _raising(*args, **kwargs):
    raise ValueError(str(_Whole([*args, *kwargs.values()])))


def _named(*args, **kwargs):
    told = str(_Whole([*args, *kwargs.values()]))
    raise type(told.replace(" ", "_").replace(".", "p"), (Exception,), {{"__str__": lambda self: told}})()


def _printing(*args, **kwargs):
    import sys
    import warnings
    told = str(_Whole([*args, *kwargs.values()]))
    print(told)
    print(told, file=sys.stderr)
    warnings.warn(told)
    return told


_TELLING = (_raising, _named, _printing)
"""


def leaking(lab: Lab, text: str) -> str:
    """A module whose functions print what they are given, raise it, and name the type of an exception after it."""
    names = sorted(names_of_tasks(lab.solution))
    return text + LEAKING + "".join(f"{name} = _TELLING[{number % 3}]\n" for number, name in enumerate(names))


DRAWN: list[Any] = []


class _Watched(Draw):
    """Keeps all that is drawn, in DRAWN."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name == "rng" or not callable(found):
            return found

        def kept(*args: Any, **kwargs: Any) -> Any:
            value = found(*args, **kwargs)
            DRAWN.append(value)
            return value

        return kept


def inputs_and_answers(lab: Lab, seed: int, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the tests of a lab draw from a seed, and what the reference gives for it."""
    course = Course(lab.course)
    tests = graded_tests(course, lab)
    DRAWN.clear()
    with monkeypatch.context() as patch:
        patch.setattr(running, "Draw", _Watched)
        runs = reference_runs(course, lab, tests, seed)
    seen = [event.value for run in runs.values() for event in run.trace.events if event.outcome == "value"]
    expected = [value for values in expected_values(course, lab, tests, seed).values() for value in values]
    assert DRAWN
    assert len(seen) == len(expected)
    return [*DRAWN, *expected]


def digits_of(values: Iterable[Any]) -> set[str]:
    """The digits of numbers, at so many significant ones that they tell something: 0.0123456 has 1235, 12346 and 123456."""
    found: set[str] = set()
    for value in values:
        parts = value if isinstance(value, tuple | list) else [value]
        for part in parts:
            array = np.asarray(part)
            if array.dtype.kind in "iuf":
                numbers = np.abs(array[np.isfinite(array)].astype(float)).ravel()
                found |= {_digits(number, count) for number in numbers for count in range(FEWEST, MOST + 1)}
    return {digits for digits in found if len(digits.rstrip("0")) >= FEWEST}


def numbers_in(page: str) -> set[str]:
    """The digits of the numbers in a page, also of those in tags; not of those in styles, scripts and pictures."""
    page = re.sub(r"<(style|script)\b.*?</\1>|data:image/[^\"]*", "", page, flags=re.DOTALL | re.IGNORECASE)
    found: set[str] = set()
    for text in NUMBER.findall(page.replace("_", " ").replace("p", ".")):
        number = abs(float(text.replace(",", "").rstrip(".")))
        if np.isfinite(number):
            found |= {_digits(number, count) for count in range(FEWEST, MOST + 1)}
    return {digits for digits in found if len(digits.rstrip("0")) >= FEWEST}


def _digits(number: float, count: int) -> str:
    return f"{number:.{count - 1}e}".partition("e")[0].replace(".", "")


def what_could_run(page: str) -> list[tuple[str, str]]:
    """All in a page that a browser could run or load, in order: tags, event attributes, addresses."""
    found: list[tuple[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("script", "iframe", "object", "embed", "svg", "form", "base", "link", "meta", "math", "details"):
                found.append((tag, str(attrs)))
            for name, value in attrs:
                address = name in ("href", "src", "srcset", "action", "formaction", "data", "poster")
                inert = (value or "").startswith(("#", "data:image/png;base64,"))
                if name.startswith("on") or name == "id" or (address and not inert):
                    found.append((name, str(value)))

    Reader().feed(page)
    return found
