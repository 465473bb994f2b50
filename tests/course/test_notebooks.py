"""The notebooks are generated, never edited; their points are those of the tests; a release keeps nothing of the answers."""

import ast
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import LABS

from labkit import notebooks
from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.questions.catalogue import answers, written_questions
from labkit.running import graded_tests

SHORTEST_SECRET = 25
"""Characters from which a line of an answer cannot stand elsewhere by chance."""


def _cells(lab: Lab) -> list[dict[str, Any]]:
    content = json.loads(lab.notebook.read_text())
    assert isinstance(content["cells"], list)
    return content["cells"]


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _graded(cells: list[dict[str, Any]]) -> dict[str, int]:
    marked = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    return {facts["grade_id"]: facts["points"] for facts in marked if facts["grade"]}


def test_the_notebooks_are_what_is_generated_now(course: Course) -> None:
    assert notebooks.drifted(course) == []


@pytest.mark.parametrize("name", LABS)
def test_the_points_of_the_cells_are_those_of_the_tests_and_of_the_lab(course: Course, name: str) -> None:
    lab = course.lab(name)
    graded, points = _graded(_cells(lab)), lab.facts["points"]
    tasks: Counter[str] = Counter()
    for test in graded_tests(course, lab):
        tasks[f"check-{test.task}"] += test.points
    wanted = dict(tasks)
    wanted |= {f"check-quiz-{number}": 1 for number in range(1, points["quiz"] + 1)}
    wanted |= {f"written-{question.number}": question.points for question in written_questions(lab)}
    wanted |= {"check-evidence": points["evidence"]}
    assert graded == wanted
    assert tasks.total() == points["code"]
    assert sum(graded.values()) == sum(points.values()) == 20


@pytest.mark.parametrize("name", LABS)
def test_a_notebook_is_valid_without_outputs_and_as_jupyter_would_save_it(course: Course, name: str) -> None:
    nbformat = pytest.importorskip("nbformat")
    path = course.lab(name).notebook
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    assert (content.nbformat, content.nbformat_minor) == (4, 5)
    assert path.read_text() == nbformat.writes(content) + "\n"
    assert all(not cell.outputs and cell.execution_count is None for cell in content.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", LABS)
def test_cell_names_are_unique_and_the_same_for_nbgrader_and_for_nbformat(course: Course, name: str) -> None:
    cells = _cells(course.lab(name))
    names = [cell["id"] for cell in cells]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) for text in names)
    assert all(cell["metadata"].get("nbgrader", {"grade_id": cell["id"]})["grade_id"] == cell["id"] for cell in cells)


@pytest.mark.parametrize("name", LABS)
def test_every_code_cell_compiles_and_check_cells_say_exactly_what_graders_look_for(course: Course, name: str) -> None:
    lab = course.lab(name)
    sources = {cell["id"]: _source(cell) for cell in _cells(lab) if cell["cell_type"] == "code"}
    for text in sources.values():
        compile(text, name, "exec")
    task = graded_tests(course, lab)[0].task
    assert sources[f"check-{task}"] == f'from labkit.notebook import check\n\ncheck("{task}")'
    assert sources["check-quiz-2"] == "from labkit.notebook import check_quiz\n\ncheck_quiz(2, quiz_2)"
    assert sources["check-evidence"] == "from labkit.notebook import check_evidence\n\ncheck_evidence()"


@pytest.mark.parametrize("change", ["points", "source", "missing"])
def test_an_edited_notebook_is_reported_and_written_anew(scratch: Course, change: str) -> None:
    notebooks.write(scratch)
    path = scratch.lab("02").notebook
    content = json.loads(path.read_text())
    cell = next(cell for cell in content["cells"] if cell["id"] == "check-RotaryCache")
    if change == "points":
        cell["metadata"]["nbgrader"]["points"] = 8
    if change == "source":
        cell["source"][-1] = "8.0"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    if change == "missing":
        path.unlink()
    assert notebooks.drifted(scratch) == ["labs/02-cache/cache.ipynb"]
    assert notebooks.write(scratch) == [path]
    assert notebooks.drifted(scratch) == []


