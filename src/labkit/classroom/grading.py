"""Grading one submission of a course directory: its code and evidence isolated, its quiz read as literals."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.classroom.layout import Classroom
from labkit.clean import clean
from labkit.evidence.marking import EvidenceResult
from labkit.files import write_whole
from labkit.labs import Lab
from labkit.questions.catalogue import answers
from labkit.questions.quiz import QuizResult, mark_quiz
from labkit.report import LabResult, sentence
from labkit.running import PUBLIC_SEED
from labkit.sandbox.client import TOO_LONG
from labkit.sandbox.grading import IsolatedGrader
from labkit.sandbox.isolated import Allowance

GRADED, TIMED_OUT, CRASHED, UNREADABLE, MISSING = "graded", "timed out", "crashed", "unreadable", "missing"
STATUSES = (GRADED, TIMED_OUT, CRASHED, UNREADABLE, MISSING)


@dataclass(frozen=True)
class Submission:
    """What there is to grade.

    Attributes:
        student: whose it is.
        folder: where its files lie.
        quiz: the text of each answer cell, in the order of the questions.
        notes: what was unusual about its notebook.
        problem: "missing" or "unreadable" where the notebook is.
        refused: files that were moved aside before, a sentence for each.
    """

    student: str
    folder: Path
    quiz: Sequence[str]
    notes: Sequence[str]
    problem: str
    refused: Sequence[str] = ()


@dataclass(frozen=True)
class Graded:
    """What came of it: the status and its reasons, the code, the quiz and the evidence."""

    student: str
    lab: str
    status: str
    reasons: tuple[str, ...]
    inputs: str
    code: LabResult
    quiz: tuple[QuizResult, ...]
    evidence: EvidenceResult

    def as_json(self) -> dict[str, Any]:
        """The content of ``results/<lab>/<student>.json``."""
        parts: list[LabResult | QuizResult | EvidenceResult] = [self.code, *self.quiz, self.evidence]
        return {
            "student": self.student,
            "lab": self.lab,
            "status": self.status,
            "reasons": list(self.reasons),
            "inputs": self.inputs,
            "code": self.code.as_json(),
            "quiz": [result.as_json() for result in self.quiz],
            "evidence": self.evidence.as_json(),
            "points": sum(part.points for part in parts),
            "max_points": sum(part.max_points for part in parts),
        }


class SubmissionGrader:
    """Grades submissions of one lab, one after another.

    Args:
        classroom: where results are kept.
        lab: that is graded.
        seed: of the inputs.
        allowance: what a submission may use.

    Raises:
        CannotIsolate: a needed lock is open here.
        CourseError: the course is not in order.
    """

    def __init__(self, classroom: Classroom, lab: Lab, seed: int, allowance: Allowance) -> None:
        self._classroom, self._lab, self._seed = classroom, lab, seed
        self._keys = answers(classroom.course, lab).quiz
        self._grader = IsolatedGrader(classroom.course, lab, seed, allowance, kept=classroom.known_mistakes)

    def grade(self, submission: Submission) -> Graded:
        """Grade it, and keep the result in the course directory."""
        code = self._grader.grade(submission.folder)
        quiz = tuple(
            mark_quiz(number, key, source)
            for number, (key, source) in enumerate(zip(self._keys, submission.quiz, strict=True), start=1)
        )
        evidence = self._grader.evidence(submission.folder)
        status, reasons = _status(code, submission)
        inputs = "public" if self._seed == PUBLIC_SEED else "fresh"
        graded = Graded(submission.student, self._lab.name, status, reasons, inputs, code, quiz, evidence)
        path = result_file(self._classroom, self._lab, submission.student)
        write_whole(path, json.dumps(graded.as_json(), indent=1, ensure_ascii=False) + "\n")
        return graded

    def close(self) -> None:
        """End the fork server."""
        self._grader.close()


def result_file(classroom: Classroom, lab: Lab, student: str) -> Path:
    """Where the result of a submission is kept."""
    return classroom.results / lab.name / f"{student}.json"


def _status(code: LabResult, submission: Submission) -> tuple[str, tuple[str, ...]]:
    """The worst that happened, and all that did."""
    ended: dict[str, list[str]] = {}
    for test in (test for task in code.tasks for test in task.tests if test.ended):
        ended.setdefault(test.ended, []).append(test.name)
    reasons = [*submission.refused, *submission.notes]
    for kind, names in ended.items():
        others = f" and {len(names) - 1} more" if len(names) > 1 else ""
        reasons.append(f"{kind} in '{sentence(names[0])}'{others}")
    if code.unreadable:
        reasons.append(code.unreadable)
    if code.missing and submission.problem == MISSING and not submission.refused:
        status = MISSING
    elif (code.unreadable and (submission.refused or not code.missing)) or submission.problem == UNREADABLE:
        status = UNREADABLE
    elif any(kind != TOO_LONG for kind in ended):
        status = CRASHED
    else:
        status = TIMED_OUT if ended else GRADED
    return status, tuple(clean(reason) for reason in reasons)
