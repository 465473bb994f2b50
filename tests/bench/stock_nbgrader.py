"""A real nbgrader course of the labs: one notebook a lab, a solution cell, and one autograded test cell per graded test."""

import json
import os
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.running import GradedTest, graded_tests

SETUP = """
import contextlib, sys
sys.path.insert(0, {solutions!r})  # what the labs before this one are imported from
from pathlib import Path
from labkit.labs import Course
from labkit.observations import read
from labkit.running import PUBLIC_SEED, graded_tests, message_of, run
from labkit.testing import Student

class Notebook:
    @contextlib.contextmanager
    def opened(self, module):
        yield Student(sys.modules["__main__"], "the notebook")
    def place(self, error):
        return None
    def explain(self, error):
        return str(error)
    def printed(self):
        return ""

lab_ = Course(Path({root!r})).lab({lab!r})
tests_ = {{test.name: test for test in graded_tests(Course(Path({root!r})), lab_)}}
golden_ = read(lab_.golden)
"""
TEST = """
outcome_ = run(tests_[{name!r}], Notebook(), lab_.module, PUBLIC_SEED, golden_.get({name!r}, []))
assert outcome_.failure is None, message_of(outcome_.failure, Notebook())
"""
PASSED = "SELECT COUNT(*) FROM grade JOIN grade_cells ON grade.cell_id = grade_cells.id WHERE auto_score = max_score"


def is_installed() -> bool:
    """Is nbgrader there, with a kernel to run notebooks in?"""
    return find_spec("nbgrader") is not None and find_spec("ipykernel") is not None


class StockNbgrader:
    """A course in a folder of its own, whose assignments nbgrader's own commands generate and grade.

    Args:
        course: where the graded tests and golden values are.
        labs: become one assignment each.
        folder: does not exist yet; is for the course and for whatever Jupyter writes.

    Raises:
        CourseError: a command failed; the end of what it said.
    """

    def __init__(self, course: Course, labs: Sequence[Lab], folder: Path) -> None:
        self._folder, self._submitted, self._passed = folder, 0, 0
        self._tests = {lab: graded_tests(course, lab) for lab in labs}
        binaries = str(Path(sys.executable).parent)
        self._environment = os.environ | {
            "PATH": os.pathsep.join([binaries, os.environ.get("PATH", os.defpath)]),  # it starts alembic and python
            "IPYTHONDIR": str(folder / "ipython"),
            **{f"JUPYTER_{name}_DIR": str(folder / "jupyter" / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
        }
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
        for lab in labs:
            source = folder / "source" / lab.name
            source.mkdir(parents=True)
            (source / "lab.ipynb").write_text(json.dumps(_notebook(course, lab, self._tests[lab])))
            self._nbgrader("generate_assignment", lab.name)

    def autograde(self, lab: Lab, count: int) -> tuple[float, float]:
        """Hand in count submissions that hold the solution and have ``nbgrader autograde`` grade them.

        Returns:
            The seconds of the command, and the mean seconds that the cells of a submission ran.

        Raises:
            CourseError: the command failed, or a submission did not pass every test.
        """
        text = (self._folder / "release" / lab.name / "lab.ipynb").read_text()
        released = json.loads(text)
        for cell in released["cells"]:
            if cell["metadata"]["nbgrader"]["grade_id"] == "solution":
                cell["source"] = lab.solution.read_text()
        self._submitted += 1
        students = [f"class{self._submitted}-{number}" for number in range(count)]
        for student in students:
            folder = self._folder / "submitted" / student / lab.name
            folder.mkdir(parents=True)
            (folder / "lab.ipynb").write_text(json.dumps(released))
        started = time.perf_counter()
        self._nbgrader("autograde", lab.name, f"--student=class{self._submitted}-*")
        seconds = time.perf_counter() - started
        self._passed += count * len(self._tests[lab])
        with closing(sqlite3.connect(self._folder / "gradebook.db")) as database:
            passed = database.execute(PASSED).fetchone()[0]
        if passed != self._passed:
            raise CourseError(
                f"{lab.name}: the solution did not pass every test in nbgrader ({passed} of {self._passed})"
            )
        graded = [self._folder / "autograded" / student / lab.name / "lab.ipynb" for student in students]
        return seconds, sum(map(_cell_seconds, graded)) / count

    def _nbgrader(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *arguments]
        done = subprocess.run(
            command, cwd=self._folder, env=self._environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip().splitlines()
            raise CourseError(f"nbgrader {' '.join(arguments)} failed: {said[-1] if said else done.returncode}")


def _notebook(course: Course, lab: Lab, tests: Sequence[GradedTest]) -> dict[str, Any]:
    setup = SETUP.format(solutions=str(course.root / "solutions"), root=str(course.root), lab=lab.name)
    # The solutions are marked as nbgrader wants it: what is between their marks is taken out of the release.
    cells = [_cell("setup", setup), _cell("solution", lab.solution.read_text(), solution=True, locked=False)]
    cells += [_cell(test.name, TEST.format(name=test.name), grade=True, points=test.points) for test in tests]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, source: str, **facts: bool | int) -> dict[str, Any]:
    about = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3, "grade_id": name}
    return {
        "cell_type": "code",
        "id": f"cell-{zlib.crc32(name.encode())}",
        "metadata": {"nbgrader": about | facts | {"cell_type": "code"}},
        "source": source.strip(),
        "outputs": [],
        "execution_count": None,
    }


def _cell_seconds(notebook: Path) -> float:
    """How long the cells ran, by the times that nbclient wrote into the notebook."""
    seconds = 0.0
    for cell in json.loads(notebook.read_text())["cells"]:
        times = cell["metadata"]["execution"]
        begin, end = (datetime.fromisoformat(times[name]) for name in ("iopub.execute_input", "shell.execute_reply"))
        seconds += (end - begin).total_seconds()
    return seconds
