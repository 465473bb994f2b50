"""What the tests of a lab's notebook share: modules with a known mistake, and little courses as students receive them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from support import labkit

from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue


def write_mistake(course: Course, lab: Lab, mistake: str) -> None:
    """Make the student's module the reference with one mistake of the catalogue."""
    tasks = read_catalogue(course, lab).values()
    (found,) = [one for task in tasks for one in task.mistakes if one.name == mistake]
    lab.stub.write_text(lab.solution.read_text() + found.programs[0])


def graded_by_command(course: Course, lab: Lab, *arguments: str) -> dict[str, dict[str, Any]]:
    """The tasks of a lab as ``labkit grade --json`` gives them, by name."""
    ran = labkit("grade", "--lab", lab.name, "--json", "-", *arguments, course=course)
    assert ran.stderr == ""
    return {task["task"]: task for task in json.loads(ran.stdout)["tasks"]}


def release(course: Course, lab: Lab, folder: Path) -> Course:
    """A released assignment: a course of one lab, without anything of the instructor's."""
    for path in (lab.handout.parent, lab.experiment, course.root / "src" / "ropelab"):
        shutil.copytree(path, folder / path.relative_to(course.root))
    for path in (lab.graded_tests, lab.golden, lab.known_mistakes):
        copy = folder / path.relative_to(course.root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return Course(folder)


def append(lab: Lab, text: str) -> None:
    """Make the student's module the reference with some text after it."""
    lab.stub.write_text(lab.solution.read_text() + text)


def opened(course: Course, name: str, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """A lab of a checkout; its folder becomes the working directory, as it is in Jupyter."""
    monkeypatch.delenv("IMPL", raising=False)
    lab = course.lab(name)
    monkeypatch.chdir(lab.handout.parent)
    return lab
