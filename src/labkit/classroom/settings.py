"""When each lab is due, what lateness costs, and which inputs are graded on: labs/course.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from labkit.errors import CourseError
from labkit.labs import Course

TABLES = ("due", "late", "grading")
INPUTS = ("fresh", "public")


@dataclass(frozen=True)
class Settings:
    """What the file says.

    Attributes:
        due: the moment at which a lab is due, by the lab's name; a lab that is not in it is never late.
        percent_per_day: of the lab's points, lost for each day that has begun.
        grace_minutes: after the due date, in which nothing is lost.
        inputs: that submissions are graded on: "fresh" ones, which nobody has seen, or the "public" ones.
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    percent_per_day: float = 0.0
    grace_minutes: float = 0.0
    inputs: str = "fresh"


def read_settings(course: Course) -> Settings:
    """The settings of a checkout; no dates where it has no such file.

    Raises:
        CourseError: the file is not in order; says what is not.
    """
    path = course.root / "labs" / "course.toml"
    shown = course.shown(path)
    if not path.exists():
        return Settings()
    try:
        facts = tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CourseError(f"{shown}: {error}") from error
    due, late, grading = (_table(facts, name, shown) for name in TABLES)
    _refuse_unknown(facts, TABLES, shown)
    _refuse_unknown(due, tuple(lab.name for lab in course.labs), f"{shown} [due]")
    _refuse_unknown(late, ("percent_per_day", "grace_minutes"), f"{shown} [late]")
    _refuse_unknown(grading, ("inputs",), f"{shown} [grading]")
    inputs = grading.get("inputs", INPUTS[0])
    if inputs not in INPUTS:
        raise CourseError(f"{shown}: inputs must be {' or '.join(map(repr, INPUTS))}")
    for name, moment in due.items():
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise CourseError(f"{shown}: {name} needs a date, a time and an offset, such as 2027-01-18T23:59:00Z")
    return Settings(
        {name: moment.astimezone(UTC) for name, moment in due.items()},
        _number(late, "percent_per_day", 100.0, shown),
        _number(late, "grace_minutes", 1e6, shown),
        inputs,
    )


def _table(facts: Mapping[str, Any], name: str, shown: str) -> dict[str, Any]:
    table = facts.get(name, {})
    if not isinstance(table, dict):
        raise CourseError(f"{shown}: {name} must be a table, [{name}]")
    return table


def _refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in table:
        if name not in known:
            raise CourseError(f"{where}: {name!r} is not known; known are {', '.join(known)}")


def _number(late: Mapping[str, Any], name: str, most: float, shown: str) -> float:
    value = late.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not (isfinite(value) and 0 <= value <= most):
        raise CourseError(f"{shown}: {name} must be a number from 0 to {most:g}")
    return float(value)
