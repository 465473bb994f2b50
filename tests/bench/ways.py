"""The ways to grade the solution of one lab that are compared, each as a function that says how many seconds it took."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from labkit.batch.folder import grade_folder
from labkit.errors import CourseError
from labkit.grade import Expectations, grade_lab
from labkit.implementation import Implementation, submission_files
from labkit.labs import Course, Lab
from labkit.report import LabResult
from labkit.running import PUBLIC_SEED
from labkit.sandbox import client
from labkit.sandbox.grading import IsolatedGrader
from labkit.sandbox.isolated import Allowance, Isolated
from labkit.sandbox.submission import LARGEST_FILE, read_submission

COPIES = 60
"""Submissions in a batch."""

# A busy machine makes a submission slow, and here its time is what is asked for: nothing is stopped for it.
ALLOWANCE = Allowance(seconds_per_call=60.0, seconds=600.0)


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Within this block this process, and what it starts, has one core, where the system can arrange that."""
    before = os.sched_getaffinity(0)
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)


def scratch_checkout(course: Course, folder: Path) -> Path:
    """A copy of the checkout, with the solutions as its src/ropelab, as a student who has solved everything has it."""
    copy = folder / "checkout"
    for name in ("labs", "solutions", "src", "tests/labs", "tests/golden"):
        shutil.copytree(course.root / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(course.root / "solutions", copy / "src", dirs_exist_ok=True)
    shutil.copy(course.root / "pyproject.toml", copy)
    return copy


class Ways:
    """One lab, its solution handed in COPIES times, and the ways to grade it.

    Args:
        course: where the lab is.
        lab: which.
        checkout: what ``scratch_checkout`` made.
        folder: where the submissions and what comes of them may be written.

    Raises:
        CourseError: nothing can be isolated here, or the solution is missing or wrong.
    """

    def __init__(self, course: Course, lab: Lab, checkout: Path, folder: Path) -> None:
        if not lab.solution.is_file():
            raise CourseError(f"{course.shown(lab.solution)} is missing: it is what is graded here")
        self.course, self.lab, self.checkout = course, lab, checkout
        self._folder, self._batches = folder / lab.name, 0
        self._class = self._folder / "class"
        for number in range(COPIES):
            modules = self._class / f"student{number:02}" / "src" / "ropelab"
            modules.mkdir(parents=True)
            shutil.copy(lab.solution, modules)
        self._one = self._class / "student00"
        self._expectations = Expectations(course, lab, PUBLIC_SEED)
        with one_core():
            self._server = client.Server()
            self._grader = IsolatedGrader(course, lab, PUBLIC_SEED, ALLOWANCE)

    def close(self) -> None:
        """End the fork servers."""
        self._grader.close()
        self._server.close()

    def isolated(self) -> float:
        """The submission in a locked child of a fork server that runs already."""
        return _seconds(lambda: _all_right(self._grader.grade(self._one)))

    def in_process(self) -> float:
        """The same checks in this process, without any isolation: what they cost by themselves."""
        files = submission_files(self.course, self.lab, self._one)
        return _seconds(lambda: _all_right(grade_lab(self._expectations, Implementation(files, self._one))))

    def child(self) -> float:
        """A child alone: forked, locked, the modules loaded, ended."""

        def start_and_end() -> None:
            code = Isolated(self._server, read_submission(self.course, self.lab, self._one), ALLOWANCE)
            with contextlib.closing(code), code.opened(self.lab.module):
                pass

        return _seconds(start_and_end)

    def pytest(self, *options: str) -> float:
        """A process of its own that runs the lab's graded tests under pytest."""
        command = [sys.executable, "-m", "pytest", *options, f"tests/labs/{self.lab.graded_tests.name}"]
        environment = os.environ | {"PYTHONPATH": str(self.checkout / "src")}

        def run() -> None:
            done = subprocess.run(
                command, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise CourseError(f"{self.lab.name}: pytest failed on the solution: {done.stdout.strip()[-200:]}")

        return _seconds(run)

    def batch(self, workers: int) -> float:
        """All copies, graded by ``labkit grade --submissions`` with so many workers; their start counts."""
        self._batches += 1
        out = self._folder / f"out{self._batches}"
        summary = grade_folder(self.course, self.lab, self._class, out, PUBLIC_SEED, ALLOWANCE, LARGEST_FILE, workers)
        if summary.graded != COPIES or summary.troubled:
            raise CourseError(f"{self.lab.name}: {summary}")
        return summary.seconds

    def crossings(self) -> tuple[int, int]:
        """How often one grading asks the child for something, and how often the child calls a function of the tests."""
        asked = called_back = 0
        unpack = client.__dict__["unpack"]

        def counting(*args: Any) -> Any:
            nonlocal asked, called_back
            message, values = unpack(*args)
            if message[0] == "callback":
                called_back += 1
            else:
                asked += 1
            return message, values

        with patch.object(client, "unpack", counting):
            _all_right(self._grader.grade(self._one))
        return asked, called_back


def _seconds(function: Callable[[], None]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _all_right(result: LabResult) -> None:
    if result.points != result.max_points:
        wrong = next(test for task in result.tasks for test in task.tests if test.outcome != "passed")
        raise CourseError(f"{result.lab}: the solution fails {wrong.name}: {wrong.message.splitlines()[0]}")
