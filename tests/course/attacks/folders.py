"""Submission folders in which something else stands where the module should be."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

NOT_PLAIN = "no link"


def _link(module: Path, solution: Path) -> None:
    module.symlink_to(solution)


def _hard_link(module: Path, solution: Path) -> None:
    other = module.with_name("other.py")
    other.write_text(solution.read_text())
    os.link(other, module)


def _linked_folder(module: Path, solution: Path) -> None:
    elsewhere = module.parents[2] / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / module.name).write_text(solution.read_text())
    module.parent.rmdir()
    module.parent.symlink_to(elsewhere)


def _fifo(module: Path, _solution: Path) -> None:
    os.mkfifo(module)


def _folder(module: Path, _solution: Path) -> None:
    module.mkdir()


def _device(module: Path, _solution: Path) -> None:
    module.symlink_to("/dev/zero")


def _circle(module: Path, _solution: Path) -> None:
    module.symlink_to(module.name)


def _socket(module: Path, _solution: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        # The path of a Unix socket is short.
        before = Path.cwd()
        os.chdir(module.parent)
        try:
            one.bind(module.name)
        finally:
            os.chdir(before)


def _huge(module: Path, _solution: Path) -> None:
    with module.open("wb") as stream:
        stream.truncate(10**12)


def _large(module: Path, solution: Path) -> None:
    module.write_text(solution.read_text() + "#" * 200_000)


def _binary(module: Path, _solution: Path) -> None:
    module.write_bytes(bytes(range(256)))


def _missing(module: Path, _solution: Path) -> None:
    module.parent.rmdir()


def _file_for_folder(module: Path, _solution: Path) -> None:
    module.parent.rmdir()
    module.parent.write_text("")


FOLDERS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    "a link to the solution": (_link, NOT_PLAIN),
    "a hard link": (_hard_link, NOT_PLAIN),
    "a folder that is a link": (_linked_folder, NOT_PLAIN),
    "a FIFO": (_fifo, NOT_PLAIN),
    "a folder": (_folder, NOT_PLAIN),
    "a device": (_device, NOT_PLAIN),
    "a link to itself": (_circle, NOT_PLAIN),
    "a socket": (_socket, "cannot be read"),
    "a terabyte": (_huge, "200,000 are allowed"),
    "a long file": (_large, "200,000 are allowed"),
    "no text": (_binary, "not UTF-8"),
    "nothing": (_missing, "missing"),
    "a file in the place of the folder": (_file_for_folder, NOT_PLAIN),
}
"""What makes each, given where the module should be and where the reference is; and words of the message."""
