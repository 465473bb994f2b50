"""Running one graded test on some code: the one way in which tests are run, by pytest and by the commands alike."""

import contextlib
import importlib.util
import io
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from labkit.draw import Draw
from labkit.errors import CheckFailed, CourseError, StudentError
from labkit.labs import Course, Lab
from labkit.student import Student
from labkit.testing import Check, type_of
from labkit.trace import Trace

PUBLIC_SEED = 0
"""The inputs that a student sees; their expected values are stored in tests/golden."""


class Code(Protocol):
    """Code under test, in this process (Implementation) or in a locked one (sandbox.Isolated)."""

    def opened(self, module: str) -> AbstractContextManager[Student]:
        """The module under test while a test runs. Raises StudentError when it cannot be loaded."""

    def place(self, error: BaseException) -> tuple[str, int, str] | None:
        """Where in the code an exception came from."""

    def explain(self, error: BaseException) -> str:
        """One line about an exception."""

    def printed(self) -> str:
        """What the code has written elsewhere than to this process's standard output since the last time."""


@dataclass(frozen=True)
class GradedTest:
    """A test of tests/labs: the task it judges, and what it is worth."""

    __test__ = False  # not a test class, whatever pytest makes of the name

    name: str
    task: str
    points: int
    body: Callable[[Student, Check, Draw], None]


@dataclass
class Run:
    """What came of one test on some code: ``failure`` is None when it passed."""

    trace: Trace
    failure: BaseException | None
    printed: str


def graded_tests(course: Course, lab: Lab) -> list[GradedTest]:
    """The graded tests of a lab, in the order of the file.

    Raises:
        CourseError: the file is missing, cannot be imported, or a test has no task mark.
    """
    path = lab.graded_tests
    spec = importlib.util.spec_from_file_location(f"graded_tests_{lab.module}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise CourseError(f"{course.shown(path)} is missing")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise CourseError(f"{course.shown(path)}: {type(error).__name__}: {error}") from error
    tests = {name: body for name, body in vars(module).items() if name.startswith("test_") and callable(body)}
    return [graded_test(name, body, course.shown(path)) for name, body in tests.items()]


def graded_test(name: str, body: Any, place: str) -> GradedTest:  # noqa: ANN401 - a function with pytest's marks
    """The test that a marked function is.

    Raises:
        CourseError: the mark is missing or says something else than a task and its points.
    """
    marks = [mark for mark in getattr(body, "pytestmark", []) if mark.name == "task"]
    if len(marks) != 1 or len(marks[0].args) != 1 or not isinstance(marks[0].kwargs.get("points"), int):
        raise CourseError(f"{place}::{name}: needs @pytest.mark.task(name, points=whole number)")
    return GradedTest(name, marks[0].args[0], marks[0].kwargs["points"], body)


def run(test: GradedTest, code: Code, module: str, seed: int, expected: list[Any] | None) -> Run:
    """Run a test on one module of some code.

    Args:
        test: which.
        code: where the module comes from; it is what ``import ropelab`` means meanwhile.
        module: the module under test.
        seed: of the inputs.
        expected: what the reference gives on these inputs; None to observe without comparing.

    Raises:
        CourseError: the expected values do not belong to the test.
    """
    check, printed = Check(expected), io.StringIO()
    failure: BaseException | None = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with code.opened(module) as student:
                test.body(student, check, Draw(seed, test.name))
        except (KeyboardInterrupt, CourseError):
            raise
        except BaseException as error:  # a SystemExit in a student's code too is a failure of that code
            check.trace.ending = type_of(error)
            failure = error
    return Run(check.trace, check.failure or failure, printed.getvalue() + code.printed())


def message_of(error: BaseException, code: Code) -> str:
    """What a student reads of a failure on the public inputs."""
    if isinstance(error, CheckFailed | StudentError):
        return str(error)
    place = code.place(error)
    if place is not None and isinstance(error, NotImplementedError):
        return f"{place[0]}:{place[1]}: {error}"
    if place is not None:
        return code.explain(error)
    return f"the test could not use what your code gave it: {type(error).__name__}: {error}"
