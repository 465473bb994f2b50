"""The cells of an nbgrader source notebook, as nbformat 4.5 stores them."""

import json
from typing import Any

SCHEMA = 3
"""The version of nbgrader's cell metadata."""

Cell = dict[str, Any]


def prose(name: str, source: str) -> Cell:
    """A Markdown cell that nbgrader leaves alone."""
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}


def code(name: str, source: str) -> Cell:
    """A code cell that nbgrader leaves alone, never run."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def read_only(cell: Cell) -> Cell:
    """The cell, restored at grading whatever a student makes of it."""
    return _marked(cell, grade=False, locked=True, solution=False)


def check(name: str, function: str, arguments: str, points: int) -> Cell:
    """A cell that is graded automatically: one call of a check of ``labkit.notebook``."""
    source = f"from labkit.notebook import {function}\n\n{function}({arguments})"
    return _marked(code(name, source), grade=True, locked=True, solution=False, points=points)


def quiz_answer(name: str, variable: str, answer: object) -> Cell:
    """The cell of a quiz answer. The release keeps the first line; what stands between the marks is removed."""
    # A text in double quotes, as the house writes code.
    literal = json.dumps(answer) if isinstance(answer, str) else repr(answer)
    source = f"{variable} = None\n### BEGIN SOLUTION\n{variable} = {literal}\n### END SOLUTION"
    return _marked(code(name, source), grade=False, locked=False, solution=True)


def written_answer(name: str, model: str, scheme: str, points: int) -> Cell:
    """The cell of a written answer, graded by a person. The release replaces all of it."""
    source = f"{model}\n\n=== BEGIN MARK SCHEME ===\n\n{scheme}\n\n=== END MARK SCHEME ==="
    return _marked(prose(name, source), grade=True, locked=False, solution=True, points=points)


def _marked(cell: Cell, **facts: bool | int) -> Cell:
    metadata = {"grade_id": cell["id"], "schema_version": SCHEMA, "task": False, **facts}
    return {**cell, "metadata": {"nbgrader": metadata}}


def notebook(cells: list[Cell]) -> dict[str, Any]:
    """The notebook with these cells, for the Python kernel."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
