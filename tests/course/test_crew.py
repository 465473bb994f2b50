"""The workers of a class, with stand-ins that fail in every way there is."""

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from labkit.batch import crew
from labkit.batch.crew import Crew
from labkit.errors import CourseError

STAND_IN = """
import json, os, sys, time
from pathlib import Path

setup = json.loads(sys.stdin.readline())
if setup.get("dies"):
    sys.exit("no such module")
print(json.dumps({"refused": setup["refuses"]} if "refuses" in setup else {"ready": True}), flush=True)
for line in sys.stdin:
    folder = json.loads(line)
    match folder:
        case "dies":
            os.kill(os.getpid(), 11)
        case "dies once" if not Path("died").exists():
            Path("died").touch()
            sys.exit(3)
        case "ends":
            sys.exit("out of paper")
        case "hangs":
            time.sleep(60)
        case "raises":
            print(json.dumps({"trouble": "KeyError: 'x'"}), flush=True)
        case "garbles":
            print("{", flush=True)
        case "talks":
            print(json.dumps({"result": "x" * 1_000_000}), flush=True)
        case _:
            print(json.dumps({"result": folder}), flush=True)
"""


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "COMMAND", [sys.executable, "-I", "-S", "-c", STAND_IN])


def answers(folder: Path, names: list[str], size: int = 2, **setup: Any) -> dict[str, Any]:
    """What the crew answers; each student once."""
    people = Crew(setup, folder, {name: Path(name) for name in names}, size)
    given = list(people.answers())
    assert len(given) == len({student for student, _ in given})
    return dict(given)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_every_submission_is_answered_once_whatever_becomes_of_the_workers(tmp_path: Path, size: int) -> None:
    names = ["a", "dies", "b", "raises", "ends", "dies once", "garbles", "talks", "c"]
    assert answers(tmp_path, names, size) == {
        "a": {"result": "a"},
        "b": {"result": "b"},
        "c": {"result": "c"},
        "talks": {"result": "x" * 1_000_000},
        "dies once": {"result": "dies once"},
        "dies": {"trouble": "the grader ended by signal 11"},
        "ends": {"trouble": "the grader ended by status 1: out of paper"},
        "raises": {"trouble": "KeyError: 'x'"},
        "garbles": {"trouble": "the grader gave an answer that cannot be read"},
    }


def test_a_worker_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "PATIENCE", 1.0)
    given = answers(tmp_path, ["a", "hangs", "b"])
    assert given["hangs"] == {"trouble": "the grader took more than 1 s"}
    assert given["a"] == {"result": "a"}
    assert given["b"] == {"result": "b"}


def test_a_worker_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"^a worker did not start: status 1: no such module$"):
        answers(tmp_path, ["a"], dies=True)
    with pytest.raises(CourseError, match=r"^needs Linux$"):
        answers(tmp_path, ["a"], refuses="needs Linux")


def test_there_are_no_workers_where_there_is_no_work(tmp_path: Path) -> None:
    assert answers(tmp_path, [], dies=True) == {}


def test_closing_ends_the_workers_at_once(tmp_path: Path) -> None:
    people = Crew({}, tmp_path, {name: Path(name) for name in ("a", "hangs")}, 2)
    started = time.monotonic()
    with closing(people.answers()) as given:
        assert next(given) == ("a", {"result": "a"})
    assert time.monotonic() - started < 30
