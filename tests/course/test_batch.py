"""Grading a class: the same results in any order, one for every submission, and nothing in them that acts on a reader."""

import csv
import os
import shutil
import sys
from pathlib import Path

import pytest
from support_batch import graded, hand_in, lines, points

from labkit import batch
from labkit.batch.ledger import Ledger
from labkit.batch.roster import Roster
from labkit.errors import CourseError
from labkit.labs import Course, Lab

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")

SEED = 987_654_321

DIES_ON_BEA = """
import os, sys
from labkit.batch import worker
from labkit.sandbox.grading import IsolatedGrader

grade = IsolatedGrader.grade

def failing(grader, folder):
    if folder.name == "bea":
        os.kill(os.getpid(), 9)
    if folder.name == "cem":
        raise RuntimeError("a secret of the grader's")
    return grade(grader, folder)

IsolatedGrader.grade = failing
worker.main(sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab("01")


@pytest.fixture
def solution(lab: Lab) -> str:
    return lab.solution.read_text()


@pytest.fixture
def mixed(lab: Lab, solution: str, tmp_path: Path) -> Path:
    """Submissions of every kind: right, wrong, with and without a name, slow to end, dying, unreadable."""
    wrong = next(lab.misconceptions.glob("*.py")).read_text()
    return hand_in(
        tmp_path / "class",
        lab,
        {
            "anna": solution,
            "bea": wrong,
            "cem": solution.replace("return", "return 2 *", 1),
            "dora": "def rope_frequencies(:",
            "emil": solution + "\nimport os\nos._exit(0)\n",
            "fay": None,
            "gus": solution + "\ndef duplicate_angles(*_):\n    return object()\n",
        },
    )


@pytest.mark.parametrize("seed", [0, SEED])
def test_results_depend_neither_on_the_order_nor_on_the_number_of_workers(
    course: Course, lab: Lab, mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    graded(course, lab, mixed, tmp_path / "one", 1, seed)
    shuffled = Roster(("gus", "cem", "fay", "anna", "dora", "emil", "bea"), ())
    monkeypatch.setattr(batch, "roster", lambda _folder, _lab: shuffled)
    graded(course, lab, mixed, tmp_path / "two", 2, seed)
    assert (tmp_path / "one" / "grades.csv").read_bytes() == (tmp_path / "two" / "grades.csv").read_bytes()
    one, two = (
        {line["student"]: line | {"seconds": 0, "run": ""} for line in lines(tmp_path / name)}
        for name in ("one", "two")
    )
    assert one == two
    assert points(tmp_path / "one")["anna"] == 12
    assert len(one) == 7


def test_a_table_row_and_a_line_say_the_same_as_the_result(
    course: Course, lab: Lab, mixed: Path, tmp_path: Path
) -> None:
    graded(course, lab, mixed, tmp_path / "out")
    with (tmp_path / "out" / "grades.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["student"] for row in rows] == sorted(row["student"] for row in rows)
    for line in lines(tmp_path / "out"):
        row = next(row for row in rows if row["student"] == line["student"])
        by_task = {task["task"]: str(task["points"]) for task in line["tasks"]}
        assert row == {k: str(line[k]) for k in ("student", "points", "max_points")} | by_task
        assert (line["sha256"] is None) == (line["student"] == "fay") == (line["unreadable"] is not None)


def test_where_the_grader_fails_one_submission_has_no_points_and_a_message_and_the_others_their_own(
    course: Course, lab: Lab, solution: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("anna", "bea", "cem", "dora", "emil")
    folder, out = hand_in(tmp_path / "class", lab, dict.fromkeys(names, solution)), tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr("labkit.batch.crew.COMMAND", [sys.executable, "-c", DIES_ON_BEA])
        summary = graded(course, lab, folder, out)
    assert summary.troubled == ("bea: the grader ended by signal 9", "cem: RuntimeError: a secret of the grader's")
    assert points(out) == {"anna": 12, "bea": 0, "cem": 0, "dora": 12, "emil": 12}
    assert "secret" not in (out / "results.jsonl").read_text()
    failed = next(line for line in lines(out) if line["student"] == "bea")
    assert failed["max_points"] == 12
    assert "not graded" in failed["tasks"][0]["tests"][0]["message"]
    assert graded(course, lab, folder, out).graded == 2, "another attempt"
    assert points(out) == dict.fromkeys(names, 12)


def test_links_files_and_hidden_folders_are_not_graded(course: Course, lab: Lab, solution: str, tmp_path: Path) -> None:
    elsewhere = hand_in(tmp_path / "elsewhere", lab, {"mallory": solution}) / "mallory"
    folder = hand_in(tmp_path / "class", lab, {"anna": solution, ".git": solution})
    (folder / "list.txt").write_text("anna")
    (folder / "link\x1b[2J").symlink_to(elsewhere)
    shutil.copytree(folder / "anna", folder / "bea")
    shutil.rmtree(folder / "bea" / "src" / "ropelab")
    (folder / "bea" / "src" / "ropelab").symlink_to(elsewhere / "src" / "ropelab")
    summary = graded(course, lab, folder, tmp_path / "out", 1)
    assert summary.ignored == ("link\\x1b[2J is a link: not followed", "list.txt is no folder")
    assert points(tmp_path / "out") == {"anna": 12, "bea": 0}


def test_names_are_neither_formulas_nor_commands_in_the_table(
    course: Course, lab: Lab, solution: str, tmp_path: Path
) -> None:
    names = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        'a,"b"',
        "a\nb",
        "a\\nb",
        "\x1b[31mred",
        "Zoë",
        os.fsdecode(b"\xff"),
    ]
    folder, out = hand_in(tmp_path / "class", lab, dict.fromkeys(names, solution)), tmp_path / "out"
    graded(course, lab, folder, out)
    shown = points(out)
    assert set(shown) == {
        "'=1+1", "'+1", "'-1", "'@SUM(1)", "\\t=1", "\\r=1", 'a,"b"', "a\\nb", "a\\\\nb", "\\x1b[31mred", "Zoë", "\\udcff",
    }  # fmt: skip
    assert set(shown.values()) == {12}
    assert {line["student"] for line in lines(out)} == set(names)
    assert graded(course, lab, folder, out).skipped == len(names)


def test_bad_input_is_one_line(course: Course, lab: Lab, solution: str, tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "class", lab, {"anna": solution})
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "run.json").write_text('{"lab": "02-cache", "run": "0"}')
    out = tmp_path / "out"
    for submissions, where, workers, complaint in (
        (tmp_path / "none", out, 1, "there is no folder"),
        (tmp_path / "file", out, 1, "cannot read"),
        (tmp_path / "empty", out, 1, "there are no submissions"),
        (folder / "anna", out, 1, "is one submission"),
        (folder, tmp_path / "file", 1, "cannot write in"),
        (folder, Path("/proc/out"), 1, "cannot write in"),
        (folder, folder / "out", 1, "lies among the submissions"),
        (folder, tmp_path / "taken", 1, "is of lab 02-cache"),
        (folder, out, 0, "--workers must be 1 or more"),
    ):
        with pytest.raises(CourseError, match=complaint) as caught:
            graded(course, lab, submissions, where, workers)
        assert "\n" not in str(caught.value)


def test_two_runs_do_not_write_in_one_folder(course: Course, lab: Lab, solution: str, tmp_path: Path) -> None:
    folder, out = hand_in(tmp_path / "class", lab, {"anna": solution}), tmp_path / "out"
    with Ledger(out, lab, 0, ""), pytest.raises(CourseError, match="is being written by another run"):
        graded(course, lab, folder, out)


def test_a_course_that_is_not_in_order_is_one_line(scratch: Course, tmp_path: Path) -> None:
    lab = scratch.lab("01")
    folder = hand_in(tmp_path / "class", lab, {"anna": lab.solution.read_text()})
    lab.golden.unlink()
    with pytest.raises(CourseError, match=r"frequencies\.npz"):
        graded(scratch, lab, folder, tmp_path / "out")
