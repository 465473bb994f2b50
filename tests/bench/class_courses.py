"""A class in two course directories: this course's own, and the same one as stock nbgrader grades it."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np

from labkit.classroom.assembly.assemble import assemble
from labkit.classroom.assembly.config import students_files
from labkit.classroom.layout import Classroom
from labkit.classroom.synthetic.modules import complete, functions_to_write, honest_evidence, module_text
from labkit.classroom.synthetic.notebooks import filled_in, read_release
from labkit.classroom.synthetic.people import Kind
from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue
from labkit.questions.catalogue import answers

MIX = (Kind.PERFECT, Kind.MISTAKEN, Kind.PARTIAL, Kind.MISTAKEN, Kind.COMPLETE, Kind.MISTAKEN, Kind.NOT_STARTED)
"""Who is in the class, again and again. Nobody hostile: stock nbgrader would wait for timeouts, or grade nobody after them."""

WITH_EVIDENCE = (Kind.PERFECT, Kind.COMPLETE)
EXPERIMENT_CELLS = ("run-experiment", "show-plots")

STOCK = """\
from pathlib import Path

ROOT = Path(__file__).resolve().parent
c = get_config()
c.CourseDirectory.course_id = "ropelab"
c.CourseDirectory.root = str(ROOT)
c.ClearSolutions.code_stub = {{"python": "# Your answer goes into the line above."}}
c.ClearSolutions.text_stub = "Your answer."
c.Autograde.exclude_overwriting = {theirs!r}
"""
"""All else is as nbgrader comes: its Execute, its exporter, its templates."""

POINTS = """
SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade
JOIN base_cell ON grade.cell_id = base_cell.id
JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
WHERE assignment.name = ? AND base_cell.name LIKE 'check-%' AND base_cell.name <> 'check-evidence'
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds on the clock, and seconds of processors, those of all its processes together."""

    wall: float
    cpu: float


class Directory:
    """A course directory in which the same class can be graded again and again, each time as if for the first time.

    Args:
        classroom: with submissions, before anything is graded.
        public: grade on the public inputs.
    """

    def __init__(self, classroom: Classroom, public: bool = False) -> None:
        self.classroom = classroom
        self._ungraded = classroom.gradebook.read_bytes()
        self._config = classroom.config_file.read_text()
        binaries = str(Path(sys.executable).parent)
        jupyter = classroom.root.parent / "jupyter"
        self._environment = os.environ | {
            "PATH": os.pathsep.join([binaries, os.environ.get("PATH", os.defpath)]),  # it starts alembic and python
            "IPYTHONDIR": str(jupyter / "ipython"),
            **{f"JUPYTER_{name}_DIR": str(jupyter / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
        }
        self.use_public(public)

    def use_public(self, public: bool) -> None:
        """Grade on the public inputs from now on, or on fresh ones."""
        more = 'c.IsolatedGrading.inputs = "public"\n' if public else ""
        self.classroom.config_file.write_text(self._config + more)

    def forget(self, mistakes: bool = False) -> None:
        """Nothing has been graded; nothing is known of the mistakes on fresh inputs either, if so wished."""
        place = self.classroom
        for folder in (place.autograded, place.feedback, place.results, place.refused):
            shutil.rmtree(folder, ignore_errors=True)
        if mistakes:
            shutil.rmtree(place.known_mistakes, ignore_errors=True)
        place.gradebook.write_bytes(self._ungraded)

    def nbgrader(self, *arguments: str) -> Cost:
        """One of nbgrader's own commands."""
        return self.run("-m", "nbgrader", *arguments)

    def labkit(self, command: str, lab: Lab, *options: str) -> Cost:
        """One of this course's commands on one lab."""
        return self.run("-m", "labkit", command, "--folder", str(self.classroom.root), "--lab", lab.name, *options)

    def run(self, *arguments: str) -> Cost:
        """Run Python.

        Raises:
            CourseError: it failed; the end of what it said.
        """
        inside = self.classroom.course.root if "labkit" in arguments else self.classroom.root
        before, started = _processors(), time.perf_counter()
        done = subprocess.run(
            [sys.executable, *arguments], cwd=inside, env=self._environment, capture_output=True, text=True, check=False
        )
        cost = Cost(time.perf_counter() - started, _processors() - before)
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip().splitlines()
            raise CourseError(f"{' '.join(arguments)} failed: {said[-1] if said else done.returncode}")
        return cost

    def points(self, lab: Lab) -> dict[str, dict[str, float | None]]:
        """What the gradebook has for code and quiz: by student, by cell."""
        found: dict[str, dict[str, float | None]] = {}
        with closing(sqlite3.connect(self.classroom.gradebook)) as database:
            for student, cell, points in database.execute(POINTS, (lab.name,)):
                found.setdefault(student, {})[cell] = points
        return found


