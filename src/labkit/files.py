"""Writing files whole: a reader never sees half of one, and a failure leaves the old one in place."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
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


def differing(contents: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Those of the files that are missing or hold other bytes."""
    return {path: data for path, data in contents.items() if not path.is_file() or path.read_bytes() != data}


def write_all(contents: Mapping[Path, bytes]) -> list[Path]:
    """Write every file whole; returns their paths."""
    for path, data in contents.items():
        write_whole(path, data)
    return list(contents)


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
