"""``labkit autograde`` and ``labkit feedback``: nbgrader's own work for a whole class, on all processors."""

import contextlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.batch.crew import Crew
from labkit.batch.progress import progress
from labkit.classroom.changes import fingerprint, is_current, judge, remember
from labkit.classroom.grading import CRASHED, GRADED, result_file
from labkit.classroom.layout import Classroom
from labkit.classroom.worker import AUTOGRADE, FEEDBACK
from labkit.clean import clean
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Lab
from labkit.running import graded_tests

WORKER = (sys.executable, "-m", "labkit.classroom.worker")
STUDENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}")
"""A student's name as nbgrader can tell it from a path and a pattern."""


@dataclass(frozen=True)
class Work:
    """What came of a run over a class.

    Attributes:
        done: how many submissions.
        unchanged: how many needed nothing.
        statuses: how many of all have which status.
        problems: what a person should look at, a line for each.
        seconds: it took.
    """

    done: int
    unchanged: int
    statuses: Mapping[str, int]
    problems: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        before = f", {self.unchanged} unchanged" if self.unchanged else ""
        counts = "; ".join(f"{count} {status}" for status, count in self.statuses.items())
        lines = [f"{self.done} done in {self.seconds:.1f} s{before}" + (f": {counts}" if counts else "")]
        return "\n".join([*lines, *self.problems])


def autograde(
    classroom: Classroom, labs: Sequence[Lab], workers: int | None, force: bool = False, show_progress: bool = False
) -> Work:
    """Grade what has been handed in and has changed since it was graded; nothing that a submission does ends the run.

    Args:
        classroom: the course directory.
        labs: of which submissions are graded.
        workers: how many at once; as many as there are processors when left out.
        force: grade all of them again.
        show_progress: draw a bar on standard error.

    Raises:
        CourseError: bad input, or nothing can be isolated here. One line.
    """
    started = time.monotonic()
    jobs, problems = _submissions(classroom.submitted, labs)
    judges = {lab.name: judge(classroom, lab) for lab in labs}
    prints = {name: fingerprint(classroom, lab, student, judges[lab.name]) for name, (lab, student) in jobs.items()}
    wanted = {name: place for name, place in jobs.items() if force or not is_current(classroom, *place, prints[name])}

    def see(name: str, answer: Mapping[str, Any]) -> None:
        lab, student = jobs[name]
        if "done" in answer:
            remember(classroom, lab, student, answer["done"])
        else:
            reason = f"the grader failed: {clean(str(answer.get('failed') or answer.get('trouble')))}"
            _write_failure(classroom, lab, student, reason)

    _work_through(classroom, AUTOGRADE, wanted, workers, show_progress, see, judges)
    statuses: Counter[str] = Counter()
    for name, (lab, student) in jobs.items():
        status, reasons = _status(classroom, lab, student)
        statuses[status] += 1
        if status != GRADED:
            problems.append(f"{name}: {status}: {'; '.join(reasons)}"[:300])
    seconds = time.monotonic() - started
    return Work(len(wanted), len(jobs) - len(wanted), dict(statuses.most_common()), tuple(problems), seconds)


def feedback(classroom: Classroom, labs: Sequence[Lab], workers: int | None, show_progress: bool = False) -> Work:
    """Write a feedback page for every graded submission.

    Raises:
        CourseError: bad input, or nothing has been graded. One line.
    """
    started = time.monotonic()
    jobs, problems = _submissions(classroom.autograded, labs)
    if not jobs:
        raise CourseError("nothing has been graded yet: run `make autograde` first")

    def see(name: str, answer: Mapping[str, Any]) -> None:
        if "done" not in answer:
            problems.append(f"{name}: no page: {clean(str(answer.get('failed') or answer.get('trouble')))}")

    _work_through(classroom, FEEDBACK, jobs, workers, show_progress, see)
    return Work(len(jobs), 0, {}, tuple(problems), time.monotonic() - started)


def _work_through(
    classroom: Classroom,
    task: str,
    jobs: Mapping[str, tuple[Lab, str]],
    workers: int | None,
    show_progress: bool,
    see: Callable[[str, Mapping[str, Any]], None],
    judges: Mapping[str, str] | None = None,
) -> None:
    size = len(os.sched_getaffinity(0)) if workers is None else workers
    if size < 1:
        raise CourseError(f"--workers must be 1 or more, got {size}")
    setup = {"root": str(classroom.root), "task": task, "judges": dict(judges or {})}
    crew = Crew(setup, classroom.course.root, {name: name for name in jobs}, size, WORKER)
    with progress(len(jobs), show_progress, task) as advance, contextlib.closing(crew.answers()) as answers:
        for name, answer in answers:
            see(name, answer)
            advance()


def _submissions(folder: Path, labs: Sequence[Lab]) -> tuple[dict[str, tuple[Lab, str]], list[str]]:
    """The submissions of some labs below a folder, by "lab/student", and what there is that is none."""
    jobs: dict[str, tuple[Lab, str]] = {}
    problems: list[str] = []
    for student in sorted(path.name for path in folder.glob("*") if path.is_dir()):
        if not STUDENT.fullmatch(student):
            problems.append(
                f"{clean(student)!r} was left out: a student's folder has letters, digits and . _ @ - in its name"
            )
            continue
        jobs |= {f"{lab.name}/{student}": (lab, student) for lab in labs if (folder / student / lab.name).is_dir()}
    return jobs, problems


def _status(classroom: Classroom, lab: Lab, student: str) -> tuple[str, list[str]]:
    try:
        result = json.loads(result_file(classroom, lab, student).read_text())
        return result["status"], result["reasons"]
    except (OSError, ValueError, KeyError) as error:
        return CRASHED, [f"its result cannot be read: {type(error).__name__}"]


def _write_failure(classroom: Classroom, lab: Lab, student: str, reason: str) -> None:
    """The result where the grader failed: a row with nothing in it but the reason."""
    maximum = lab.facts["points"]
    tests = graded_tests(classroom.course, lab)
    content = {
        "student": student,
        "lab": lab.name,
        "status": CRASHED,
        "reasons": [reason],
        "inputs": "",
        "code": {"lab": lab.name, "points": 0, "max_points": sum(test.points for test in tests), "tasks": []},
        "quiz": [],
        "evidence": {"points": 0, "max_points": maximum["evidence"], "message": ""},
        "points": 0,
        "max_points": maximum["code"] + maximum["quiz"] + maximum["evidence"],
    }
    write_whole(result_file(classroom, lab, student), json.dumps(content, indent=1) + "\n")
