"""``labkit grades``: nbgrader's export, without waiting for its command line."""

import os
from pathlib import Path

from labkit.classroom.export import GradesExporter
from labkit.classroom.layout import Classroom
from labkit.classroom.nbgrader_api import nbgrader_api


def write_grades(classroom: Classroom, to: Path | None = None) -> Path:
    """Write the table of grades, by default grades.csv in the course directory; returns its path.

    Raises:
        CourseError: it cannot be written.
    """
    target = (to or classroom.root / "grades.csv").absolute()
    with nbgrader_api(classroom) as api, api.gradebook as gradebook:
        exporter = GradesExporter(to=os.fspath(target))
        exporter.export(gradebook)
    return target
