"""The class as a table and as commands: a row for everybody, and one line for whatever cannot be done."""

import csv
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from support import labkit
from support_submissions import code_points, gradebook_points, hand_in, nbgrader, quiz_points

from labkit.batch import crew
from labkit.classroom.autograde import Work, autograde
from labkit.classroom.layout import Classroom
from labkit.labs import Lab

FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture(scope="module")
def lab(classroom: Classroom) -> Lab:
    return classroom.course.lab("01")


@pytest.fixture(scope="module")
def graded(classroom: Classroom, lab: Lab) -> Work:
    """Three students: one in time with everything, one two days late, one who handed in another lab only."""
    hand_in(classroom, lab, "amara")
    late = hand_in(classroom, lab, "bo")
    (late.folder / "timestamp.txt").write_text("2027-01-20 12:00:00 UTC")
    hand_in(classroom, classroom.course.lab("04"), "chi")
    (classroom.submitted / "no, student" / lab.name).mkdir(parents=True)
    with closing(sqlite3.connect(classroom.gradebook)) as database, database:
        database.execute("INSERT INTO student (id, first_name, last_name) VALUES (?, ?, ?)", ("dee", FORMULA, "D, Dee"))
    return autograde(classroom, classroom.course.labs, workers=2)


@pytest.fixture(scope="module")
def rows(classroom: Classroom, graded: Work) -> dict[tuple[str, str], dict[str, str]]:  # noqa: ARG001
    """grades.csv by student and lab."""
    done = labkit("grades", "--folder", str(classroom.root), course=classroom.course)
    assert (done.returncode, done.stderr) == (0, "")
    with (classroom.root / "grades.csv").open(newline="") as table:
        return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(table)}


def test_every_student_has_a_row_for_every_lab(
    classroom: Classroom, rows: dict[tuple[str, str], dict[str, str]]
) -> None:
    students = ("amara", "bo", "chi", "dee")
    assert set(rows) == {(student, lab.name) for student in students for lab in classroom.course.labs}
    statuses = {place: row["status"] for place, row in rows.items()}
    handed_in = {("amara", "01-frequencies"), ("bo", "01-frequencies"), ("chi", "04-relative")}
    assert {place for place, status in statuses.items() if status == "graded"} == handed_in
    assert {row["reason"] for place, row in rows.items() if place not in handed_in} == {"nothing was handed in"}


def test_points_penalties_and_open_marks_are_those_of_the_gradebook(
    rows: dict[tuple[str, str], dict[str, str]],
) -> None:
    in_time, late = rows["amara", "01-frequencies"], rows["bo", "01-frequencies"]
    assert [in_time[name] for name in ("raw_score", "late_submission_penalty", "score", "max_score")] == [
        "15.0",
        "0.0",
        "15.0",
        "20.0",
    ]
    # Two days have begun, at 10 % of 20 points each.
    assert [late[name] for name in ("raw_score", "late_submission_penalty", "score")] == ["15.0", "4.0", "11.0"]
    assert late["timestamp"] == "2027-01-20 12:00:00"


def test_names_stand_in_one_cell_and_are_no_formula(rows: dict[tuple[str, str], dict[str, str]]) -> None:
    row = rows["dee", "01-frequencies"]
    assert (row["first_name"], row["last_name"]) == (f"'{FORMULA}", "D, Dee")


def test_nbgraders_own_export_gives_the_same_table(
    classroom: Classroom,
    rows: dict[tuple[str, str], dict[str, str]],  # noqa: ARG001 - ours first
) -> None:
    done = nbgrader(classroom, "export", "--to=theirs.csv")
    assert done.returncode == 0, done.stderr[-1000:]
    assert (classroom.root / "theirs.csv").read_bytes() == (classroom.root / "grades.csv").read_bytes()


def test_a_folder_that_is_no_students_is_left_out_and_named(graded: Work) -> None:
    assert graded.done == 3
    assert [line for line in graded.problems if line.startswith("'no, student' was left out")]


HOLDS_THE_GRADEBOOK = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_a_gradebook_that_somebody_holds_is_waited_for(
    classroom: Classroom,
    lab: Lab,
    graded: Work,  # noqa: ARG001 - after it
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crew, "ATTEMPTS", 1)
    hand_in(classroom, lab, "emil")
    command = [sys.executable, "-c", HOLDS_THE_GRADEBOOK, str(classroom.gradebook), "12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        started = time.monotonic()
        work = autograde(classroom, [lab], workers=1)
        holder.kill()
    assert time.monotonic() - started > 10
    assert work.done == 1
    cells = gradebook_points(classroom, lab)["emil"]
    assert (code_points(cells), quiz_points(cells)) == (12, 3)


@pytest.mark.parametrize("command", ["autograde", "feedback", "grades", "formgrader"])
def test_without_a_course_directory_one_line_says_what_to_run(
    classroom: Classroom, tmp_path: Path, command: str
) -> None:
    done = labkit(command, "--folder", str(tmp_path), course=classroom.course)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"labkit: there is no course in {tmp_path}: run `make course` first\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["autograde", "--lab", "09"], "there is no lab '09'"),
        (["autograde", "--workers", "0"], "--workers must be 1 or more, got 0"),
        (["feedback", "--workers", "-1"], "--workers must be 1 or more, got -1"),
        (["grades", "--to", "/proc/none/grades.csv"], "cannot write /proc/none/grades.csv"),
    ],
)
def test_bad_input_is_one_line(classroom: Classroom, graded: Work, arguments: list[str], line: str) -> None:  # noqa: ARG001
    done = labkit(*arguments, "--folder", str(classroom.root), course=classroom.course)
    assert done.returncode == 2
    assert done.stderr.startswith(f"labkit: {line}")
    assert done.stderr.count("\n") == 1


def test_feedback_before_grading_says_what_to_run(classroom: Classroom, graded: Work, tmp_path: Path) -> None:  # noqa: ARG001
    empty = tmp_path / "course"
    empty.mkdir()
    (empty / "classroom.toml").write_text(classroom.marker.read_text())
    done = labkit("feedback", "--folder", str(empty), course=classroom.course)
    assert (done.returncode, done.stderr) == (2, "labkit: nothing has been graded yet: run `make autograde` first\n")
