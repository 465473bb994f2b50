"""Writing files whole: a reader never sees half of one, and a failure leaves the old one in place."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from labkit.errors import CourseError


def write_whole(path: Path, content: bytes | str) -> None:
    """Write to a temporary file beside path, then rename it into place.

    Raises:
        CourseError: the folder cannot be written to; names the path and the reason.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise CourseError(f"cannot write {path}: {error.strerror}") from error


@contextlib.contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder inside ``folder``, on the same file system, removed at the end.

    Raises:
        CourseError: the folder cannot be written to; names the path and the reason.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        staging = tempfile.TemporaryDirectory(dir=folder, prefix=".run-")
    except OSError as error:
        raise CourseError(f"cannot write in {folder}: {error.strerror}") from error
    with staging as name:
        yield Path(name)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