def test_points_of_the_handout_that_are_not_those_of_the_tests_are_refused(scratch: Course) -> None:
    lab = scratch.lab("01")
    lab.handout.write_text(lab.handout.read_text().replace("shape $(D/2)$ | 5 |", "shape $(D/2)$ | 4 |"))
    with pytest.raises(CourseError, match="table of tasks does not give the tasks and points of the tests"):
        notebooks.write(scratch)


def _released(lab: Lab) -> Any:
    """The notebook after nbgrader's own preprocessors, in nbgrader's order."""
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbgrader")
    from nbgrader.preprocessors import CheckCellMetadata, ClearMarkScheme, ClearSolutions, LockCells
    from traitlets.config import Config

    settings = Config({"ClearSolutions": {"code_stub": {"python": "# Write your answer in place of None."}}})
    content = nbformat.read(lab.notebook, as_version=4)
    for preprocessor in (LockCells, ClearSolutions, CheckCellMetadata, ClearMarkScheme, CheckCellMetadata):
        content, _ = preprocessor(config=settings).preprocess(content, {})
    return content


@pytest.mark.parametrize("name", LABS)
def test_a_release_keeps_nothing_of_keys_model_answers_and_marking_schemes(course: Course, name: str) -> None:
    lab = course.lab(name)
    keys, cells = answers(course, lab), {cell.id: cell for cell in _released(lab).cells}
    for number in range(1, len(keys.quiz) + 1):
        source = cells[f"quiz-{number}"].source
        assert source == f"quiz_{number} = None\n# Write your answer in place of None."
    for number in range(1, len(keys.written) + 1):
        assert cells[f"written-{number}"].source == "YOUR ANSWER HERE"
    everything = json.dumps([dict(cell) for cell in cells.values()], ensure_ascii=False).replace("\\n", "\n")
    assert "SOLUTION" not in everything
    assert "MARK SCHEME" not in everything
    given = _given(lab)
    for secret in _secrets(course, lab):
        assert secret in given or secret not in everything


def _secrets(course: Course, lab: Lab) -> list[str]:
    """Every line of the answers that is long enough to be found."""
    keys = answers(course, lab)
    texts = [text for key in keys.written for text in (key.model, key.scheme)]
    texts += [text for key in keys.quiz for mistake in key.mistakes for text in (mistake.name, mistake.hint)]
    lines = [line.strip(" |*-") for text in texts for line in text.splitlines()]
    found = [line for line in lines if len(line) >= SHORTEST_SECRET]
    assert len(found) > 20
    return found


def _given(lab: Lab) -> str:
    """What students have anyway: an answer may repeat a line of the handout's tables."""
    return Path(lab.handout).read_text()


@pytest.mark.parametrize("name", LABS)
def test_the_source_holds_the_keys_that_the_release_has_lost(course: Course, name: str) -> None:
    lab = course.lab(name)
    source = "\n".join(_source(cell) for cell in _cells(lab))
    for number, key in enumerate(answers(course, lab).quiz, start=1):
        (given,) = re.findall(rf"### BEGIN SOLUTION\nquiz_{number} = (.+)\n### END SOLUTION", source)
        assert ast.literal_eval(given) == key.answer
    for written in answers(course, lab).written:
        assert f"{written.model}\n\n=== BEGIN MARK SCHEME ===\n\n{written.scheme}\n\n=== END MARK SCHEME ===" in source


@pytest.mark.parametrize("name", LABS)
def test_questions_and_checks_are_put_back_at_grading_and_answers_are_not(course: Course, name: str) -> None:
    for cell in _cells(course.lab(name)):
        facts = cell["metadata"].get("nbgrader")
        if facts is not None:
            answered = re.fullmatch(r"(quiz|written)-\d+", cell["id"]) is not None
            assert (facts["solution"], facts["locked"]) == (answered, not answered)
            assert facts["schema_version"] == 3
