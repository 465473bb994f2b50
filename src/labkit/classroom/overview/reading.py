"""What the instructor's page is made of: every result of a course directory, read so that none can spoil the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.classroom.grading import GRADED, MISSING, STATUSES
from labkit.classroom.overview.fragments import LONGEST
from labkit.classroom.overview.totals import Total, number, read_totals
from labkit.clean import cell, clean
from labkit.errors import CourseError, Unreadable
from labkit.evidence.strict_json import strict_json
from labkit.labs import Lab
from labkit.sandbox.submission import read_plain

LARGEST_RESULT = 4_000_000
"""Bytes of one result; the longest messages that grading keeps make less than a tenth of it."""

NO_RESULT = "no result"
FOLLOWS = "This follows from "
"""How a message begins when the mistake is in another task, where it is counted."""


@dataclass(frozen=True)
class Mistake:
    """A named mistake: in which lab, and in which function or quiz question."""

    name: str
    lab: str
    task: str


@dataclass(frozen=True)
class Result:
    """What came of one submission, as far as its file can be read.

    Attributes:
        status: one of grading's, or "no result".
        reasons: what was unusual, or why there are no points.
        points: of the autograded parts; None where nobody knows.
        max_points: of them.
        mistakes: that were recognised.
    """

    status: str
    reasons: tuple[str, ...] = ()
    points: float | None = None
    max_points: float = 0.0
    mistakes: frozenset[Mistake] = frozenset()

    @property
    def uneventful(self) -> bool:
        """Whether it was graded and there is nothing to say about how."""
        return self.status == GRADED and not self.reasons

    @property
    def below_half(self) -> bool:
        """Whether it was graded and has less than half of the points."""
        return self.points is not None and self.status != MISSING and self.points < self.max_points / 2


NOTHING = Result(MISSING)


@dataclass(frozen=True)
class ClassResults:
    """All results of a class.

    Attributes:
        labs: in teaching order.
        results: for each lab those of each student; empty for a lab that is not graded yet.
        totals: by lab and student, where a table of grades has them.
    """

    labs: tuple[Lab, ...]
    results: Mapping[str, Mapping[str, Result]]
    totals: Mapping[tuple[str, str], Total] = field(default_factory=dict)

    @property
    def students(self) -> list[str]:
        """Everybody of whom there is a result, as their files are called."""
        return sorted({student for results in self.results.values() for student in results})

    def result(self, lab: Lab, student: str) -> Result | None:
        """What a student has in a lab; None where the lab is not graded yet."""
        results = self.results[lab.name]
        return results.get(student, NOTHING) if results else None

    def total(self, lab: Lab, student: str) -> Total | None:
        """What a student has in a lab with written answers, where a table of grades says it."""
        return self.totals.get((lab.name, cell(student)))


def read_class(labs: tuple[Lab, ...], results: Path, grades: Path | None) -> ClassResults:
    """Read every result, and the table of grades where there is one.

    Raises:
        CourseError: there are no results, or the table of grades is not in order.
    """
    found = {lab.name: _read_lab(results / lab.name) for lab in labs}
    if not any(found.values()):
        raise CourseError(f"there are no results in {results}: autograde first")
    return ClassResults(labs, found, read_totals(grades) if grades else {})


def _read_lab(folder: Path) -> dict[str, Result]:
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return {}
    kept = [name for name in names if name.endswith(".json") and not name.startswith(".")]
    return {name.removesuffix(".json"): _read(folder, name) for name in kept}


def _read(folder: Path, name: str) -> Result:
    try:
        content = strict_json(read_plain(folder, (name,), LARGEST_RESULT))
    except Unreadable as error:
        return Result(NO_RESULT, (f"the result cannot be read: {clean(str(error), LONGEST)}",))
    except ValueError as error:
        return Result(NO_RESULT, (f"the result cannot be read: {error}",))
    if not isinstance(content, dict):
        return Result(NO_RESULT, ("the result cannot be read: it is not a table of names",))
    reasons = tuple(_text(reason) for reason in _items(content.get("reasons")))
    status, points, most = content.get("status"), number(content.get("points")), number(content.get("max_points"))
    if status not in STATUSES or points is None or not most or points > most:
        lacking = "status" if status not in STATUSES else "points"
        return Result(NO_RESULT, (*reasons, f"the result has no sound {lacking}: autograde it again"))
    return Result(status, reasons, points, most, frozenset(_mistakes(content, folder.name)))


def _mistakes(content: Mapping[str, Any], lab: str) -> list[Mistake]:
    found = []
    code = content.get("code")
    for task in _tables(code.get("tasks") if isinstance(code, dict) else None):
        for test in _tables(task.get("tests")):
            name, message = test.get("mistake"), test.get("message")
            if isinstance(name, str) and not (isinstance(message, str) and message.startswith(FOLLOWS)):
                found.append(Mistake(_text(name), lab, _text(task.get("task"))))
    for question, answer in enumerate(_tables(content.get("quiz")), start=1):
        if isinstance(answer.get("mistake"), str):
            found.append(Mistake(_text(answer["mistake"]), lab, f"quiz question {question}"))
    return found


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _tables(value: object) -> list[dict[str, Any]]:
    return [item for item in _items(value) if isinstance(item, dict)]


def _text(value: object) -> str:
    return clean(value, LONGEST) if isinstance(value, str) else "unknown"


def concerns(results: ClassResults, student: str) -> list[str]:
    """Why somebody needs attention, a sentence for each reason; empty for those who do not."""
    found, nothing, little = [], [], []
    for lab in results.labs:
        result = results.result(lab, student)
        if result is None:
            continue
        if result.status == MISSING:
            nothing.append(lab.name)
        elif not result.uneventful:
            why = "; ".join(result.reasons) or "no reason is given"
            found.append(f"{lab.name}: {result.status}{', with a note' * (result.status == GRADED)}: {why}")
        if result.below_half:
            little.append(f"{lab.name} ({result.points:g} of {result.max_points:g})")
    if nothing:
        found.append(f"nothing handed in: {', '.join(nothing)}")
    if little:
        found.append(f"below half of the points: {', '.join(little)}")
    return found


def urgency(results: ClassResults, student: str) -> int:
    """0 for somebody whose grading met with trouble, 1 where work or points are lacking, 2 where neither is so."""
    known = [one for one in (results.result(lab, student) for lab in results.labs) if one is not None]
    if any(one.status not in (GRADED, MISSING) for one in known):
        return 0
    return 1 if any(one.status == MISSING or one.below_half for one in known) else 2
