"""The catalogue of wrong answers: it is complete, the tests catch all of it, and a catalogue out of order is refused."""

import re
import shutil

import pytest
from support import LABS, labkit

from labkit.errors import CourseError
from labkit.labs import Course, Lab
from labkit.mistakes.catalogue import read_catalogue
from labkit.mistakes.matrix import WANTED_SHARE, kill_matrix, share
from labkit.mistakes.store import read
from labkit.todos import names_of_tasks

ENTRY = '''"""Wrong answers to wavelengths (lab 01).

hint: Look at the units.
"""


def {name}(inv_freq):
    """{told}"""
    return {value}
'''


def _with(lab: Lab, told: str, name: str = "upside_down", value: str = "inv_freq") -> None:
    (lab.misconceptions / "wavelengths.py").write_text(ENTRY.format(told=told, name=name, value=value))


@pytest.mark.parametrize("name", LABS)
def test_every_task_has_mistakes_and_hints(course: Course, name: str) -> None:
    lab = course.lab(name)
    catalogue = read_catalogue(course, lab)
    assert set(catalogue) == names_of_tasks(lab.solution)
    for task in catalogue.values():
        assert len(task.mistakes) >= 3
        assert 2 <= len(task.hints) <= 3
        for mistake in task.mistakes:
            assert all(mistake.hints), mistake.key
            assert len(set(mistake.hints)) == len(mistake.hints), mistake.key


def test_there_are_eighty_mistakes_and_no_two_of_a_task_share_a_name(course: Course) -> None:
    names = [
        (lab.name, mistake.task, mistake.name)
        for lab in course.labs
        for task in read_catalogue(course, lab).values()
        for mistake in task.mistakes
    ]
    assert len(names) >= 80
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("seed", [77, 20_260])
def test_every_mistake_loses_points_is_named_and_every_test_catches_one(course: Course, name: str, seed: int) -> None:
    matrix = kill_matrix(course, course.lab(name), seed)
    assert matrix.problems == []
    assert share([matrix]) >= WANTED_SHARE, [row.title for row in matrix.rows if not row.named]


@pytest.mark.parametrize("name", LABS)
def test_no_hint_gives_a_line_of_the_solution_away(course: Course, name: str) -> None:
    lab = course.lab(name)
    secrets = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", lab.solution.read_text(), re.DOTALL)
    lines = {line.strip() for secret in secrets for line in secret.splitlines() if len(line.strip()) > 12}
    known = read(lab)
    hints = [*known.hints.values(), *(mistake.hints for mistake in known.mistakes)]
    told = " ".join(hint for task in hints for hint in task)
    assert [line for line in lines if line in told] == []


def test_a_mistake_that_costs_nothing_and_a_test_that_catches_nothing_are_reported(scratch: Course) -> None:
    lab = scratch.labs[0]
    _with(lab, "upside down\n\n    met: here\n    hint: one\n    hint: two\n    ", value="wavelengths(inv_freq)")
    problems = kill_matrix(scratch, lab).problems
    assert "01-frequencies: wavelengths with 'upside down' loses no point on its own task" in problems
    title = "01-frequencies: test_a_wavelength_is_the_tokens_of_one_full_turn catches no mistake of wavelengths"
    assert title in problems
    for other in scratch.labs[1:]:  # one lab is enough to see what the command makes of it
        shutil.rmtree(scratch.root / "labs" / other.name)
    run = labkit("mutants", course=scratch)
    assert run.returncode == 1
    assert title in run.stdout


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("", "needs a docstring"),
        ("upside down", "needs one `met:` line and two or three `hint:` lines"),
        ("upside down\n\n    met: here\n    hint: only one\n    ", "two or three `hint:`"),
        ("upside down\n\n    variant of: nothing\n    ", "there is no nothing above"),
    ],
    ids=["no docstring", "no fields", "one hint", "a variant of nothing"],
)
def test_an_entry_out_of_order_is_refused_with_its_line(scratch: Course, told: str, complaint: str) -> None:
    _with(scratch.labs[0], told)
    with pytest.raises(CourseError, match=complaint) as caught:
        read_catalogue(scratch, scratch.labs[0])
    assert "tests/misconceptions/frequencies/wavelengths.py:7" in str(caught.value)


def test_missing_knowledge_of_mistakes_is_bad_input_that_says_what_to_run(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.known_mistakes.unlink()
    lab.stub.write_text(lab.solution.read_text().replace("-2.0 * pairs", "2.0 * pairs"))
    run = labkit("grade", "--lab", "1", course=scratch)
    assert run.returncode == 2
    assert "tests/golden/mistakes/frequencies.npz is missing or unreadable: run `make golden`" in run.stderr
