"""What a result depends on: a submission is graded again when any of it has changed, and only then."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from labkit.classroom.grading import result_file
from labkit.classroom.layout import Classroom
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Lab

LARGEST = 20_000_000
"""Bytes of a file that are looked at; a larger one is not graded."""


def judge(classroom: Classroom, lab: Lab) -> str:
    """A digest of what all submissions of a lab are graded by."""
    course = classroom.course
    experiment = lab.experiment / "verify.py"
    release = classroom.release / lab.name / classroom.notebook(lab)
    files = [*course.judged_by(lab), lab.answers, experiment, release, classroom.config_file, classroom.seed_file]
    try:
        return _digest((str(path), path.read_bytes()) for path in files)
    except OSError as error:
        raise CourseError(f"{error.filename} cannot be read: run `make course` again") from error


def fingerprint(classroom: Classroom, lab: Lab, student: str, judged_by: str) -> str:
    """A digest of a submission's files and of what it is graded by."""
    folder = classroom.submitted / student / lab.name
    return _digest([("judge", judged_by.encode()), *_files(folder)])


def is_current(classroom: Classroom, lab: Lab, student: str, current: str) -> bool:
    """Has just this been graded before, and is the graded notebook still there?"""
    graded = classroom.autograded / student / lab.name / classroom.notebook(lab)
    try:
        return graded.is_file() and _record(classroom, lab, student).read_text() == current
    except OSError:
        return False


def remember(classroom: Classroom, lab: Lab, student: str, current: str) -> None:
    """This has been graded."""
    write_whole(_record(classroom, lab, student), current)


def _record(classroom: Classroom, lab: Lab, student: str) -> Path:
    return result_file(classroom, lab, student).with_suffix(".sha256")


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            shown = os.fsencode(path.relative_to(folder)).decode(errors="backslashreplace")
            if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
                yield shown, b""
                continue
            try:
                yield shown, path.read_bytes()
            except OSError:
                yield shown, b""


def _digest(parts: Iterator[tuple[str, bytes]] | list[tuple[str, bytes]]) -> str:
    facts = [(name, hashlib.sha256(data).hexdigest()) for name, data in parts]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
