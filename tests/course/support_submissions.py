"""Submissions for a real course directory, nbgrader's own command, and what its gradebook says."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labkit.classroom.layout import Classroom
from labkit.labs import Lab
from labkit.questions.catalogue import answers


@dataclass(frozen=True)
class Handed:
    """A submission as it lies in the course directory.

    Attributes:
        folder: the submission.
        notebook: its notebook.
        module: its module.
    """

    folder: Path
    notebook: Path
    module: Path

    def change(self, edit: Callable[[dict[str, Any]], object]) -> None:
        """Edit the notebook's JSON."""
        content = json.loads(self.notebook.read_text())
        edit(content)
        self.notebook.write_text(json.dumps(content))

    def fill(self, texts: dict[str, str]) -> None:
        """Write into cells, by their names."""

        def edit(content: dict[str, Any]) -> None:
            for cell in content["cells"]:
                cell["source"] = texts.get(cell["id"], cell["source"])

        self.change(edit)

    def code(self, text: str) -> None:
        """Put text behind the module: what it defines again takes the place of the right function."""
        self.module.write_text(self.module.read_text() + "\n\n" + text)


def hand_in(classroom: Classroom, lab: Lab, student: str, module: str | None = None) -> Handed:
    """Hand in the reference, or another module, with the right answers to the quiz."""
    folder = classroom.submitted / student / lab.name
    path = folder / "src" / "ropelab" / f"{lab.module}.py"
    path.parent.mkdir(parents=True)
    path.write_text(lab.solution.read_text() if module is None else module)
    handed = Handed(folder, folder / classroom.notebook(lab), path)
    handed.notebook.write_text((classroom.release / lab.name / classroom.notebook(lab)).read_text())
    keys = answers(classroom.course, lab).quiz
    handed.fill({f"quiz-{number}": f"quiz_{number} = {key.answer!r}" for number, key in enumerate(keys, start=1)})
    return handed


def nbgrader(classroom: Classroom, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run nbgrader's own command in the course directory."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=classroom.root, env=environment(classroom), capture_output=True, text=True, check=False
    )


def environment(classroom: Classroom) -> dict[str, str]:
    """In which nbgrader finds this interpreter, and Jupyter writes nothing outside the course directory."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    folders = {f"JUPYTER_{name}_DIR": str(classroom.root / "jupyter" / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    return os.environ | {"PATH": path, "IPYTHONDIR": str(classroom.root / "jupyter" / "ipython"), **folders}


POINTS = """
SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade
JOIN base_cell ON grade.cell_id = base_cell.id
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
WHERE assignment.name = ?
"""


def gradebook_points(classroom: Classroom, lab: Lab) -> dict[str, dict[str, float | None]]:
    """The automatic points in the gradebook: by student, by cell."""
    found: dict[str, dict[str, float | None]] = {}
    with closing(sqlite3.connect(classroom.gradebook)) as database:
        for student, cell, points in database.execute(POINTS, (lab.name,)):
            found.setdefault(student, {})[cell] = points
    return found


def code_points(cells: dict[str, float | None]) -> float:
    """What the gradebook gives for code; a cell without points fails."""
    others = ("check-quiz", "check-evidence", "written")
    code = [points for name, points in cells.items() if not name.startswith(others)]
    assert code
    assert None not in code
    return sum(points for points in code if points is not None)


def quiz_points(cells: dict[str, float | None]) -> float:
    """What the gradebook gives for the quiz."""
    return sum(points or 0.0 for name, points in cells.items() if name.startswith("check-quiz"))


def result(classroom: Classroom, lab: Lab, student: str) -> dict[str, Any]:
    """What grading kept of a submission."""
    content: dict[str, Any] = json.loads((classroom.results / lab.name / f"{student}.json").read_text())
    return content
