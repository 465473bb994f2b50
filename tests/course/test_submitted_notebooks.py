"""Notebooks as strangers hand them in: what is read of them, and what nbgrader gets to see."""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from labkit.classroom.submissions.reading import LARGEST_NOTEBOOK, MOST_CELLS, placed_notebook, read_handed_in
from labkit.classroom.submissions.rebuilding import NOTES, PROBLEM, names_of_cells, rebuilt

NAME = "frequencies.ipynb"


def released() -> NotebookNode:
    """A small release: a quiz question with its check, and a written question."""

    def about(name: str, grade: bool, solution: bool) -> dict[str, Any]:
        facts = {"grade_id": name, "grade": grade, "solution": solution, "schema_version": 3, "points": 1}
        return {"nbgrader": facts}

    return new_notebook(
        cells=[
            new_markdown_cell("# Lab", id="title"),
            new_markdown_cell("What is the shape?", id="question-1"),
            new_code_cell("quiz_1 = None", id="quiz-1", metadata=about("quiz-1", False, True)),
            new_code_cell("check_quiz(1, quiz_1)", id="check-quiz-1", metadata=about("check-quiz-1", True, False)),
            new_markdown_cell("Why?", id="question-written-1"),
            new_markdown_cell("YOUR ANSWER HERE", id="written-1", metadata=about("written-1", True, True)),
        ]
    )


def answered() -> dict[str, Any]:
    """The release as JSON, with both answers filled in."""
    content: dict[str, Any] = json.loads(nbformat.writes(released()))
    content["cells"][2]["source"] = ["quiz_1 = \\\n", "(64,)"]
    content["cells"][5]["source"] = "Because it turns."
    return content


def taken(folder: Path, content: Any, name: str = NAME) -> NotebookNode:
    """Hand in a notebook, and rebuild it."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return looked_at(folder)


def looked_at(folder: Path, write_up: dict[str, str] | None = None) -> NotebookNode:
    handed_in = read_handed_in(folder, NAME, names_of_cells(released()))
    return rebuilt(released(), handed_in, write_up or {})


def texts(notebook: NotebookNode) -> dict[str, str]:
    """The released cells of a rebuilt notebook by name; all must be there, in order, once."""
    known = [cell["id"] for cell in released().cells]
    found = [cell["id"] for cell in notebook.cells if cell["id"] in known]
    assert found == known
    return {cell["id"]: cell["source"] for cell in notebook.cells if cell["id"] in known}


def own(notebook: NotebookNode) -> list[str]:
    """The texts of cells that are not the release's."""
    known = names_of_cells(released())
    added = [cell for cell in notebook.cells if cell["id"] not in known]
    assert not any("nbgrader" in cell["metadata"] for cell in added)
    return [cell["source"] for cell in added]


def assert_both_answers(notebook: NotebookNode) -> None:
    assert texts(notebook)["quiz-1"] == "quiz_1 = \\\n(64,)"
    assert texts(notebook)["written-1"] == "Because it turns."


def test_answers_go_into_the_released_cells(tmp_path: Path) -> None:
    notebook = taken(tmp_path / "s", answered())
    assert_both_answers(notebook)
    assert (own(notebook), notebook.metadata[NOTES], notebook.metadata[PROBLEM]) == ([], [], "")


@pytest.mark.parametrize("stripped", ["metadata", "id"])
def test_a_cell_is_known_by_its_id_or_by_its_grade_id(tmp_path: Path, stripped: str) -> None:
    content = answered()
    for cell in content["cells"]:
        cell.update({"metadata": {}}) if stripped == "metadata" else cell.pop("id")
    assert_both_answers(taken(tmp_path / "s", content))


def test_without_any_name_an_answer_is_known_by_the_text_before_it(tmp_path: Path) -> None:
    content = answered()
    for number, cell in enumerate(content["cells"]):
        cell["metadata"], cell["id"] = {}, f"x{number}"
    notebook = taken(tmp_path / "s", content)
    assert_both_answers(notebook)


def test_a_deleted_cell_is_back_and_the_other_answers_stay(tmp_path: Path) -> None:
    content = answered()
    del content["cells"][2:4]
    notebook = taken(tmp_path / "s", content)
    assert texts(notebook)["quiz-1"] == "quiz_1 = None"
    assert texts(notebook)["written-1"] == "Because it turns."
    assert notebook.metadata[NOTES] == ["cells were missing and have been put back: quiz-1, check-quiz-1"]


@pytest.mark.parametrize("blank_first", [False, True])
def test_of_a_cell_that_is_there_twice_the_last_that_was_filled_in_counts(tmp_path: Path, blank_first: bool) -> None:
    content = answered()
    blank = json.loads(nbformat.writes(released()))["cells"][5]
    content["cells"].insert(5 if blank_first else 6, blank)
    notebook = taken(tmp_path / "s", content)
    assert_both_answers(notebook)
    assert notebook.metadata[NOTES] == ["written-1 is there 2 times: the last that was filled in counts"]


def test_of_two_answers_to_one_question_the_one_that_does_not_count_is_still_there_to_read(tmp_path: Path) -> None:
    content = answered()
    content["cells"].insert(5, content["cells"][5] | {"source": "My first try."})
    notebook = taken(tmp_path / "s", content)
    assert_both_answers(notebook)
    assert own(notebook) == ["My first try."]


