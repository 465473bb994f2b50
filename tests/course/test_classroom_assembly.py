"""The course directory, assembled for real from this checkout: what is in it, and what is not."""

import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest
from support import LABS

pytest.importorskip("nbgrader", reason="nbgrader is not installed: the instructors extra")

from support_classroom import assembled, files_in
from support_leaks import answers_of, code_of, leaked, text_of

from labkit.classroom.assembly.assignment import assignment
from labkit.classroom.assembly.generate import Generator
from labkit.classroom.layout import Classroom, find_classroom
from labkit.classroom.settings import read_settings
from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.running import graded_tests


@pytest.fixture(scope="module")
def classroom(course: Course) -> Classroom:
    return assembled(course)


@pytest.fixture(params=LABS)
def lab(course: Course, request: pytest.FixtureRequest) -> Lab:
    return course.lab(request.param)


def test_the_gradebook_has_the_points_of_tests_quiz_written_answers_and_evidence(
    classroom: Classroom, lab: Lab
) -> None:
    points = Generator(classroom).points(lab.name)
    declared: dict[str, int] = {}
    for test in graded_tests(classroom.course, lab):
        declared[f"check-{test.task}"] = declared.get(f"check-{test.task}", 0) + test.points
    declared |= {f"check-quiz-{number}": 1 for number in range(1, lab.facts["points"]["quiz"] + 1)}
    declared |= {"check-evidence": lab.facts["points"]["evidence"]}
    assert {name: value for name, value in points.items() if not name.startswith("written-")} == declared
    assert sum(points.values()) == sum(lab.facts["points"].values()) == 20


def test_the_gradebook_has_the_due_dates_of_the_file(classroom: Classroom) -> None:
    with closing(sqlite3.connect(classroom.gradebook)) as database:
        due = dict(database.execute("SELECT name, duedate FROM assignment").fetchall())
    wanted = read_settings(classroom.course).due
    assert set(wanted) == set(LABS)
    assert due == {name: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.000000}" for name, moment in wanted.items()}


def test_a_release_holds_no_solution_of_its_own_lab_or_a_later_one_and_no_answer(
    classroom: Classroom, lab: Lab
) -> None:
    files = files_in(classroom.release / lab.name)
    earlier = [other for other in classroom.course.labs if other.module in lab.needs]
    released_by_design = " ".join(text_of(other.solution.name, other.solution.read_bytes()) for other in earlier)
    code = set().union(*(code_of(other) for other in classroom.course.labs if other not in earlier))
    code = {secret for secret in code if secret not in released_by_design}
    answers = set().union(*(answers_of(classroom.course, other) for other in classroom.course.labs))
    assert leaked(files, code | answers) == []
    # The same search finds what it looks for where it is.
    assert leaked({lab.solution.name: lab.solution.read_bytes()}, code)
    assert leaked(files_in(classroom.source / lab.name), answers)


def test_a_release_is_a_little_course_with_stub_notebook_tests_experiment_and_handout(
    classroom: Classroom, lab: Lab
) -> None:
    earlier = list(lab.needs)
    assert set(files_in(classroom.release / lab.name)) == {
        f"{lab.module}.ipynb",
        "README.md",
        f"labs/{lab.name}/README.md",
        f"labs/{lab.name}/lab.toml",
        *(f"src/ropelab/{module}.py" for module in ["__init__", *earlier, lab.module]),
        f"tests/labs/test_{lab.module}.py",
        f"tests/golden/{lab.module}.npz",
        f"tests/golden/mistakes/{lab.module}.npz",
        f"experiments/{lab.name}/verify.py",
        f"experiments/{lab.name}/README.md",
        *([f"experiments/{lab.name}/reference.json"] if lab.name == "08-speed" else []),
    }


def test_earlier_labs_come_as_their_reference_or_as_stubs_as_one_chooses(course: Course) -> None:
    lab, earlier = course.lab("03"), course.lab("01")
    path = "src/ropelab/frequencies.py"
    assert assignment(course, lab)[path] == earlier.solution.read_bytes()
    stub = assignment(course, lab, own_earlier=True)[path].decode()
    assert "TODO" in stub
    assert "BEGIN SOLUTION" not in stub


def test_a_filled_working_copy_never_reaches_an_assignment(scratch: Course) -> None:
    lab = scratch.lab("01")
    untouched = assignment(scratch, lab)
    lab.stub.write_text(lab.solution.read_text())
    assert assignment(scratch, lab) == untouched


def test_the_directory_finds_the_checkout_that_it_was_made_from(classroom: Classroom) -> None:
    assert find_classroom(classroom.root) == classroom


def test_where_no_course_is_one_line_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=f"^there is no course in {tmp_path}: run `make course` first$"):
        find_classroom(tmp_path)


@pytest.mark.parametrize("content", ["", "0", "-4", "one"])
def test_a_seed_that_is_no_seed_is_refused(classroom: Classroom, tmp_path: Path, content: str) -> None:
    other = Classroom(tmp_path, classroom.course)
    other.seed_file.write_text(content)
    with pytest.raises(CourseError, match="fresh_seed"):
        other.seed()


def test_a_missing_seed_is_refused(classroom: Classroom, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="make course"):
        Classroom(tmp_path, classroom.course).seed()
