"""Stubs earn nothing and say which task they are; solutions earn everything."""

import json
import re

import pytest
from support import LABS, labkit

from labkit import stubs
from labkit.errors import CourseError
from labkit.labs import Course
from labkit.todos import todos


def test_the_catalogue_is_these_labs_in_this_order(course: Course) -> None:
    assert tuple(lab.name for lab in course.labs) == LABS


@pytest.mark.parametrize("name", LABS)
def test_points_of_a_lab_add_up_to_twenty(course: Course, name: str) -> None:
    assert sum(course.lab(name).facts["points"].values()) == 20


def test_untouched_stubs_earn_no_point_and_name_their_task(scratch: Course) -> None:
    run = labkit("grade", "--json", "-", course=scratch)
    assert run.returncode == 1
    for lab in json.loads(run.stdout):
        assert lab["points"] == 0
        assert lab["max_points"] == scratch.lab(lab["lab"]).facts["points"]["code"] == 12
        for task in lab["tasks"]:
            for test in task["tests"]:
                assert test["outcome"] == "failed"
                assert re.search(r"src/ropelab/\w+\.py:\d+: [\w.]+ \(lab \d\d-\w+\) is not written", test["message"])


def test_solutions_earn_every_point(scratch: Course) -> None:
    run = labkit("grade", "--impl", "solutions", "--json", "-", course=scratch)
    assert run.returncode == 0, run.stdout
    assert [lab["points"] for lab in json.loads(run.stdout)] == [12] * len(LABS)


@pytest.mark.parametrize("name", LABS)
def test_every_task_of_a_stub_is_graded_and_every_graded_task_is_a_stub(scratch: Course, name: str) -> None:
    lab = scratch.lab(name)
    marked = set(re.findall(r'mark\.task\("(\w+)"', lab.graded_tests.read_text()))
    assert marked == {todo.task for todo in todos(lab.stub)}


@pytest.mark.parametrize("name", LABS)
def test_a_stub_keeps_docstrings_and_holds_nothing_of_the_solution(scratch: Course, name: str) -> None:
    lab = scratch.lab(name)
    solution, stub = lab.solution.read_text(), lab.stub.read_text()
    for secret in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", solution, re.DOTALL):
        assert secret not in stub
    assert stub.count('"""') == solution.count('"""')
    assert stub.count("# TODO: ") == stub.count("raise NotImplementedError(")


def test_stubs_do_not_overwrite_work(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text())
    with pytest.raises(CourseError, match="holds work"):
        stubs.write(scratch)
    assert "BEGIN SOLUTION" in lab.stub.read_text()
    assert stubs.drifted(scratch) == ["src/ropelab/frequencies.py"]


@pytest.mark.parametrize(
    "text",
    ["x = 1\n### BEGIN SOLUTION\n### END SOLUTION\n", "def f():\n    ### BEGIN SOLUTION\n    pass\n"],
    ids=["outside a function", "no end"],
)
def test_misplaced_markers_are_refused(text: str) -> None:
    with pytest.raises(CourseError, match=r"marker without a partner|outside a function"):
        stubs.make_stub(text, "01-frequencies")


@pytest.mark.parametrize("name", LABS)
def test_a_lab_says_which_earlier_modules_it_needs(course: Course, name: str) -> None:
    lab = course.lab(name)
    found: set[str] = set()
    waiting = [lab.solution, lab.experiment / "verify.py"]
    while waiting:
        for module in re.findall(r"^from ropelab\.(\w+) import", waiting.pop().read_text(), flags=re.MULTILINE):
            if module not in (*found, lab.module):
                found.add(module)
                waiting.append(course.lab(module).solution)
    in_order = [other.module for other in course.labs if other.module in found]
    assert list(lab.needs) == in_order
