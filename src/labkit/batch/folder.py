"""Grading many submissions of one lab at once, each isolated, with results that can be interrupted and go on."""

import contextlib
import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from labkit.batch.crew import Crew
from labkit.batch.ledger import Ledger
from labkit.batch.progress import progress
from labkit.batch.roster import Fingerprint, fingerprint, printable, roster
from labkit.batch.worker import setup_of
from labkit.clean import clean
from labkit.errors import CourseError
from labkit.files import sha256
from labkit.labs import Course, Lab
from labkit.report import LabResult, TestResult
from labkit.running import graded_tests
from labkit.sandbox.isolated import Allowance


@dataclass(frozen=True)
class Summary:
    """What came of grading a folder.

    Attributes:
        graded: how many submissions were graded now.
        skipped: how many had been graded before and have not changed.
        troubled: submissions that the grader failed to grade, and why, a line for each. They have 0 points and a message, and
            the next run tries again.
        ignored: what in the folder is no submission: a sentence for each.
        results: the file with a line for each submission.
        grades: the table of points.
        seconds: it took.
    """

    graded: int
    skipped: int
    troubled: tuple[str, ...]
    ignored: tuple[str, ...]
    results: Path
    grades: Path
    seconds: float

    def __str__(self) -> str:
        before = f", {self.skipped} unchanged since they were graded" if self.skipped else ""
        lines = [f"{self.graded} graded in {self.seconds:.1f} s{before}: {self.grades}, {self.results}"]
        lines += [f"ignored: {sentence}" for sentence in self.ignored]
        lines += [f"the grader failed on {line}" for line in self.troubled]
        return "\n".join(lines)


def grade_folder(
    course: Course,
    lab: Lab,
    submissions: Path,
    out: Path,
    seed: int,
    allowance: Allowance,
    largest: int,
    workers: int | None = None,
    show_progress: bool = False,
) -> Summary:
    """Grade every submission in a folder that has changed since it was last graded with the same inputs, tests and allowance.

    Results do not depend on the number of workers, nor on the order in which they finish. Ctrl-C loses only what is being
    graded at that moment: the same call goes on from there.

    Args:
        course: where the lab is.
        lab: that is graded.
        submissions: holds a folder for each student, with src/ropelab/<module>.py.
        out: where results.jsonl, run.json and grades.csv are.
        seed: of the inputs.
        allowance: what a submission may use.
        largest: how many bytes a module may have.
        workers: how many submissions at once; as many as there are processors when left out.
        show_progress: draw a bar on standard error.

    Raises:
        CourseError: bad input, a course that is not in order, or nothing can be isolated here. One line.
    """
    started = time.monotonic()
    size = len(os.sched_getaffinity(0)) if workers is None else workers
    if size < 1:
        raise CourseError(f"--workers must be 1 or more, got {size}")
    found = roster(submissions, lab)
    if out.resolve().is_relative_to(submissions.resolve()):
        raise CourseError(f"{out} lies among the submissions: give another --out")
    folders = {student: (submissions / student).absolute() for student in found.students}
    troubled = {}
    with Ledger(out, lab, seed, _judge(course, lab, allowance, largest)) as ledger:
        changed = {
            student: folder
            for student, folder in folders.items()
            if not ledger.has(student, fingerprint(course, lab, folder, largest))
        }
        crew = Crew(setup_of(course, lab, seed, allowance, largest), course.root, changed, size)
        with progress(len(changed), show_progress) as advance, contextlib.closing(crew.answers()) as answers:
            for student, answer in answers:
                if "trouble" in answer:
                    troubled[student] = answer["trouble"]
                    submission = fingerprint(course, lab, folders[student], largest)
                    ledger.add(student, submission, _nothing(course, lab), 0.0, trouble=True)
                else:
                    submission = Fingerprint(answer["sha256"], answer["unreadable"])
                    ledger.add(student, submission, answer["result"], answer["seconds"])
                advance()
        ledger.write_grades()
        skipped, seconds = len(folders) - len(changed), time.monotonic() - started
        failures = tuple(f"{printable(student)}: {clean(what)}" for student, what in sorted(troubled.items()))
        return Summary(len(changed), skipped, failures, found.ignored, ledger.path, ledger.grades, seconds)


def _judge(course: Course, lab: Lab, allowance: Allowance, largest: int) -> str:
    """A digest of what a result depends on besides the submission and the seed: when the tests change, all is graded again."""
    facts = {course.shown(path): sha256(path) for path in course.judged_by(lab) if path.is_file()}
    return hashlib.sha256(json.dumps([facts, asdict(allowance), largest], sort_keys=True).encode()).hexdigest()


def _nothing(course: Course, lab: Lab) -> dict[str, Any]:
    """The result where the grader failed. What went wrong is not for the student, for it may show inputs."""
    result = LabResult(lab.name)
    message = "not graded: the grader failed on this submission, which your instructor will look into"
    for test in graded_tests(course, lab):
        result.add(TestResult(test.name, test.task, test.points, "failed", message=message))
    return result.as_json()
