"""What several course tests share: the labs there should be, and the command line as a person runs it."""

import subprocess
import sys
from pathlib import Path

from labkit.grade import Expectations, grade_lab
from labkit.implementation import Implementation, submission_files
from labkit.labs import Course, Lab
from labkit.report import LabResult, TestResult
from labkit.running import PUBLIC_SEED

LABS = (
    "01-frequencies",
    "02-cache",
    "03-forward",
    "04-relative",
    "05-rotation",
    "06-attention",
    "07-scaling",
    "08-speed",
)


def labkit(*arguments: str, course: Course) -> subprocess.CompletedProcess[str]:
    """Run labkit in a checkout; returns its exit status and what it printed."""
    command = [sys.executable, "-m", "labkit", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)


def grade_text(course: Course, lab: Lab, text: str, folder: Path, seed: int = PUBLIC_SEED) -> LabResult:
    """Grade the text of a module as a submission in folder."""
    module = folder / "src" / "ropelab" / lab.stub.name
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(text)
    return grade_lab(Expectations(course, lab, seed), Implementation(submission_files(course, lab, folder), folder))


def results_of(result: LabResult, task: str | None = None) -> list[TestResult]:
    """The results of all tests, or of one task's."""
    return [test for one in result.tasks if task in (None, one.task) for test in one.tests]
