"""nbgrader's way to grade: what takes the place of Execute among its ``autograde_preprocessors``.

No kernel starts and no cell runs. The submitted module is graded in a locked child, quiz answers are read as literals, and
each autograded cell gets its points and its report as output. nbgrader's own preprocessors then keep the points.
"""

import atexit
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Float

from labkit.classroom.grading import Submission, SubmissionGrader
from labkit.classroom.layout import Classroom, find_classroom
from labkit.classroom.outputs import fill, put_notes, shown
from labkit.classroom.submissions.intake import refusals
from labkit.classroom.submissions.rebuilding import NOTES, PROBLEM
from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.running import PUBLIC_SEED
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.lockdown import Budget

MEGABYTE = 1_000_000
_graders: dict[tuple[object, ...], SubmissionGrader] = {}


class IsolatedGrading(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader has no types
    """Grades a submission without running its notebook.

    ``c.IsolatedGrading.inputs`` chooses the inputs: "fresh" ones, drawn from the course directory's secret seed, or the
    "public" ones that students have. The other traits are what a submission may use.
    """

    inputs = Enum(("fresh", "public"), "fresh", help="inputs that no student has seen, or those that all have").tag(
        config=True
    )
    seconds_per_call = Float(2.0, help="for one call of a student's function").tag(config=True)
    seconds = Float(20.0, help="for all calls of a submission").tag(config=True)
    memory = Float(1000.0, help="megabytes beyond an empty process").tag(config=True)
    output = Float(1.0, help="megabytes of printed text").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Grade the submission that the notebook belongs to, and fill in the notebook's autograded cells.

        Raises:
            CourseError: nothing can be isolated here, or the course is not in order.
        """
        place = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        root = Path(coursedir.root)
        classroom = find_classroom(root)
        lab = classroom.course.lab(place["assignment"])
        folder = Path(
            coursedir.format_path(coursedir.submitted_directory, place["student"], place["assignment"])
        ).absolute()
        submission = _submission(nb, place["student"], folder, refusals(classroom, lab, place["student"]))
        graded = self._grader(classroom, lab).grade(submission)
        fill(nb, shown(graded))
        unreadable = (graded.code.unreadable,) if graded.code.unreadable else ()
        put_notes(nb, (*submission.refused, *submission.notes, *unreadable))
        return nb, resources

    def _grader(self, classroom: Classroom, lab: Lab) -> SubmissionGrader:
        """The grader of a lab, kept for the next submission as long as nothing that it has read changes."""
        seed = classroom.seed() if self.inputs == "fresh" else PUBLIC_SEED
        budget = Budget(int(self.memory * MEGABYTE), int(self.seconds) + 1, int(self.output * MEGABYTE))
        allowance = Allowance(self.seconds_per_call, self.seconds, budget)
        wanted = (classroom.root, lab.name, seed, allowance, _stamp(classroom.course, lab))
        if wanted not in _graders:
            for key in [key for key in _graders if key[:2] == wanted[:2]]:
                _graders.pop(key).close()
            _graders[wanted] = SubmissionGrader(classroom, lab, seed, allowance)
        return _graders[wanted]


def _submission(nb: NotebookNode, student: str, folder: Path, refused: tuple[str, ...]) -> Submission:
    answers = {cell["id"]: cell["source"] for cell in nb.cells if cell["metadata"].get("nbgrader", {}).get("solution")}
    quiz = [answers[name] for name in sorted(answers, key=lambda name: (len(name), name)) if name.startswith("quiz-")]
    return Submission(student, folder, quiz, tuple(nb.metadata.get(NOTES, ())), nb.metadata.get(PROBLEM, ""), refused)


def _stamp(course: Course, lab: Lab) -> tuple[float, ...]:
    try:
        return tuple(path.stat().st_mtime for path in (*course.judged_by(lab), lab.handout, lab.answers))
    except OSError as error:
        raise CourseError(f"{error.filename} is missing from the checkout") from error


@atexit.register
def _close() -> None:
    for grader in _graders.values():
        grader.close()
    _graders.clear()