def _processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def own(course: Course, labs: Sequence[Lab], students: int, folder: Path) -> Directory:
    """The course directory as `make course` makes it, with a class that has handed in."""
    classroom = assemble(course, folder / "own")
    for lab in labs:
        hand_in(classroom, lab, students)
    return Directory(classroom)


def hand_in(classroom: Classroom, lab: Lab, students: int) -> None:
    """Write what the class hands in for a lab. A third of those with a mistake have evidence that is stale."""
    keys = answers(classroom.course, lab)
    released = read_release(classroom.release, lab.name, lab.module)
    evidence = honest_evidence(classroom.course, lab, keys)
    catalogue = read_catalogue(classroom.course, lab).values()
    programs = [mistake.programs[0] for task in catalogue for mistake in task.mistakes]
    for number, kind in enumerate(islice(cycle(MIX), students)):
        rng = np.random.default_rng(number)
        modules = {
            Kind.MISTAKEN: complete(lab) + str(rng.choice(programs)),
            Kind.PARTIAL: module_text(lab, int(rng.integers(1, functions_to_write(lab)))),
            Kind.NOT_STARTED: module_text(lab, 0),
        }
        folder = classroom.submitted / f"student{number:03}" / lab.name
        files = {
            classroom.notebook(lab): json.dumps(filled_in(released, keys, kind, rng)).encode(),
            f"src/ropelab/{lab.module}.py": modules.get(kind, complete(lab)).encode(),
        }
        if kind in WITH_EVIDENCE or (kind == Kind.MISTAKEN and rng.random() < 1 / 3):
            files |= {f"experiments/{lab.name}/{name}": data for name, data in evidence.items()}
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def stock(like: Directory, labs: Sequence[Lab], folder: Path, experiment: bool = True) -> Directory:
    """The same assignments and submissions for nbgrader as it comes.

    Its check cells run in a kernel, in the folder of the graded submission. There the quiz is marked by the answers, which
    nbgrader copies beside it from source/; nowhere else could a cell find them.

    Args:
        like: before anything is graded.
        labs: which.
        folder: does not exist yet.
        experiment: with the cells that run the experiment and show its plots; otherwise these are empty.
    """
    course = like.classroom.course
    classroom = Classroom(folder, course)
    for name in ("source", "submitted"):
        shutil.copytree(like.classroom.root / name, folder / name)
    theirs = {lab.name: students_files(course, lab, own_earlier=False) for lab in labs}
    classroom.config_file.write_text(STOCK.format(theirs=theirs))
    for lab in labs:
        key = classroom.source / lab.name / "solutions" / "written" / f"{lab.name}.toml"
        key.parent.mkdir(parents=True)
        shutil.copy(course.root / "solutions" / "written" / key.name, key)
        if not experiment:
            name = classroom.notebook(lab)
            for path in (classroom.source / lab.name / name, *classroom.submitted.glob(f"*/{lab.name}/{name}")):
                _without_experiment(path)
    # The directory needs a gradebook to be put back to before there is one.
    classroom.gradebook.touch()
    preparing = Directory(classroom)
    for lab in labs:
        preparing.nbgrader("generate_assignment", lab.name)
    return Directory(classroom)


def _without_experiment(path: Path) -> None:
    notebook: dict[str, Any] = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["id"] in EXPERIMENT_CELLS:
            cell["source"] = ""
    path.write_text(json.dumps(notebook))
