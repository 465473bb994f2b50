"""The pytest side of grading: the ``task`` mark, the fixtures, and the result of each test.

Run by plain pytest it grades this checkout's src against the golden values; ``labkit grade`` hands in its own Grading.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from labkit.errors import CheckFailed, CourseError, StudentError
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, Lab, find_course
from labkit.observations import Observations, read
from labkit.report import TestResult
from labkit.testing import Check, Draw, Student

PUBLIC_SEED = 0


@dataclass
class Grading:
    """Which code is judged, against what, and what came out.

    Args:
        course: where the labs are.
        implementations: the code under test, by lab name.
        observe: record what the code gives instead of comparing it (the reference gives the expected values).
    """

    course: Course
    implementations: dict[str, Implementation]
    observe: bool = False
    results: list[tuple[str, TestResult]] = field(default_factory=list)
    observed: dict[str, Observations] = field(default_factory=dict)
    problem: CourseError | None = None
    _expected: dict[str, Observations] = field(default_factory=dict)

    def lab_of(self, path: Path) -> Lab:
        """The lab that a graded test file belongs to."""
        return self.course.lab(path.stem.removeprefix("test_"))

    def expected(self, lab: Lab, test: str) -> list[Any] | None:
        """What the reference gave in this test; None while observing."""
        if self.observe:
            return None
        if lab.name not in self._expected:
            self._expected[lab.name] = read(lab.golden)
        return self._expected[lab.name].get(test, [])


GRADING = pytest.StashKey[Grading]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "task(name, points): a graded test, the task it judges and what it is worth")


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.parent.name == "labs" and item.path.parent.parent.name == "tests":
        mark = item.get_closest_marker("task")
        if mark is None or len(mark.args) != 1 or not isinstance(mark.kwargs.get("points"), int):
            raise pytest.UsageError(f"{item.nodeid}: needs @pytest.mark.task(name, points=whole number)")


def _grading(config: pytest.Config) -> Grading:
    if GRADING not in config.stash:
        course = find_course(config.rootpath)
        code = Implementation(course_files(course, "src"), course.root)
        config.stash[GRADING] = Grading(course, {lab.name: code for lab in course.labs})
    return config.stash[GRADING]


@pytest.fixture
def lab(request: pytest.FixtureRequest) -> Generator[Student]:
    """The module under test, importable as ropelab while the test runs."""
    grading = _grading(request.config)
    lab = grading.lab_of(request.path)
    code = grading.implementations[lab.name]
    module = code.load(lab.module)
    with code.active():
        yield Student(module, code.shown(code.files[lab.module]))


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Generator[Check]:
    """The checks, with the values that are expected in this test."""
    grading = _grading(request.config)
    lab = grading.lab_of(request.path)
    check = Check(grading.expected(lab, request.node.name))
    yield check
    if grading.observe:
        grading.observed.setdefault(lab.name, {})[request.node.name] = check.observed


@pytest.fixture
def draw(request: pytest.FixtureRequest) -> Draw:
    """Inputs drawn from the seed and the test's name."""
    return Draw(PUBLIC_SEED, request.node.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    mark = item.get_closest_marker("task")
    if mark is None or (report.passed and report.when != "call") or report.when == "teardown":
        return report
    grading = _grading(item.config)
    lab = grading.lab_of(item.path)
    message = ""
    if call.excinfo is not None:
        error = call.excinfo.value
        if isinstance(error, CourseError):
            grading.problem = error
            item.session.shouldstop = str(error)
        message = _message(grading.implementations[lab.name], error)
        report.longrepr = message
    printed = "" if report.passed else report.capstdout
    outcome = "passed" if report.passed else "failed"
    points = mark.kwargs["points"]
    grading.results.append((lab.name, TestResult(item.name, mark.args[0], points, outcome, message, printed)))
    return report


def _message(code: Implementation, error: BaseException) -> str:
    if isinstance(error, CheckFailed | StudentError | CourseError):
        return str(error)
    place = code.place(error)
    if place is not None and isinstance(error, NotImplementedError):
        return f"{place[0]}:{place[1]}: {error}"
    if place is not None:
        return code.explain(error)
    return f"the test could not use what your code gave it: {type(error).__name__}: {error}"
