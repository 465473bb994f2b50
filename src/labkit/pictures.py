"""The README's picture: a figure of lab 04's experiment, drawn on the reference."""

import tempfile
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import differing, write_all
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
    return write_all(differing(draw(course)))


def drifted(course: Course) -> list[str]:
    """The pictures that differ from what the reference draws now."""
    return [course.shown(path) for path in differing(draw(course))]
