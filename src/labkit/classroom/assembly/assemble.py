"""Making the course directory from the checkout, and making it anew: what students handed in and their grades stay."""

import contextlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from glob import escape
from pathlib import Path

from labkit.classroom.assembly.assignment import assignment
from labkit.classroom.assembly.bundle import bundle
from labkit.classroom.assembly.config import config_text
from labkit.classroom.assembly.generate import Generator
from labkit.classroom.layout import Classroom
from labkit.classroom.settings import read_settings
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Course

STAGING = ".assembling"


def assemble(course: Course, folder: Path, own_earlier: bool = False) -> Classroom:
    """The course directory in a folder, made or refreshed.

    Whatever comes from students or from grading stays: submitted/, autograded/, feedback/, results/, refused/, the grades and
    the secret seed. The rest is written anew: config, source/, release/, due dates, the students' zip. Each part is finished
    aside before it takes its place, so that a run that is cut off is mended by the next.

    Args:
        course: the checkout.
        folder: of the course directory.
        own_earlier: students get stubs of the labs before each instead of their reference.

    Raises:
        CourseError: the folder holds something else, a part of the course is missing, or nbgrader refuses.
    """
    classroom = Classroom(folder.resolve(), course)
    settings = read_settings(course)
    assignments = {lab.name: assignment(course, lab, own_earlier) for lab in course.labs}
    _claim(classroom)
    write_whole(classroom.config_file, config_text(course, settings, own_earlier))
    _ensure_seed(classroom)
    generator = Generator(classroom)
    generator.ensure_gradebook()
    with _staging(classroom) as staging:
        for name, files in assignments.items():
            for path, data in files.items():
                write_whole(staging / "source" / name / path, data)
            generator.release(name, staging / "source", staging / "release")
            _put(staging / "source" / name, classroom.source / name, staging)
            _put(staging / "release" / name, classroom.release / name, staging)
    generator.set_due(tuple(assignments), settings)
    write_whole(classroom.bundle, bundle(classroom))
    return classroom


def _claim(classroom: Classroom) -> None:
    """Make the folder and mark it as a course directory of this checkout."""
    root = classroom.root
    if escape(str(root)) != str(root) or any(character in str(root) for character in '?#%"\\\n'):
        raise CourseError(f"nbgrader cannot work in {root}: choose a folder without * ? [ # % and quotes in its path")
    empty = root.is_dir() and next(root.iterdir(), None) is None
    if root.exists() and not empty and not classroom.marker.is_file():
        raise CourseError(f"{root} is there and is not a course: choose another folder, or move it away")
    checkout = json.dumps(str(classroom.course.root))  # a string of JSON is one of TOML
    write_whole(classroom.marker, f"# Written by `make course`: where this was made from.\ncheckout = {checkout}\n")


def _ensure_seed(classroom: Classroom) -> None:
    if not classroom.seed_file.exists():
        descriptor, temporary = tempfile.mkstemp(dir=classroom.root, prefix=f".{classroom.seed_file.name}.")
        with os.fdopen(descriptor, "w") as stream:  # which only its owner may read, as mkstemp makes it
            stream.write(f"{1 + secrets.randbelow(2**63)}\n")
        Path(temporary).replace(classroom.seed_file)
    classroom.seed()


@contextlib.contextmanager
def _staging(classroom: Classroom) -> Iterator[Path]:
    """A folder in the course directory, without what a run that was cut off may have left in it."""
    folder = classroom.root / STAGING
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        raise CourseError(f"cannot write in {classroom.root}: {error.strerror}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(new: Path, place: Path, staging: Path) -> None:
    """Move a folder into place; what was there goes."""
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        place.rename(staging / f"{place.parent.name}-{place.name}-before")
    new.rename(place)
