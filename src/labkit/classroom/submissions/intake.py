"""Taking submissions in: nbgrader copies every file that it finds, so what must not be copied is moved aside first.

No file that a student wrote is changed. What is moved lies in ``refused/<student>/<lab>`` with the reasons beside it.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from labkit.classroom.layout import Classroom, find_classroom
from labkit.classroom.submissions.reading import is_placed, placed_notebook
from labkit.clean import clean
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Lab

LARGEST_FILE = 20_000_000
MOST_FILES = 500
LONGEST_PATH = 1_000
"""Characters of a path inside a submission; file systems stop at about 4,000 for all of a path."""

TIMESTAMP = "timestamp.txt"
LARGEST_TIMESTAMP = 100


def admit(classroom: Classroom, lab: Lab, student: str) -> None:
    """Make a submission ready for nbgrader: move aside what it must not copy, and see to it that there is a notebook.

    Raises:
        CourseError: something cannot be moved; nothing may be copied then.
    """
    folder = classroom.submitted / student / lab.name
    if folder.is_symlink():
        raise CourseError(f"{folder} is a link: put the submission itself there")
    try:
        for path, reason in list(_unwelcome(folder, classroom.notebook(lab))):
            _refuse(classroom, lab, student, path, reason)
    except OSError as error:
        raise CourseError(f"{error.filename or folder} cannot be moved aside: {error.strerror}") from error
    notebook = folder / classroom.notebook(lab)
    if not notebook.exists():
        write_whole(notebook, placed_notebook())


def refusals(classroom: Classroom, lab: Lab, student: str) -> tuple[str, ...]:
    """What was moved aside and has not been handed in again since, a sentence for each."""
    record = _record(classroom, lab, student)
    if not record.is_file():
        return ()
    folder = classroom.submitted / student / lab.name
    pairs = [line.partition("\t") for line in record.read_text().splitlines()]
    return tuple(reason for name, _, reason in pairs if not os.path.lexists(folder / name) or is_placed(folder / name))


def before_nbgrader(assignment: str, student: str, notebooks: list[str]) -> None:  # noqa: ARG001 - they may be patterns
    """nbgrader's ``Autograde.pre_convert_hook``: the same, when nbgrader's own commands are used.

    Args:
        assignment: what was asked for.
        student: what was asked for.
        notebooks: those of one submission. The list is brought up to date in place.
    """
    folder = Path(notebooks[0]).absolute().parent
    classroom = find_classroom(folder.parents[2])
    lab = classroom.course.lab(folder.name)
    admit(classroom, lab, folder.parent.name)
    wanted = str(Path(notebooks[0]).parent / classroom.notebook(lab))
    notebooks[:] = [*(path for path in notebooks if path != wanted and Path(path).is_file()), wanted]


def _unwelcome(folder: Path, notebook: str) -> Iterator[tuple[Path, str]]:
    """What is not a plain file of a decent size, with the reason."""
    seen = 0
    for place, folders, files in os.walk(folder):
        objections = {name: _objection_to_folder(Path(place, name), folder, notebook) for name in sorted(folders)}
        yield from ((Path(place, name), reason) for name, reason in objections.items() if reason)
        folders[:] = [name for name, reason in objections.items() if not reason]
        for name in sorted(files):
            seen += 1
            reason = _objection(Path(place, name), folder)
            if reason or seen > MOST_FILES:
                yield Path(place, name), reason or f"more than {MOST_FILES} files were handed in"


def _objection_to_folder(path: Path, folder: Path, notebook: str) -> str:
    if path.is_symlink():
        return "a link to a folder: hand in the files themselves"
    if path == folder / notebook:
        return "a folder by the name of the notebook"
    return "a path that is too long" if len(str(path.relative_to(folder))) > LONGEST_PATH else ""


def _objection(path: Path, folder: Path) -> str:
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode) or (stat.S_ISREG(status.st_mode) and status.st_nlink != 1):
        return "a link: hand in the file itself"
    if not stat.S_ISREG(status.st_mode):
        return "not a plain file"
    if status.st_size > LARGEST_FILE:
        return f"{status.st_size:,} bytes; {LARGEST_FILE:,} are allowed"
    if not os.access(path, os.R_OK):
        return "it cannot be read"
    if path == folder / TIMESTAMP and not _is_time(path):
        return "it holds no time: when this was handed in is not known"
    return ""


def _is_time(path: Path) -> bool:
    from nbgrader.utils import parse_utc

    with path.open("rb") as stream:
        text = stream.read(LARGEST_TIMESTAMP + 1)
    try:
        return len(text) <= LARGEST_TIMESTAMP and (not text.strip() or parse_utc(text.decode().strip()) is not None)
    except (ValueError, OverflowError, TypeError):
        return False


def _refuse(classroom: Classroom, lab: Lab, student: str, path: Path, reason: str) -> None:
    folder = classroom.submitted / student / lab.name
    name = path.relative_to(folder)
    target = classroom.refused / student / lab.name / "files" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    path.replace(target)
    record = _record(classroom, lab, student)
    shown = clean(str(name)).replace("\n", "\\n").replace("\t", "\\t")
    lines = record.read_text().splitlines() if record.is_file() else []
    kept = [line for line in lines if line.partition("\t")[0] != shown]
    write_whole(record, "\n".join([*kept, f"{shown}\t{shown} was moved aside: {reason}"]) + "\n")


def _record(classroom: Classroom, lab: Lab, student: str) -> Path:
    return classroom.refused / student / lab.name / "reasons.tsv"
