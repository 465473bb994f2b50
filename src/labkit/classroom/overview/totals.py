"""Totals of the instructor's page: what a table of grades says."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import CourseError

MOST_POINTS = 1_000.0


@dataclass(frozen=True)
class Total:
    """Points with written answers and after a penalty; ``waits`` where a person has yet to mark something."""

    points: float
    max_points: float
    penalty: float
    waits: bool


def read_totals(grades: Path) -> dict[tuple[str, str], Total]:
    """The points of a table of grades by lab and student; a row without numbers is passed over.

    Raises:
        CourseError: the table cannot be read, or lacks a column.
    """
    try:
        with grades.open(newline="", encoding="utf-8", errors="replace") as stream:
            table = csv.DictReader(stream)
            rows, columns = list(table), set(table.fieldnames or ())
    except (OSError, csv.Error) as error:
        raise CourseError(f"{grades} cannot be read: {error}") from error
    needed = {"assignment", "student_id", "score", "max_score", "late_submission_penalty"}
    if not needed <= columns:
        raise CourseError(f"{grades} has no column {', '.join(sorted(needed - columns))}: export the grades again")
    totals = {}
    for row in rows:
        numbers = [_decimal(row[name]) for name in ("score", "max_score", "late_submission_penalty")]
        score, most, penalty = (math.nan if one is None else one for one in numbers)
        if not math.isnan(score + most + penalty):
            waits = row.get("needs_manual_grade") == "yes"
            totals[row["assignment"], row["student_id"]] = Total(score, most, penalty, waits)
    return totals


def _decimal(text: str | None) -> float | None:
    try:
        return number(float(text or "x"))
    except ValueError:
        return None


def number(value: object) -> float | None:
    """The value where it is a number of points, None where it is anything else."""
    known = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_POINTS
    return float(value) if known else None  # type: ignore[arg-type] # a number, as has just been asked
