"""`labkit hint` goes one hint further each time, and `labkit watch` answers to every save and says what to do next."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import labkit

from labkit.labs import Course
from labkit.mistakes import store

WRONG = ("-2.0 * pairs", "-2.0 * (pairs + 1)")


def _hint(course: Course, *arguments: str) -> list[str]:
    run = labkit("hint", *(arguments or ["rope_frequencies"]), course=course)
    assert run.returncode == 0, run.stderr
    assert max(map(len, run.stdout.splitlines())) <= 100
    return [" ".join(part.split()) for part in run.stdout.split("\n\n")]


def test_hints_come_one_at_a_time_and_are_remembered(scratch: Course) -> None:
    hints = store.read(scratch.labs[0]).hints["rope_frequencies"]
    for number, hint in enumerate(hints, start=1):
        head, text, more = _hint(scratch)
        assert head == f"rope_frequencies, hint {number} of {len(hints)}"
        assert text == hint
        assert more == (
            "make hint TASK=rope_frequencies shows the next one." if number < len(hints) else "That was the last one."
        )
    assert _hint(scratch)[1] == hints[-1]


def test_a_mistake_that_is_named_has_hints_of_its_own_from_the_first(scratch: Course) -> None:
    _hint(scratch)
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text().replace(*WRONG))
    (mistake,) = [one for one in store.read(lab).mistakes if one.name == "one-based pair index"]
    for number, hint in enumerate(mistake.hints, start=1):
        head, text, _ = _hint(scratch)
        assert head == (f"rope_frequencies, hint {number} of {len(mistake.hints)} (Your mistake: one-based pair index)")
        assert text == hint


def test_full_points_need_no_hint_and_a_damaged_memory_is_begun_anew(scratch: Course) -> None:
    memory = scratch.root / "build" / "hints.json"
    memory.parent.mkdir()
    memory.write_text("{")
    assert "hint 1 of" in _hint(scratch)[0]
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text())
    assert _hint(scratch) == ["rope_frequencies has all of its 5 points: there is nothing left to hint at."]


def test_a_task_that_two_labs_have_is_hinted_at_where_points_are_missing_or_in_the_lab_that_is_named(
    scratch: Course,
) -> None:
    task, earlier, later = "apply_rotary_pos_emb", scratch.lab("forward"), scratch.lab("attention")
    first = {lab: store.read(lab).hints[task][0] for lab in (earlier, later)}
    assert _hint(scratch, task)[1] == first[earlier]
    _, hint, more = _hint(scratch, task, "--lab", "6")
    assert (hint, more) == (first[later], f"make hint TASK={task} LAB=06-attention shows the next one.")
    for lab in scratch.labs[:5]:
        lab.stub.write_text(lab.solution.read_text())
    assert _hint(scratch, task)[1] == store.read(later).hints[task][1]


@pytest.mark.parametrize("arguments", [["hint"], ["hint", "dance"], ["watch"], ["watch", "--lab", "99"]])
def test_a_missing_or_unknown_task_or_lab_lists_those_there_are(scratch: Course, arguments: list[str]) -> None:
    run = labkit(*arguments, course=scratch)
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert ("rotate_half" if arguments[0] == "hint" else "03-forward") in run.stderr


@contextmanager
def _watching(course: Course, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "labkit", "watch", "--lab", "1"]
    with output.open("wb") as stream, subprocess.Popen(command, cwd=course.root, stdout=stream, stderr=stream) as run:
        try:
            yield run
        finally:
            run.send_signal(signal.SIGINT)


def _wait_for(text: str, output: Path, boards: int) -> str:
    """The board number ``boards``, once it says text."""
    for _ in range(600):
        shown = output.read_text().split("01-frequencies  ")
        if len(shown) > boards and text in shown[boards]:
            return shown[boards]
        time.sleep(0.05)
    raise AssertionError(f"waited 30 s for {text!r} in\n{output.read_text()}")


def test_every_save_gives_a_board_that_says_what_to_do_next(scratch: Course) -> None:
    lab, output = scratch.labs[0], scratch.root / "watched.txt"
    right = lab.solution.read_text()
    with _watching(scratch, output) as run:
        _wait_for("next: write rope_frequencies: src/ropelab/frequencies.py:", output, 1)
        lab.stub.write_text("def rope_frequencies(:\n")
        _wait_for("SyntaxError", output, 2)
        lab.stub.write_text(right.replace(*WRONG))
        board = _wait_for("next: mend rope_frequencies, and save; make hint TASK=rope_frequencies helps", output, 3)
        assert "Your mistake: one-based pair index." in board
        # A loop that never ends is ended by the next save.
        lab.stub.write_text(
            right.replace("    pairs = np.arange", "    while True:\n        pass\n    pairs = np.arange")
        )
        time.sleep(1.0)
        lab.stub.write_text(right)
        board = _wait_for("next: compare with the reference, solutions/ropelab/frequencies.py", output, 4)
        assert board.startswith("12 of 12 points")
    assert run.wait(timeout=10) == 130
    assert "Traceback" not in output.read_text()


def test_without_solutions_full_points_lead_to_the_experiment(scratch: Course) -> None:
    lab, output = scratch.labs[0], scratch.root / "watched.txt"
    lab.stub.write_text(lab.solution.read_text())
    lab.solution.unlink()
    with _watching(scratch, output):
        _wait_for("next: make verify LAB=01-frequencies", output, 1)


def test_a_watcher_that_is_killed_leaves_no_loop_behind(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text("open('pid', 'w').write(str(__import__('os').getpid()))\nwhile True:\n    pass\n")
    command = [sys.executable, "-m", "labkit", "watch", "--lab", "1"]
    pid = scratch.root / "pid"
    with subprocess.Popen(command, cwd=scratch.root, stdout=subprocess.DEVNULL) as run:
        for _ in range(600):
            if pid.is_file() and pid.read_text():
                break
            time.sleep(0.05)
        run.kill()
    for _ in range(100):
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("the grading of a killed watcher is still running")
