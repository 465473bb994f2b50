"""The real path: a kernel runs the cells of a notebook in a checkout, and their outputs are what nbgrader and students see."""

from typing import Any

import pytest
from support import LABS
from support_notebook import append, graded_by_command, write_mistake

from labkit.html_report import task_html
from labkit.labs import Course, Lab

nbclient = pytest.importorskip("nbclient", reason="nbclient comes with nbgrader, which is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat comes with nbgrader, which is not installed")

# Jupyter's own packages warn about each other.
pytestmark = pytest.mark.filterwarnings("ignore")


def _run(lab: Lab, *cells: str) -> list[list[dict[str, Any]]]:
    """The outputs of each cell, run one after another in the lab's folder; none of them on standard error."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(lab.handout.parent)}}
    )
    client.execute()
    outputs: list[list[dict[str, Any]]] = [cell.outputs for cell in notebook.cells]
    assert not [output for cell in outputs for output in cell if output.get("name") == "stderr"]
    return outputs


def _check(call: str) -> str:
    """A check cell as the notebooks have it."""
    return f"from labkit.notebook import {call.partition('(')[0]}\n\n{call}"


def test_a_check_cell_shows_what_the_command_says_of_a_known_mistake(scratch: Course) -> None:
    lab = scratch.lab("01")
    write_mistake(scratch, lab, "one-based pair index")
    graded = graded_by_command(scratch, lab)
    assert graded["rope_frequencies"]["points"] < graded["rope_frequencies"]["max_points"]
    cells = _run(lab, *(_check(f'check("{task}")') for task in graded))
    for (output,), task in zip(cells, graded.values(), strict=True):
        assert output["output_type"] == "execute_result"
        assert output["data"]["text/plain"] == str(float(task["points"]))
        assert output["data"]["text/html"] == task_html(task)


def test_what_a_module_prints_stands_in_the_output_and_costs_nothing(scratch: Course) -> None:
    lab = scratch.lab("01")
    append(lab, "\nimport sys\nimport warnings\nprint('loaded', file=sys.stderr)\nwarnings.warn('beware')\n")
    ((stream, result),) = _run(lab, _check('check("wavelengths")'))
    assert (stream["output_type"], stream["name"]) == ("stream", "stdout")
    assert stream["text"].startswith("Your code printed:\nloaded\n")
    assert "UserWarning: beware" in stream["text"]
    assert result["data"]["text/plain"] == "2.0"


def test_a_quiz_answer_that_is_no_literal_in_its_cell_is_not_called_recorded(scratch: Course) -> None:
    lab = scratch.lab("01")
    (scratch.root / "solutions" / "written" / f"{lab.name}.toml").unlink()
    check = _check("check_quiz(1, quiz_1)")
    _, blank, _, computed, _, plain = _run(lab, "quiz_1 = None", check, "quiz_1 = 2**6", check, "quiz_1 = 64", check)
    assert "Not answered yet" in blank[0]["data"]["text/html"]
    assert "Not read as it stands" in computed[0]["data"]["text/html"]
    assert "Recorded: 64, a whole number. It is marked when you hand in." in plain[0]["data"]["text/html"]
    assert [cell[0]["data"]["text/plain"] for cell in (blank, computed, plain)] == ["0.0", "0.0", "0.0"]


def test_the_experiment_runs_and_its_figures_are_shown_below_the_cell(scratch: Course) -> None:
    lab = scratch.lab("01")
    append(lab, "\n")
    experiment, plots, evidence = _run(
        lab, _check("run_experiment()"), _check("show_plots()"), _check("check_evidence()")
    )
    assert (lab.experiment / "verify_output.txt").read_text() in "".join(output["text"] for output in experiment)
    assert [set(output["data"]) for output in plots] == [{"image/png", "text/plain"}] * len(lab.facts["figures"])
    assert evidence[0]["data"]["text/plain"] == "1.0"


@pytest.mark.parametrize("name", LABS)
def test_the_instructors_notebook_runs_top_to_bottom_on_the_reference_and_earns_everything(
    scratch: Course, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPL", "solutions")
    lab = scratch.lab(name)
    notebook = nbformat.read(lab.notebook, as_version=4)
    code = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    shown = _run(lab, *(cell["source"] for cell in code))
    assert not [output for outputs in shown for output in outputs if output["output_type"] == "error"]
    points = {
        cell["id"]: (float(outputs[-1]["data"]["text/plain"]), float(cell["metadata"]["nbgrader"]["points"]))
        for cell, outputs in zip(code, shown, strict=True)
        if cell["id"].startswith("check-")
    }
    assert all(earned == worth for earned, worth in points.values())
    assert sum(earned for earned, _ in points.values()) == 16
