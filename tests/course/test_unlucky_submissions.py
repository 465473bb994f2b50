"""Hostile and unlucky submissions through nbgrader's own command and through ours: each is graded, and nobody else is hurt."""

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest
from support_submissions import code_points, gradebook_points, hand_in, nbgrader, quiz_points, result
from unlucky import CASES, FULL, QUIZ, with_root

from labkit.classroom.autograde import Work, autograde
from labkit.classroom.layout import Classroom
from labkit.labs import Lab

MARK = "STARTED_FOR"
CLASSMATE = "zoe"
"""Sorted behind all others: she is graded only where nobody before her ended the run."""


@pytest.fixture(scope="module")
def lab(classroom: Classroom) -> Lab:
    return classroom.course.lab("01")


@pytest.fixture(scope="module")
def handed_in(classroom: Classroom, lab: Lab) -> None:
    """The class: a student for each case, and the classmate. Endless loops are waited for half a second, not two."""
    with classroom.config_file.open("a") as config:
        config.write("c.IsolatedGrading.seconds_per_call = 0.5\n")
    for name, case in CASES.items():
        handed = hand_in(classroom, lab, name)
        case.prepare(handed)
        with_root(handed, str(classroom.course.root))
    hand_in(classroom, lab, CLASSMATE)


@pytest.fixture(scope="module")
def by_nbgrader(classroom: Classroom, lab: Lab, handed_in: None) -> subprocess.CompletedProcess[str]:  # noqa: ARG001
    """nbgrader's own command; it finds no submission that lacks every notebook."""
    return nbgrader(classroom, "autograde", lab.name)


@pytest.fixture(scope="module")
def points_by_nbgrader(
    classroom: Classroom, lab: Lab, by_nbgrader: subprocess.CompletedProcess[str]
) -> dict[str, dict[str, float | None]]:
    assert by_nbgrader.returncode == 0, by_nbgrader.stderr[-2000:]
    return gradebook_points(classroom, lab)


@pytest.fixture(scope="module")
def by_labkit(classroom: Classroom, lab: Lab, points_by_nbgrader: object) -> Work:  # noqa: ARG001 - comes after it
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(MARK, str(classroom.root))  # which every process that is started from here on carries
        return autograde(classroom, [lab], workers=2, force=True)


@pytest.fixture(scope="module")
def points(classroom: Classroom, lab: Lab, by_labkit: Work) -> dict[str, dict[str, float | None]]:  # noqa: ARG001
    return gradebook_points(classroom, lab)


@pytest.mark.parametrize("name", CASES)
def test_each_earns_what_it_is_worth(points: dict[str, dict[str, float | None]], name: str) -> None:
    assert (code_points(points[name]), quiz_points(points[name])) == (CASES[name].code, CASES[name].quiz)


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("no-notebook", "linked-notebook")])
def test_nbgraders_own_command_gives_the_same(
    points_by_nbgrader: dict[str, dict[str, float | None]], points: dict[str, dict[str, float | None]], name: str
) -> None:
    assert points_by_nbgrader[name] == points[name]


@pytest.mark.parametrize("name", CASES)
def test_each_has_a_status_and_a_reason(classroom: Classroom, lab: Lab, by_labkit: Work, name: str) -> None:  # noqa: ARG001
    found = result(classroom, lab, name)
    assert found["status"] == CASES[name].status
    assert CASES[name].reason in "; ".join(found["reasons"])
    assert found["inputs"] == "fresh"


def test_the_classmate_keeps_her_points(points: dict[str, dict[str, float | None]]) -> None:
    assert (code_points(points[CLASSMATE]), quiz_points(points[CLASSMATE])) == (FULL, QUIZ)


def test_nothing_from_outside_gets_among_the_graded_files(classroom: Classroom, by_labkit: Work) -> None:  # noqa: ARG001
    secret = Path("/etc/passwd").read_bytes()
    for folder in (classroom.autograded, classroom.submitted):
        for path in folder.rglob("*"):
            assert not path.is_symlink()
            assert path.is_dir() or secret not in path.read_bytes()


def test_no_process_outlives_the_grading(classroom: Classroom, by_labkit: Work) -> None:  # noqa: ARG001
    marked = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it may end while it is looked at
            if f"{MARK}={classroom.root}".encode() in path.read_bytes():
                marked.append((path.parent / "cmdline").read_bytes())
    assert marked == []


def test_what_is_graded_and_has_not_changed_is_not_graded_again(
    classroom: Classroom, lab: Lab, by_labkit: Work
) -> None:
    again = autograde(classroom, [lab], workers=1)
    assert (again.done, again.unchanged) == (0, by_labkit.done)
    module = classroom.submitted / CLASSMATE / lab.name / "src" / "ropelab" / f"{lab.module}.py"
    module.write_text(module.read_text() + "\nwavelengths = None\n")
    once = autograde(classroom, [lab], workers=1)
    assert (once.done, once.unchanged) == (1, by_labkit.done - 1)
    assert code_points(gradebook_points(classroom, lab)[CLASSMATE]) == FULL - 2
    shutil.rmtree(classroom.autograded / CLASSMATE / lab.name)
    assert autograde(classroom, [lab], workers=1).done == 1
