"""Reading a submission: plain files of a stated size, nothing that points elsewhere, nothing that blocks."""

import errno
import os
import stat
from pathlib import Path

from labkit.errors import Missing, Unreadable
from labkit.implementation import PACKAGE
from labkit.labs import Course, Lab

LARGEST_FILE = 200_000
"""Bytes of one module; the longest reference has about 8,000."""


def read_submission(course: Course, lab: Lab, folder: Path, largest: int = LARGEST_FILE) -> dict[str, tuple[str, str]]:
    """The texts that a submission is graded with, by module: the graded one is the student's, earlier ones the reference's.

    Args:
        course: where the references are.
        lab: that is graded; an earlier mistake is then charged once, in its own lab.
        folder: holds ``src/ropelab/<module>.py``.
        largest: how many bytes the module may have.

    Returns:
        For each module the path as a person types it, and the text.

    Raises:
        Unreadable: the module is missing, is no plain file, is too large, or is not UTF-8 text. The message says which.
    """
    texts = {
        other.module: (course.shown(other.solution), other.solution.read_text())
        for other in course.labs
        if other.number < lab.number and other.solution.is_file()
    }
    shown = f"src/{PACKAGE}/{lab.module}.py"
    data = read_plain(folder, ("src", PACKAGE, f"{lab.module}.py"), largest)
    try:
        # some editors begin a file with a mark of its encoding, as Python allows
        texts[lab.module] = (shown, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{shown} is not UTF-8 text: byte {error.start} is {data[error.start]:#04x}") from error
    return texts


def read_plain(folder: Path, parts: tuple[str, ...], largest: int) -> bytes:
    """The bytes of a file below folder; no part of the way may be a link.

    Args:
        folder: of the submission.
        parts: the way from there to the file.
        largest: how many bytes it may have.

    Raises:
        Missing: there is no such file.
        Unreadable: it is no plain file, is too large, or cannot be read. The message says which.
    """
    shown = "/".join(parts)
    opened: list[int] = []
    try:
        opened.append(os.open(folder, os.O_RDONLY | os.O_DIRECTORY))
        for part in parts[:-1]:
            opened.append(os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=opened[-1]))
        # A FIFO without a writer must not block.
        opened.append(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened[-1]))
        status = os.fstat(opened[-1])
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise Unreadable(f"{shown} is not a plain file of its own: hand in the file itself, no link")
        if status.st_size > largest:
            raise Unreadable(f"{shown} has {status.st_size:,} bytes; {largest:,} are allowed")
        with os.fdopen(os.dup(opened[-1]), "rb") as stream:
            data = stream.read(largest + 1)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise Unreadable(f"{shown} is not a plain file of its own: hand in the file itself, no link") from error
        if error.errno == errno.ENOENT:
            raise Missing(f"{shown} is missing from the submission") from error
        raise Unreadable(f"{shown} cannot be read: {os.strerror(error.errno or 0)}") from error
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return data
