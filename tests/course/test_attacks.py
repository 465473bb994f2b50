"""Submissions that attack the grader gain nothing, get a definite verdict in time, and harm no submission after them."""

import json
import platform
import resource
from collections.abc import Iterator

import pytest
from attacks import LOST, Attack, Attempt
from attacks.bench import Bench, Targets, children_of, messages
from attacks.ending import ENDING, ENDLESS, MEMORY
from attacks.folders import FOLDERS
from attacks.forging import CHEATS, FRAMES
from attacks.kernel import KERNEL, OTHERS, PROCESSES, X86_64
from attacks.network import NETWORK
from attacks.reading import READING, WRITING
from attacks.text import SOURCES, TEXTS
from attacks.values import RIGHT, VALUES
from support import results_of

from labkit.labs import Course
from labkit.sandbox import lockdown
from labkit.terminal import show_grade

pytestmark = pytest.mark.skipif(lockdown.missing() is not None, reason=str(lockdown.missing()))

ATTEMPTS = [*READING, *WRITING, *NETWORK, *PROCESSES, *OTHERS, *KERNEL]
ATTEMPTS += X86_64 if platform.machine() == "x86_64" else ()
ATTACKS = [*ENDING, *ENDLESS, *MEMORY, *CHEATS, *FRAMES, *VALUES, *RIGHT, *SOURCES]
MORE_MEMORY = 400_000_000
"""Bytes that the grader itself may come to need for all the attacks together."""


@pytest.fixture(scope="module")
def bench(course: Course) -> Iterator[Bench]:
    """The grader of lab 01, one for all attacks, as for all submissions of a class."""
    one = Bench(course, course.labs[0])
    yield one
    one.close()


@pytest.fixture(scope="module")
def targets(bench: Bench) -> Iterator[Targets]:
    """What is attacked outside."""
    one = Targets(bench)
    yield one
    one.close()


def _name(attack: Attempt | Attack) -> str:
    return attack.name


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=_name)
def test_what_the_locks_forbid_fails_and_leaves_no_trace(bench: Bench, targets: Targets, attempt: Attempt) -> None:
    result = bench.grade(f"{bench.plain}\n{targets.prelude}\n{attempt.submission}")
    targets.check_untouched()
    assert result.points == LOST, messages(result)
    assert children_of(bench.server) == []
    bench.check_next()


@pytest.mark.parametrize("attempt", [one for one in ATTEMPTS if not one.no_control], ids=_name)
def test_the_same_code_gets_through_where_nothing_is_locked(targets: Targets, attempt: Attempt) -> None:
    assert targets.succeeds_unlocked(f"{attempt.before}\n{attempt.code}")


@pytest.mark.parametrize("attack", ATTACKS, ids=_name)
def test_an_attack_gains_nothing_and_ends_in_time(bench: Bench, attack: Attack) -> None:
    result = bench.grade_attack(attack)
    assert result.points == attack.points, messages(result)
    if attack.says:
        assert any(attack.says in message for message in messages(result)), messages(result)
    bench.check_next()


@pytest.mark.parametrize("attack", TEXTS, ids=_name)
def test_no_text_of_a_submission_commands_a_terminal(
    bench: Bench, attack: Attack, capsys: pytest.CaptureFixture[str]
) -> None:
    result = bench.grade_attack(attack)
    assert result.points == attack.points, messages(result)
    show_grade([result])
    shown = capsys.readouterr().out
    assert [character for character in shown if not character.isprintable() and character not in "\n\t"] == []
    json.dumps(result.as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize("name", FOLDERS)
def test_what_is_no_plain_file_is_not_read(bench: Bench, name: str) -> None:
    make, words = FOLDERS[name]
    folder, module = bench.folder()
    make(module, bench.lab.solution)
    result = bench.grade_folder(folder)
    assert result.points == 0
    assert all(words in message for message in messages(result)), messages(result)
    bench.check_next()


def test_output_of_a_gigabyte_is_cut(bench: Bench) -> None:
    (attack,) = [one for one in MEMORY if one.name == "a gigabyte printed"]
    printed = [len(test.printed) for test in results_of(bench.grade_attack(attack))]
    assert 0 < sum(printed) <= 2_000_000


def test_the_grader_itself_stays_small() -> None:
    # Runs last: the largest size in the life of this process, all attacks included.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MORE_MEMORY
