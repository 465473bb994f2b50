"""Inputs drawn fresh: answers learnt by heart lose their points, and nothing of the inputs or expected values gets out."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from support import LABS, grade_text, labkit, results_of

from labkit.draw import Draw
from labkit.grade import grade
from labkit.labs import Course
from labkit.running import graded_tests
from labkit.todos import names_of_functions

SEED = 987_654_321

REPLAY = '''"""Answers with the public expected values, one after another."""

import json
import numpy as np

with np.load({golden!r}, allow_pickle=False) as stored:
    STORED = dict(stored)
KEYS = {keys!r}


def _next(task):
    values = KEYS[task]
    found = values.pop(0)
    parts = [STORED[key] for key in found]
    parts = [part if part.ndim else part.item() for part in parts]
    return parts[0] if len(parts) == 1 else tuple(parts)
'''


def _replay(course: Course, name: str) -> str:
    """A module whose functions give the stored values of their task's tests in the order in which the tests ask."""
    lab = course.lab(name)
    with np.load(lab.golden) as stored:
        files = sorted(stored.files)
    keys: dict[str, list[list[str]]] = {}
    for test in graded_tests(course, lab):
        parts: dict[str, list[str]] = {}
        for key in files:
            if key.split("/")[0] == test.name:
                parts.setdefault(key.split("/")[1], []).append(key)
        keys.setdefault(test.task, []).extend(parts.values())
    tasks = [task for task in names_of_functions(lab.solution) if "." not in task and task[0].islower()]
    functions = [f"\n\ndef {task}(*args, **kwargs):\n    return _next({task!r})\n" for task in tasks]
    return REPLAY.format(golden=str(lab.golden), keys=keys) + "".join(functions)


@pytest.mark.parametrize("name", LABS)
def test_the_public_expected_values_are_worth_nothing_on_fresh_inputs(
    course: Course, name: str, tmp_path: Path
) -> None:
    lab = course.lab(name)
    result = grade_text(course, lab, _replay(course, name), tmp_path, SEED)
    assert [(task.task, task.points) for task in result.tasks if task.points] == []


def test_the_replay_itself_works_on_public_inputs(course: Course, tmp_path: Path) -> None:
    result = grade_text(course, course.labs[0], _replay(course, LABS[0]), tmp_path)
    (task,) = [task for task in result.tasks if task.task == "wavelengths"]
    assert task.tests[0].outcome == "passed" or "shares memory" in task.tests[0].message


@pytest.mark.parametrize("seed", ["1", "18446744073709551617"])
def test_the_reference_has_full_points_on_any_inputs(course: Course, seed: str) -> None:
    run = labkit("grade", "--impl", "solutions", "--inputs", "fresh", "--seed", seed, course=course)
    assert run.returncode == 0, run.stdout
    assert run.stdout.splitlines()[-1] == f"on fresh inputs, seed {seed}"


LEAKING = """import numpy as np


class Told(Exception):
    pass


def rope_frequencies(d_head, base=10000.0):
    print("printed", d_head, base)
    return np.full(d_head // 2, base)


def wavelengths(inv_freq):
    raise type("Told" + "".join(str(x) for x in np.ravel(inv_freq)[:1]).replace(".", "_"), (Told,), {})(str(inv_freq))


def position_angles(positions, inv_freq):
    raise ValueError(f"told {positions} {inv_freq}")


def duplicate_angles(angles):
    return f"told {angles}"
"""


def test_nothing_of_the_inputs_gets_out(course: Course, tmp_path: Path) -> None:
    lab = course.labs[0]
    public = [test.as_json() for test in results_of(grade_text(course, lab, LEAKING, tmp_path))]
    assert any("told" in test["message"] for test in public)  # the same code does tell, where it may
    result = grade_text(course, lab, LEAKING, tmp_path, SEED)
    tests = results_of(result)
    told = json.dumps(result.as_json()) + "".join(test.printed for test in tests)
    for word in ("told", "Told", "printed", str(SEED)):
        assert word not in told
    # Hints of the catalogue may hold numbers; what is said about this run may not.
    assert not re.search(r"\d", "".join(test.message for test in tests))
    assert {test.as_json()["inputs"] for test in tests if test.outcome == "failed"} == {"fresh"}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--seed", "5"], "--inputs fresh"),
        (["--inputs", "fresh", "--seed", "0"], "1 or more"),
        (["--inputs", "fresh", "--seed", "many"], "many"),
        (["--inputs", "stale"], "stale"),
    ],
)
def test_bad_seeds_are_refused_in_one_line(scratch: Course, arguments: Sequence[str], named: str) -> None:
    run = labkit("grade", "--lab", "1", *arguments, course=scratch)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert named in run.stderr


def test_without_solutions_fresh_inputs_are_refused_and_public_ones_are_not(scratch: Course) -> None:
    scratch.labs[0].solution.unlink()
    run = labkit("grade", "--lab", "1", "--inputs", "fresh", course=scratch)
    assert run.returncode == 2
    assert "solutions/ropelab/frequencies.py is missing" in run.stderr
    assert labkit("grade", "--lab", "1", course=scratch).returncode == 1


def test_a_seed_is_drawn_and_told_when_none_is_given(scratch: Course) -> None:
    seeds = [
        labkit("grade", "--lab", "1", "--impl", "solutions", "--inputs", "fresh", course=scratch).stdout.split()[-1]
        for _ in range(2)
    ]
    assert seeds[0] != seeds[1]


@pytest.mark.parametrize("seed", range(40))
def test_inputs_leave_no_room_for_coincidences(seed: int) -> None:
    draw = Draw(seed, "any test")
    assert draw.head_dim() not in (4,)
    assert draw.base() != 10_000.0
    for row in draw.position_ids(3, 5, 900):
        assert not np.array_equal(row, np.arange(5))
        assert not np.all(np.diff(row) > 0)
        assert row.max() >= 450
        assert len(set(row.tolist())) == 5


def test_two_seeds_share_no_input(course: Course) -> None:
    one, other = (Draw(seed, "test") for seed in (1, 2))
    assert not np.array_equal(one.normal(5), other.normal(5))
    assert grade(course, course.labs[:1], "solutions", seed=3)[0].points == 12
