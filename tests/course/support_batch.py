"""What the tests of grading a class share: handing in, grading, and reading what came of it."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from labkit.batch.folder import Summary, grade_folder
from labkit.labs import Course, Lab
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.submission import LARGEST_FILE


def hand_in(folder: Path, lab: Lab, texts: Mapping[str, str | None]) -> Path:
    """A folder of submissions; None for one without the module."""
    for student, text in texts.items():
        module = folder / student / "src" / "ropelab" / lab.stub.name
        module.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            module.write_text(text)
    return folder


def graded(course: Course, lab: Lab, folder: Path, out: Path, workers: int = 2, seed: int = 0) -> Summary:
    """Grade a class with the usual allowance."""
    return grade_folder(course, lab, folder, out, seed, Allowance(), LARGEST_FILE, workers)


def lines(out: Path) -> list[dict[str, Any]]:
    """The results in the order in which they were written."""
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def points(out: Path) -> dict[str, int]:
    """The points of each student in the table."""
    with (out / "grades.csv").open(newline="") as stream:
        return {row["student"]: int(row["points"]) for row in csv.DictReader(stream)}
