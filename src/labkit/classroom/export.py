"""nbgrader's export of grades: a row for every student and lab, whatever was handed in, with the status and its reasons."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from labkit.classroom.grading import MISSING, result_file
from labkit.classroom.layout import Classroom, find_classroom
from labkit.clean import cell
from labkit.files import write_whole

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score", "needs_manual_grade", "status", "reason",
)  # fmt: skip


class GradesExporter(ExportPlugin):  # type: ignore[misc] # nbgrader has no types
    """Writes grades.csv: nbgrader's columns, whether written answers wait to be marked, the status, and its reasons.

    Texts are quoted, stand on one line, and are no formula in a spreadsheet. It is named in nbgrader_config.py as
    ``ExportApp.plugin_class``.
    """

    def export(self, gradebook: Any) -> None:  # noqa: ANN401 - nbgrader's Gradebook
        """Write the table to ``--to``, or to grades.csv.

        Raises:
            CourseError: it cannot be written.
        """
        classroom = find_classroom(Path(gradebook.engine.url.database).parent)
        stream = io.StringIO()
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        for assignment in gradebook.assignments:
            if self.assignment and assignment.name not in map(str, self.assignment):
                continue
            for student in gradebook.students:
                if not self.student or student.id in map(str, self.student):
                    table.writerow(_row(classroom, gradebook, assignment, student))
        write_whole(Path(self.to or "grades.csv"), stream.getvalue())


def _row(classroom: Classroom, gradebook: Any, assignment: Any, student: Any) -> dict[str, object]:  # noqa: ANN401
    status, reasons = _standing(classroom, assignment.name, student.id)
    row: dict[str, object] = {
        "assignment": assignment.name,
        "duedate": assignment.duedate or "",
        "timestamp": "",
        "student_id": cell(student.id),
        "last_name": cell(student.last_name or ""),
        "first_name": cell(student.first_name or ""),
        "email": cell(student.email or ""),
        "raw_score": 0.0,
        "late_submission_penalty": 0.0,
        "score": 0.0,
        "max_score": assignment.max_score,
        "needs_manual_grade": "",
        "status": status,
        "reason": cell("; ".join(reasons)),
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row
    penalty = submission.late_submission_penalty or 0.0
    return row | {
        "timestamp": submission.timestamp or "",
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - penalty),
        "needs_manual_grade": "yes" if submission.needs_manual_grade else "no",
    }


def _standing(classroom: Classroom, assignment: str, student: str) -> tuple[str, list[str]]:
    """The status that grading found; handed in and not graded yet is said as well."""
    lab = classroom.course.lab(assignment)
    try:
        result = json.loads(result_file(classroom, lab, student).read_text())
        return str(result["status"]), [str(reason) for reason in result["reasons"]]
    except FileNotFoundError:
        waiting = (classroom.submitted / student / assignment).is_dir()
        return ("", ["handed in, and not graded yet"]) if waiting else (MISSING, ["nothing was handed in"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        return "", [f"the result cannot be read ({type(error).__name__}): autograde it again"]
