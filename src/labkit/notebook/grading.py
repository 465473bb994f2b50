"""Grading a notebook's lab in the notebook's own process: the grades of ``labkit grade``, and what the code says meanwhile."""

import contextlib
import hashlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from labkit.clean import clean
from labkit.errors import CourseError
from labkit.grade import Expectations, grade_lab
from labkit.implementation import Implementation
from labkit.notebook.place import Place
from labkit.report import LabResult, TaskResult
from labkit.student import Student

SHOWN_LINES = 40
"""Of what the code of one task printed; the last ones are kept."""


@dataclass
class Graded:
    """The grade of a lab, and what its code said for each task, when loaded and in the tests: prints, and warnings."""

    result: LabResult
    said: dict[str, list[str]] = field(default_factory=dict)

    def task(self, name: object) -> TaskResult:
        """One task's result.

        Raises:
            CourseError: the lab has no such task; names those it has.
        """
        for task in self.result.tasks:
            if task.task == name:
                return task
        known = ", ".join(task.task for task in self.result.tasks)
        raise CourseError(f"there is no task {name!r} in lab {self.result.lab}; its tasks are {known}")

    def shown(self, task: str) -> str:
        """What the code said, fit to be shown; empty when it said nothing."""
        lines = [line for text in self.said.get(task, []) for line in text.splitlines()]
        head = (
            "Your code printed:" if len(lines) <= SHOWN_LINES else f"Your code printed, the last of {len(lines)} lines:"
        )
        return "\n".join([head, clean("\n".join(lines[-SHOWN_LINES:]))]) if lines else ""


def graded(place: Place) -> Graded:
    """The grade of the files as they are on disk now. The same bytes are graded once.

    Raises:
        CourseError: what the course needs is missing or not in order.
    """
    return _graded(place, _fingerprint([*place.files.values(), *_judges(place)]))


@lru_cache(maxsize=4)
def _graded(place: Place, _fingerprint: str) -> Graded:
    code = _Heard(place.files, place.course.root)
    expectations = Expectations(place.course, place.lab)
    with _as_at_the_start():
        found = Graded(grade_lab(expectations, code))
    for test, text in zip(expectations.tests, code.heard, strict=True):
        found.said.setdefault(test.task, [code.loading]).append(text)
    return found


def _judges(place: Place) -> list[Path]:
    return [place.lab.graded_tests, place.lab.golden, place.lab.known_mistakes]


def _fingerprint(paths: list[Path]) -> str:
    parts = []
    for path in paths:
        try:
            parts.append(hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError as error:
            parts.append(type(error).__name__)  # grading says what is wrong with the file
    return " ".join(parts)


@contextlib.contextmanager
def _as_at_the_start() -> Iterator[None]:
    """NumPy's settings of a fresh process: cells may have changed them, and messages and results depend on them."""
    printing = np.printoptions(
        precision=8,
        threshold=1000,
        edgeitems=3,
        linewidth=75,
        suppress=False,
        nanstr="nan",
        infstr="inf",
        formatter=None,
        sign="-",
        floatmode="maxprec",
        legacy=False,
    )
    with printing, np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"):
        yield


class _Heard(Implementation):
    """Code whose prints and warnings are kept: what loading it says, and what each test makes it say."""

    def __init__(self, files: Mapping[str, Path], root: Path) -> None:
        super().__init__(files, root)
        self.loading = ""
        self.heard: list[str] = []
        self._text = ""

    @contextlib.contextmanager
    def opened(self, module: str) -> Iterator[Student]:
        """The module under test. Raises StudentError as Implementation does."""
        with self._listening(self._keep_loading):
            self.load(module)
        with self._listening(self._keep), super().opened(module) as student:
            yield student

    @contextlib.contextmanager
    def _listening(self, keep: Callable[[str], None]) -> Iterator[None]:
        stream = io.StringIO()
        with (
            contextlib.redirect_stdout(stream),
            contextlib.redirect_stderr(stream),
            warnings.catch_warnings(record=True) as warned,
        ):
            warnings.simplefilter("default")
            try:
                yield
            finally:
                keep("\n".join(filter(None, (stream.getvalue().rstrip("\n"), *map(self._told, warned)))))

    def _keep_loading(self, text: str) -> None:
        self.loading = text or self.loading  # loaded once, unless it fails

    def _keep(self, text: str) -> None:
        self._text = text

    def printed(self) -> str:
        """What was heard since the last time."""
        text, self._text = self._text, ""
        self.heard.append(text)
        return text

    def _told(self, warned: warnings.WarningMessage) -> str:
        """A warning in a line; empty when it is not about these files."""
        path = Path(warned.filename)
        if path not in self.files.values():
            return ""
        return f"{self.shown(path)}:{warned.lineno}: {warned.category.__name__}: {warned.message}"
