"""The README's picture: a figure of lab 04's experiment, drawn on the reference."""

import tempfile
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Course
from labkit.verify import DONE, verify

LAB, FIGURE = "04-relative", "relative_position_demo.png"


def draw(course: Course) -> dict[Path, bytes]:
    """The pictures of docs, by path.

    Raises:
        CourseError: the reference does not verify.
    """
    with tempfile.TemporaryDirectory() as folder:
        outcome = verify(course, course.lab(LAB), "solutions", Path(folder), show=lambda _: None)
        if outcome.status != DONE:
            raise CourseError(f"the reference does not verify: {outcome.summary}")
        return {course.root / "docs" / FIGURE: (Path(folder) / FIGURE).read_bytes()}


def write(course: Course) -> list[Path]:
    """Write the pictures that differ; returns them."""
    changed = {path: data for path, data in draw(course).items() if not path.is_file() or path.read_bytes() != data}
    for path, data in changed.items():
        write_whole(path, data)
    return list(changed)


def drifted(course: Course) -> list[str]:
    """The pictures that differ from what the reference draws now."""
    pictures = draw(course)
    return [course.shown(path) for path, data in pictures.items() if not path.is_file() or path.read_bytes() != data]
