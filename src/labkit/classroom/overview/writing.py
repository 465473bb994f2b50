"""The instructor's page: how the class did, what went wrong most, and who needs attention."""

import os
from pathlib import Path
from urllib.parse import quote

from labkit.classroom.overview.page import page
from labkit.classroom.overview.plots import draw
from labkit.classroom.overview.reading import read_class
from labkit.errors import CourseError
from labkit.files import write_whole
from labkit.labs import Course, Lab


def write_overview(course: Course, results: Path, feedback: Path, out: Path, grades: Path | None = None) -> Path:
    """Write ``index.html`` and its pictures into a folder; returns the page's path.

    Whatever is in the results, and whatever students are called, the page is written: a result that cannot be read is a row
    with the reason.

    Args:
        course: whose labs they are.
        results: holds ``<lab>/<student>.json``.
        feedback: where nbgrader puts ``<student>/<lab>/<module>.html``; linked from the page where it exists.
        out: for the page and its pictures.
        grades: the exported table, for totals; ``grades.csv`` beside the results where it exists, when left out.

    Raises:
        CourseError: there are no results, the table of grades is not in order, or the folder cannot be written to.
    """
    if grades is None and (results.parent / "grades.csv").is_file():
        grades = results.parent / "grades.csv"
    found = read_class(course.labs, results, grades)

    def link(student: str, lab: Lab) -> str:
        target = feedback / student / lab.name / f"{lab.module}.html"
        return quote(os.fsencode(os.path.relpath(target, out))) if target.is_file() else ""

    try:
        pictures = draw(found, out)
    except OSError as error:
        raise CourseError(f"cannot write in {out}: {error.strerror}") from error
    write_whole(out / "index.html", page(found, pictures, link))
    return out / "index.html"
