"""What graded cells show, in nbgrader's terms: a number of points as the cell's value, and a report to read."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from labkit.classroom.grading import Graded
from labkit.clean import clean
from labkit.html_report import evidence_html, quiz_html, task_html

WIDEST = 800
"""Pixels that a picture takes of a page's width. Figures have more, and would reach beyond the page."""

MARKDOWN_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+-.!|$&~"})


@dataclass(frozen=True)
class Shown:
    """A graded cell's output: its points, how it reads, and pictures."""

    points: float
    report: str
    pictures: tuple[bytes, ...] = ()


def shown(graded: Graded) -> dict[str, Shown]:
    """What each autograded cell shows, by its name."""
    cells = {f"check-{task.task}": Shown(task.points, task_html(task.as_json())) for task in graded.code.tasks}
    cells |= {f"check-quiz-{one.number}": Shown(one.points, quiz_html(one.as_json())) for one in graded.quiz}
    evidence = graded.evidence
    pictures = tuple(data for _, data in evidence.figures)
    return cells | {"check-evidence": Shown(evidence.points, evidence_html(evidence.as_json()), pictures)}


def fill(notebook: NotebookNode, cells: Mapping[str, Shown]) -> None:
    """Give every autograded cell its output. One that nothing is known of gets no points, and says so.

    nbgrader takes the number of points from a cell's value where it has one, gives nothing where there is an error, and all
    points where there is neither. So no autograded cell may be left without an output.
    """
    for cell in notebook.cells:
        about = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] != "code" or not about.get("grade") or about.get("solution"):
            continue
        one = cells.get(about["grade_id"], Shown(0.0, "<div>Not graded: the course knows no such check.</div>"))
        points = repr(float(one.points))
        cell["outputs"] = [
            new_output("execute_result", {"text/plain": points, "text/html": one.report}, execution_count=1),
            *(_picture(data) for data in one.pictures),
        ]
        cell["execution_count"] = 1


def _picture(data: bytes) -> NotebookNode:
    encoded = base64.b64encode(data).decode()
    return new_output("display_data", {"image/png": encoded}, metadata={"image/png": {"width": WIDEST}})


def put_notes(notebook: NotebookNode, notes: tuple[str, ...]) -> None:
    """Say at the top what was unusual about the submission."""
    if notes:
        lines = "\n".join(f"- {clean(note).translate(MARKDOWN_SIGNS)}" for note in notes)
        notebook.cells.insert(0, new_markdown_cell(f"**What the grader noticed**\n\n{lines}"))
