"""A course directory assembled from this checkout, once for all tests that look at one and change nothing."""

import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path

from labkit.classroom.assembly.assemble import assemble
from labkit.classroom.layout import Classroom
from labkit.labs import Course

_folders: list[tempfile.TemporaryDirectory[str]] = []


@cache
def assembled(course: Course) -> Classroom:
    """The course directory that no test changes; it goes when this process ends."""
    _folders.append(tempfile.TemporaryDirectory(prefix="ropelab-course-"))
    return assemble(course, Path(_folders[-1].name) / "course")


def copy_of(classroom: Classroom, folder: Path) -> Classroom:
    """A course directory to change."""
    shutil.copytree(classroom.root, folder)
    return Classroom(folder, classroom.course)


def files_in(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def hand_in(
    classroom: Classroom, student: str, lab: str, points: dict[str, float], timestamp: str | None = None
) -> None:
    """A submission in the gradebook, with points for some of its cells."""
    from nbgrader.api import Gradebook

    module = classroom.course.lab(lab).module
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{classroom.gradebook}", "ropelab") as gradebook:
        warnings.simplefilter("ignore")  # of SQLAlchemy about nbgrader's way to add a submission
        gradebook.update_or_create_student(student)
        gradebook.update_or_create_submission(lab, student, timestamp=timestamp)
        for cell, value in points.items():
            gradebook.find_grade(cell, module, lab, student).auto_score = value
        gradebook.db.commit()
