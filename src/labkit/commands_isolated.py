"""The commands about code that one does not trust: isolated grading, of one submission or of a class, and the doctor."""

import argparse
import sys
from typing import TYPE_CHECKING

from labkit.errors import CourseError
from labkit.labs import Course
from labkit.report import LabResult

if TYPE_CHECKING:
    from labkit.sandbox.isolated import Allowance


def add_limits(parser: argparse.ArgumentParser) -> None:
    """The options that say what a submission may use."""
    limits = parser.add_argument_group("limits of an isolated submission")
    limits.add_argument("--seconds-per-call", type=float, default=2.0, help="for one call (default 2)")
    limits.add_argument("--seconds", type=float, default=20.0, help="for all tests of a lab (default 20)")
    limits.add_argument("--memory", type=float, default=1000.0, help="megabytes beyond an empty process (default 1000)")
    limits.add_argument("--output", type=float, default=1.0, help="megabytes of printed text (default 1)")
    limits.add_argument("--size", type=float, default=0.2, help="megabytes of one module (default 0.2)")


def grade_isolated(course: Course, options: argparse.Namespace, seed: int) -> list[LabResult]:
    """Grade one submission, or this checkout's src, lab by lab in locked children.

    Raises:
        CourseError: bad options, or nothing can be isolated here.
    """
    from labkit.sandbox.grading import IsolatedGrader

    if options.impl != "src":
        raise CourseError("--isolated grades a submission or src: --impl is for grading in this process")
    allowance, largest = _allowance(options)
    folder = options.submission.resolve() if options.submission else course.root
    results = []
    for lab in course.select(options.lab):
        grader = IsolatedGrader(course, lab, seed, allowance, largest)
        try:
            results.append(grader.grade(folder))
        finally:
            grader.close()
    return results


def grade_class(course: Course, options: argparse.Namespace, seed: int) -> int:
    """Grade a folder of submissions of one lab; a run that goes on keeps the fresh inputs that it began with.

    Raises:
        CourseError: bad options, or nothing can be isolated here.
    """
    from labkit.batch.folder import grade_folder
    from labkit.batch.ledger import earlier_seed

    if options.lab is None:
        raise CourseError("--submissions grades one lab at a time: say which with --lab")
    if options.submission is not None or options.json is not None:
        raise CourseError("--submissions writes results.jsonl and grades.csv: it goes without --submission and --json")
    lab = course.lab(options.lab)
    allowance, largest = _allowance(options)
    out = options.out or course.root / "build" / "grades" / lab.name
    if options.inputs == "fresh" and options.seed is None:
        seed = earlier_seed(out, lab) or seed
    summary = grade_folder(
        course, lab, options.submissions, out, seed, allowance, largest, options.workers, sys.stderr.isatty()
    )
    print(summary)
    return 1 if summary.troubled else 0


def doctor(_course: Course, _options: argparse.Namespace) -> int:
    """Attack a real child, and say which locks hold."""
    from labkit.sandbox.doctor import examine, is_safe, render

    findings = examine()
    print(render(findings))
    return 0 if is_safe(findings) else 1


def _allowance(options: argparse.Namespace) -> tuple["Allowance", int]:
    from labkit.sandbox.isolated import Allowance
    from labkit.sandbox.lockdown import Budget

    for name in ("seconds_per_call", "seconds", "memory", "output", "size"):
        if not 0 < getattr(options, name) < 1e6:
            raise CourseError(f"--{name.replace('_', '-')} must be above 0, got {getattr(options, name):g}")
    budget = Budget(int(options.memory * 1e6), int(options.seconds) + 1, int(options.output * 1e6))
    return Allowance(options.seconds_per_call, options.seconds, budget), int(options.size * 1e6)
