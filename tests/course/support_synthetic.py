"""What the tests of the synthetic class share."""

import json
from pathlib import Path
from typing import Any

from labkit.classroom.synthetic.people import HandIn, Kind, SyntheticStudent
from labkit.labs import Course, Lab
from labkit.questions.catalogue import answers
from labkit.running import graded_tests

Class = tuple[Path, tuple[SyntheticStudent, ...]]
"""Where a class was written, and who is in it."""


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    code: dict[str, Any] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {"nbgrader": {"grade_id": name}}, "source": source, **code}


def released_notebook(course: Course, lab: Lab) -> dict[str, Any]:
    """A notebook with the cells of the released one, and nothing else."""
    keys = answers(course, lab)
    tasks = dict.fromkeys(test.task for test in graded_tests(course, lab))
    cells = [_cell("code", f"check-{task}", f'check("{task}")') for task in tasks]
    for number in range(1, len(keys.quiz) + 1):
        cells.append(_cell("code", f"quiz-{number}", f"quiz_{number} = None"))
        cells.append(_cell("code", f"check-quiz-{number}", f"check_quiz({number}, quiz_{number})"))
    cells += [_cell("markdown", f"written-{number}", "") for number in range(1, len(keys.written) + 1)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def every(forty: Class, kind: Kind) -> list[tuple[HandIn, Path]]:
    """Everything of this kind that was handed in, and where it lies."""
    submitted, students = forty
    found = [
        (one, submitted / student.id / one.lab) for student in students for one in student.hand_ins if one.kind == kind
    ]
    assert found, kind
    return found


def cells_of(folder: Path) -> list[dict[str, Any]]:
    """The cells of the one notebook in a submission."""
    (notebook,) = folder.glob("*.ipynb")
    cells: list[dict[str, Any]] = json.loads(notebook.read_text())["cells"]
    return cells
