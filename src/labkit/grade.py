"""Grading: run the graded tests of some labs on some code, and collect the points."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from labkit import pytest_plugin
from labkit.errors import CourseError
from labkit.implementation import Implementation, course_files, submission_files
from labkit.labs import Course, Lab
from labkit.pytest_plugin import GRADING, Grading
from labkit.report import LabResult


class _HandIn:
    """Gives pytest the Grading to work on."""

    def __init__(self, grading: Grading) -> None:
        self.grading = grading

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[GRADING] = self.grading


def run_tests(grading: Grading, labs: Sequence[Lab]) -> None:
    """Run the graded tests of labs in this process, without output of pytest's own.

    Raises:
        CourseError: a test file is missing or cannot be collected.
    """
    for lab in labs:
        if not lab.graded_tests.is_file():
            raise CourseError(f"{grading.course.shown(lab.graded_tests)} is missing")
    ours = ["-p", "no:terminal", "-p", "no:cacheprovider", "--noconftest", "-c", os.devnull, "--strict-markers"]
    place = ["--rootdir", str(grading.course.root), "--import-mode=importlib"]
    files = [str(lab.graded_tests) for lab in labs]
    plugins = [_HandIn(grading), pytest_plugin]
    status = pytest.main([*ours, *place, *files], plugins=plugins)
    if grading.problem is not None:
        raise grading.problem
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise CourseError(
            f"the graded tests of {', '.join(lab.name for lab in labs)} did not run: see pytest {files[0]}"
        )


def grade(
    course: Course, labs: Sequence[Lab], implementation: str = "src", submission: Path | None = None
) -> list[LabResult]:
    """The code points of labs, for one implementation of the checkout or for a submission.

    Raises:
        CourseError: there is no such implementation, or the submission lacks a module.
    """
    if submission is None:
        code = Implementation(course_files(course, implementation), course.root)
        implementations = {lab.name: code for lab in labs}
    else:
        files = {lab.name: submission_files(course, lab, submission) for lab in labs}
        implementations = {name: Implementation(chosen, submission) for name, chosen in files.items()}
    grading = Grading(course, implementations)
    run_tests(grading, labs)
    results = {lab.name: LabResult(lab.name) for lab in labs}
    for name, test in grading.results:
        results[name].add(test)
    return list(results.values())
