"""One grade from one source: the same submissions through the command line, the notebook's check cells and nbgrader."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from support import LABS
from support_submissions import gradebook_points, hand_in

from labkit.classroom.autograde import autograde
from labkit.classroom.layout import Classroom
from labkit.cli import main
from labkit.labs import Lab
from labkit.mistakes.catalogue import read_catalogue

Points = dict[str, float]


@dataclass(frozen=True)
class Example:
    """A submission: whose, of which lab, and its module."""

    student: str
    lab: Lab
    module: str


def examples(classroom: Classroom) -> list[Example]:
    """For each lab the reference, the stub, and a mistake of its first and last task."""
    found = []
    for lab in classroom.course.labs:
        solution = lab.solution.read_text()
        tasks = list(read_catalogue(classroom.course, lab).values())
        programs = [tasks[0].mistakes[0].programs[0], tasks[-1].mistakes[-1].programs[0]]
        stub = (classroom.release / lab.name / "src" / "ropelab" / f"{lab.module}.py").read_text()
        modules = [solution, stub, *(solution + program for program in programs)]
        found += [Example(f"student-{number}", lab, text) for number, text in enumerate(modules)]
    return found


@pytest.fixture(scope="module")
def handed_in(classroom: Classroom) -> list[Example]:
    """The examples, in the course directory."""
    for example in examples(classroom):
        hand_in(classroom, example.lab, example.student, example.module)
    return examples(classroom)


def by_command_line(classroom: Classroom, example: Example, folder: Path, *more: str) -> Points:
    """What ``labkit grade`` gives, by task."""
    submission = classroom.submitted / example.student / example.lab.name
    out = folder / "grade.json"
    arguments = ["grade", "--lab", example.lab.name, "--submission", str(submission), "--json", str(out), *more]
    assert main(arguments) in (0, 1)
    return {task["task"]: task["points"] for task in json.loads(out.read_text())["tasks"]}


def by_nbgrader(classroom: Classroom, examples: list[Example]) -> dict[tuple[str, str], Points]:
    """What nbgrader's gradebook holds, by lab and student."""
    autograde(classroom, classroom.course.labs, workers=2, force=True)
    found = {}
    for example in examples:
        cells = gradebook_points(classroom, example.lab)[example.student]
        others = ("check-quiz", "check-evidence", "written")
        points = {name.removeprefix("check-"): got for name, got in cells.items() if not name.startswith(others)}
        assert None not in points.values()
        found[example.lab.name, example.student] = {name: got or 0.0 for name, got in points.items()}
    return found


def by_notebook(classroom: Classroom, examples: list[Example], folder: Path) -> dict[str, Points]:
    """What the check cells show, by student, when the released notebook runs where it was released to.

    Args:
        classroom: where the release is.
        examples: of one lab. One kernel runs the checks of all, as if one student had tried each of them in turn.
        folder: to work in.
    """
    lab = examples[0].lab
    here = folder / lab.name
    shutil.copytree(classroom.release / lab.name, here)
    released = nbformat.read(here / classroom.notebook(lab), as_version=4)
    others = ("check-quiz", "check-evidence")
    checks = [cell for cell in released.cells if cell["id"].startswith("check-") and not cell["id"].startswith(others)]
    cells = []
    for example in examples:
        save = f"from pathlib import Path\nn = Path('src/ropelab/{lab.module}.py').write_text({example.module!r})"
        cells += [
            new_code_cell(save),
            *(new_code_cell(cell["source"], metadata={"name": cell["id"]}) for cell in checks),
        ]
    released.cells = cells
    NotebookClient(released, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(here)}}).execute()
    shown = [_value(cell) for cell in released.cells if "name" in cell["metadata"]]
    count = len(checks)
    return {
        example.student: dict(shown[count * number : count * (number + 1)]) for number, example in enumerate(examples)
    }


def _value(cell: NotebookNode) -> tuple[str, float]:
    """What nbgrader would read as the points of a cell that ran."""
    assert not any(output["output_type"] == "error" or output.get("name") == "stderr" for output in cell["outputs"])
    (value,) = [output for output in cell["outputs"] if output["output_type"] == "execute_result"]
    return cell["metadata"]["name"].removeprefix("check-"), float(value["data"]["text/plain"])


@pytest.fixture(scope="module")
def on_fresh_inputs(classroom: Classroom, handed_in: list[Example]) -> dict[tuple[str, str], Points]:
    return by_nbgrader(classroom, handed_in)


@pytest.fixture(scope="module")
def on_public_inputs(
    classroom: Classroom,
    handed_in: list[Example],
    on_fresh_inputs: object,  # noqa: ARG001 - after it, for the gradebook holds one of them
) -> dict[tuple[str, str], Points]:
    with classroom.config_file.open("a") as config:
        config.write('c.IsolatedGrading.inputs = "public"\n')
    return by_nbgrader(classroom, handed_in)


def test_the_command_line_and_nbgrader_agree_on_public_inputs(
    classroom: Classroom, handed_in: list[Example], on_public_inputs: dict[tuple[str, str], Points], tmp_path: Path
) -> None:
    for example in handed_in:
        assert by_command_line(classroom, example, tmp_path) == on_public_inputs[example.lab.name, example.student]


def test_the_command_line_and_nbgrader_agree_on_fresh_inputs(
    classroom: Classroom, handed_in: list[Example], on_fresh_inputs: dict[tuple[str, str], Points], tmp_path: Path
) -> None:
    fresh = ("--isolated", "--inputs", "fresh", "--seed", str(classroom.seed()))
    for example in [one for one in handed_in if one.student in ("student-0", "student-3")]:
        graded = on_fresh_inputs[example.lab.name, example.student]
        assert by_command_line(classroom, example, tmp_path, *fresh) == graded


def test_fresh_and_public_inputs_give_honest_code_the_same(
    on_public_inputs: dict[tuple[str, str], Points], on_fresh_inputs: dict[tuple[str, str], Points]
) -> None:
    assert on_public_inputs == on_fresh_inputs


def test_the_examples_earn_everything_something_and_nothing(on_public_inputs: dict[tuple[str, str], Points]) -> None:
    sums = {place: sum(points.values()) for place, points in on_public_inputs.items()}
    assert {total for (_, student), total in sums.items() if student == "student-0"} == {12.0}
    assert {total for (_, student), total in sums.items() if student == "student-1"} == {0.0}
    assert all(0 < total < 12 for (_, student), total in sums.items() if student in ("student-2", "student-3"))


@pytest.mark.parametrize("lab", LABS)
def test_the_check_cells_show_what_nbgrader_gives(
    classroom: Classroom,
    handed_in: list[Example],
    on_public_inputs: dict[tuple[str, str], Points],
    lab: str,
    tmp_path: Path,
) -> None:
    shown = by_notebook(classroom, [example for example in handed_in if example.lab.name == lab], tmp_path)
    assert shown == {student: points for (name, student), points in on_public_inputs.items() if name == lab}
