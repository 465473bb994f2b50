"""Which lab a notebook belongs to: by its folder, in a checkout and in a released assignment."""

import shutil

import pytest
from support_notebook import graded_by_command, opened, release, write_mistake

from labkit.html_report import task_html
from labkit.labs import Course, Lab
from labkit.notebook import check, check_evidence, check_quiz, run_experiment, show_plots
from labkit.running import graded_tests


@pytest.fixture
def lab(scratch: Course, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return opened(scratch, "01", monkeypatch)


def test_outside_a_lab_one_line_says_so(
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for folder, line in (
        (lab.course, "belongs to no lab"),
        (tmp_path_factory.mktemp("elsewhere"), "is not inside the course"),
    ):
        monkeypatch.chdir(folder)
        for points in (check("wavelengths"), check_quiz(1, None), check_evidence()):
            assert points == 0.0
            assert line in points.report
        run_experiment()
        show_plots()
        shown = capfd.readouterr()
        assert shown.err == ""
        assert [line in text for text in shown.out.splitlines()] == [True, True]


def test_impl_chooses_the_reference(scratch: Course, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPL", "solutions")
    for name, task in graded_by_command(scratch, lab, "--impl", "solutions").items():
        assert check(name).report == task_html(task)
        assert float(check(name)) == task["max_points"]
    monkeypatch.setenv("IMPL", "elsewhere")
    for points in (check("wavelengths"), check_quiz(1, 64), check_evidence()):
        assert "There is no implementation" in points.report


def test_a_released_assignment_is_a_course_of_its_own(
    scratch: Course, lab: Lab, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_mistake(scratch, lab, "turns per token: upside down")
    graded = graded_by_command(scratch, lab)
    folder = tmp_path_factory.mktemp("assignment")
    release(scratch, lab, folder)
    monkeypatch.chdir(folder)
    for name, task in graded.items():
        assert check(name).report == task_html(task)
    assert "It is marked when you hand in" in check_quiz(1, (64,)).report


@pytest.mark.parametrize("name", ["02-cache", "03-forward"])
def test_a_released_assignment_uses_the_modules_of_earlier_labs(
    scratch: Course, name: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lab in scratch.labs:
        shutil.copy(lab.solution, lab.stub)
    folder = tmp_path_factory.mktemp("assignment")
    course = release(scratch, scratch.lab(name), folder)
    monkeypatch.delenv("IMPL", raising=False)
    monkeypatch.chdir(folder)
    tasks = {test.task for test in graded_tests(course, course.lab(name))}
    assert sum(float(check(task)) for task in tasks) == 12
