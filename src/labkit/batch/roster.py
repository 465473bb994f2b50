"""Which submissions a folder holds, one folder per student, and how to tell whether one of them has changed."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from labkit.errors import CourseError, StudentError
from labkit.implementation import PACKAGE
from labkit.labs import Course, Lab
from labkit.sandbox.submission import read_submission


@dataclass(frozen=True)
class Roster:
    """The submissions in a folder.

    Attributes:
        students: names of the folders, sorted.
        ignored: what else lies there, hidden files aside: a sentence for each.
    """

    students: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Fingerprint:
    """A submission is unchanged when this is: the SHA-256 of its module, or the reason why the module cannot be read."""

    sha256: str | None
    unreadable: str | None


def roster(folder: Path, lab: Lab) -> Roster:
    """The submissions in a folder. Links are never followed.

    Raises:
        CourseError: there is no such folder, it cannot be read, or holds no submissions.
    """
    expected = f"one folder per student, each with src/{PACKAGE}/{lab.module}.py"
    if (folder / "src" / PACKAGE).is_dir():
        raise CourseError(f"{folder} is one submission; for many at once it must hold {expected}")
    students, ignored = [], []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    ignored.append(f"{printable(entry.name)} is a link: not followed")
                elif entry.is_dir():
                    students.append(entry.name)
                else:
                    ignored.append(f"{printable(entry.name)} is no folder")
    except FileNotFoundError as error:
        raise CourseError(f"there is no folder {folder}") from error
    except OSError as error:
        raise CourseError(f"cannot read {folder}: {error.strerror}") from error
    if not students:
        raise CourseError(f"there are no submissions in {folder}: it must hold {expected}")
    return Roster(tuple(sorted(students)), tuple(sorted(ignored)))


def fingerprint(course: Course, lab: Lab, submission: Path, largest: int) -> Fingerprint:
    """What the submission in a folder is recognised by; ``largest`` is how many bytes its module may have."""
    try:
        text = read_submission(course, lab, submission, largest)[lab.module][1]
    except StudentError as error:
        return Fingerprint(None, str(error))
    return Fingerprint(hashlib.sha256(text.encode()).hexdigest(), None)


def printable(name: str) -> str:
    """A name that somebody else has chosen, in one line, without control characters, and different for different names."""
    return "".join(
        letter if letter.isprintable() and letter != "\\" else letter.encode("unicode_escape").decode()
        for letter in name
    )
