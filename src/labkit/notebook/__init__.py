"""What the cells of a lab's notebook call, in Jupyter on the student's own machine.

Every function finds the lab from the folder that the notebook runs in, shows one clear line when something is missing, and
raises for no mistake of a student's. Nothing is written to standard error: nbgrader takes that for a failure.
"""

from pathlib import Path

from labkit.errors import CourseError
from labkit.html_report import evidence_html, note_html, quiz_html, task_html
from labkit.notebook.evidence import judged
from labkit.notebook.grading import graded
from labkit.notebook.place import find_place
from labkit.notebook.quiz import marked, recorded

STOPPED = "Stopped before it was done."


class Points(float):
    """The points of a cell. ``repr`` is the plain number, which nbgrader reads; Jupyter shows the report.

    Args:
        points: the number.
        report: HTML.
    """

    report: str

    def __new__(cls, points: float, report: str) -> "Points":
        self = super().__new__(cls, points)
        self.report = report
        return self

    def _repr_html_(self) -> str:
        return self.report


def check(task: str) -> Points:
    """The points of one task on the public inputs, as ``labkit grade`` gives them, from the file as it is on disk now."""
    try:
        found = graded(find_place(Path.cwd()))
        result = found.task(task)
    except CourseError as error:
        return _nothing("Nothing was checked", str(error))
    except KeyboardInterrupt:
        return _nothing("Nothing was checked", STOPPED)
    said = found.shown(result.task)
    if said:
        print(said)
    return Points(result.points, task_html(result.as_json()))


def check_quiz(number: int, answer: object) -> Points:
    """The point of a quiz answer where the answers are at hand, as they are for an instructor; else what was read."""
    try:
        place = find_place(Path.cwd())
        result = marked(place, number, answer)
        if result is None:
            return _nothing(f"Quiz question {number}", recorded(number, answer))
    except CourseError as error:
        return _nothing("Nothing was marked", str(error))
    return Points(result.points, quiz_html(result.as_json()))


def check_evidence() -> Points:
    """1.0 when the experiment's evidence is sound and was made with the module as it is now, else 0.0 and the reason."""
    try:
        points, message = judged(find_place(Path.cwd()))
    except CourseError as error:
        return _nothing("Nothing was checked", str(error))
    return Points(points, evidence_html({"points": points, "max_points": 1, "message": message}))


def run_experiment() -> None:
    """Run the lab's experiment on the student's code, show what it prints, and keep its evidence, as ``labkit verify`` does."""
    from labkit.verify import DONE, NOT_STARTED, verify

    try:
        place = find_place(Path.cwd())
        outcome = verify(
            place.course, place.lab, place.implementation, place.lab.experiment, show=lambda line: print(line, end="")
        )
    except CourseError as error:
        print(error)
    except KeyboardInterrupt:
        print(STOPPED)
    else:
        if outcome.status != NOT_STARTED:
            print()
        print(f"{place.lab.name}  {outcome.status}  {outcome.summary}")
        if outcome.status != DONE:
            print(f"next: {outcome.next_step}")


def show_plots() -> None:
    """Show the figures that the experiment has drawn; outside Jupyter, where they are."""
    from labkit.notebook.jupyter import show_picture

    try:
        place = find_place(Path.cwd())
        figures: list[str] = place.lab.facts["figures"]
    except CourseError as error:
        print(error)
        return
    for name in figures:
        path = place.lab.experiment / name
        if not path.is_file():
            print(f"{name} is not drawn yet: run_experiment() draws it")
        elif not show_picture(path):
            print(place.course.shown(path))


def _nothing(title: str, message: str) -> Points:
    return Points(0.0, note_html(title, message))