def test_claims_about_points_kinds_and_schema_are_not_read(tmp_path: Path) -> None:
    content = answered()
    for cell in content["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(schema_version=99, points=1000, locked=False, task=True)
        cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "1000.0"}}]
    notebook = taken(tmp_path / "s", content)
    assert_both_answers(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert cell["metadata"].get("nbgrader", {"points": 1, "schema_version": 3}).items() >= {"points": 1}.items()
        assert cell["metadata"].get("nbgrader", {"schema_version": 3})["schema_version"] == 3


def test_cells_of_the_students_own_stay_where_they_were_without_outputs(tmp_path: Path) -> None:
    content = answered()
    content["cells"].insert(
        3, {"cell_type": "code", "source": "import os", "metadata": {}, "outputs": [{"x": 1}], "id": "o"}
    )
    notebook = taken(tmp_path / "s", content)
    assert own(notebook) == ["import os"]
    place = [cell["source"] for cell in notebook.cells].index("import os")
    assert notebook.cells[place - 1]["id"] == "quiz-1"
    assert notebook.cells[place]["outputs"] == []


def test_an_answer_in_the_cell_of_the_question_is_kept_behind_it(tmp_path: Path) -> None:
    content = answered()
    content["cells"][4]["source"] = "Why? Because I say so."
    notebook = taken(tmp_path / "s", content)
    assert texts(notebook)["question-written-1"] == "Why?"
    assert own(notebook) == ["Why? Because I say so."]


def test_pasted_pictures_stay_and_other_attachments_go(tmp_path: Path) -> None:
    content = answered()
    content["cells"][5]["attachments"] = {
        "a.png": {"image/png": "aGk=", "text/html": "<script>"},
        "b": {"text/html": "x"},
    }
    notebook = taken(tmp_path / "s", content)
    assert notebook.cells[-1]["attachments"] == {"a.png": {"image/png": "aGk="}}


def test_a_notebook_under_another_name_is_read_and_said_so(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "notes.ipynb").write_text(json.dumps({"cells": [], "metadata": {}}))
    notebook = taken(tmp_path / "s", answered(), "My Lab (1).ipynb")
    assert_both_answers(notebook)
    note = f"{NAME} was not handed in; My Lab (1).ipynb holds its cells and was read in its place"
    assert notebook.metadata[NOTES] == [note]
    (tmp_path / "s" / NAME).write_text(placed_notebook())
    assert_both_answers(looked_at(tmp_path / "s"))


def test_an_answer_from_the_write_up_is_taken_only_where_the_cell_is_empty(tmp_path: Path) -> None:
    content = answered()
    write_up = {"written-1": "From the write-up."}
    taken(tmp_path / "s", content)
    assert texts(looked_at(tmp_path / "s", write_up))["written-1"] == "Because it turns."
    content["cells"][5]["source"] = "YOUR ANSWER HERE"
    taken(tmp_path / "s", content)
    assert texts(looked_at(tmp_path / "s", write_up))["written-1"] == "From the write-up."


BROKEN = {
    "empty": ("", "frequencies.ipynb is empty"),
    "text": ("hello", "frequencies.ipynb is not a notebook: it does not hold JSON text"),
    "deep": ("[" * 200_000, "frequencies.ipynb is not a notebook: it does not hold JSON text"),
    "a list": ("[]", "frequencies.ipynb is not a notebook of format 4: save it again in JupyterLab"),
    "format 3": ('{"worksheets": []}', "frequencies.ipynb is not a notebook of format 4: save it again in JupyterLab"),
    "huge": (" " * (LARGEST_NOTEBOOK + 1), "frequencies.ipynb has 10,000,001 bytes; 10,000,000 are allowed"),
    "many cells": (
        json.dumps({"cells": [0] * (MOST_CELLS + 1)}),
        "frequencies.ipynb has 2,001 cells; 2,000 are allowed",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_notebook_that_cannot_be_read_leaves_the_release_and_a_reason(tmp_path: Path, kind: str) -> None:
    text, reason = BROKEN[kind]
    notebook = taken(tmp_path / "s", text)
    assert texts(notebook) == texts(released())
    assert notebook.metadata[NOTES] == [f"{reason}: quiz and written answers could not be read"]
    assert notebook.metadata[PROBLEM] == "unreadable"


@pytest.mark.parametrize("kind", ["link", "pipe", "nothing"])
def test_what_is_no_file_is_never_opened(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    (tmp_path / "secret.ipynb").write_text(json.dumps(answered()))
    if kind == "link":
        (folder / NAME).symlink_to(tmp_path / "secret.ipynb")
    elif kind == "pipe":
        os.mkfifo(folder / NAME)
    notebook = looked_at(folder)
    assert texts(notebook) == texts(released())
    assert notebook.metadata[PROBLEM] == ("missing" if kind == "nothing" else "unreadable")


@pytest.mark.parametrize(
    "cell", [None, 7, {"cell_type": "sql"}, {"cell_type": "code", "source": [1]}, {"cell_type": "code", "source": 7}]
)
def test_what_is_no_cell_is_left_out(tmp_path: Path, cell: Any) -> None:
    content = answered()
    content["cells"].insert(1, cell)
    notebook = taken(tmp_path / "s", content)
    assert_both_answers(notebook)
    assert notebook.metadata[NOTES] == [f"left out of {NAME}, being no cells of a notebook: 1"]


def test_half_a_character_can_be_written_to_a_file_afterwards(tmp_path: Path) -> None:
    content = answered()
    content["cells"][5]["source"] = "\ud800"
    notebook = taken(tmp_path / "s", content)
    nbformat.write(notebook, tmp_path / "out.ipynb")
    assert texts(notebook)["written-1"] == "?"
