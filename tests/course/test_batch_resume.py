"""Grading a class again: nothing is lost, nothing is graded twice, and what has changed is graded anew."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support_batch import graded, hand_in, lines, points

from labkit.batch.folder import grade_folder
from labkit.batch.ledger import earlier_seed
from labkit.labs import Course, Lab
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.submission import LARGEST_FILE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")

SEED = 987_654_321

INTERRUPTED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from support_batch import graded
from labkit.labs import find_course

course = find_course(Path.cwd())
try:
    graded(course, course.lab("01"), Path(sys.argv[1]), Path(sys.argv[2]))
except KeyboardInterrupt:
    raise SystemExit(130)
"""


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab("01")


@pytest.fixture
def solution(lab: Lab) -> str:
    return lab.solution.read_text()


def test_what_is_unchanged_is_not_graded_again_and_what_is_changed_is(
    course: Course, lab: Lab, solution: str, tmp_path: Path
) -> None:
    texts = {"anna": solution, "bea": "def rope_frequencies(:", "cem": None, "dora": solution}
    folder, out = hand_in(tmp_path / "class", lab, texts), tmp_path / "out"
    assert graded(course, lab, folder, out).graded == 4
    written, table = (out / "results.jsonl").read_bytes(), (out / "grades.csv").read_bytes()
    again = graded(course, lab, folder, out)
    assert (again.graded, again.skipped) == (0, 4)
    assert ((out / "results.jsonl").read_bytes(), (out / "grades.csv").read_bytes()) == (written, table)
    hand_in(folder, lab, {"bea": solution, "cem": solution})
    assert graded(course, lab, folder, out).graded == 2
    assert (out / "results.jsonl").read_bytes().startswith(written)
    assert {line["student"] for line in lines(out)[4:]} == {"bea", "cem"}
    assert points(out) == dict.fromkeys(texts, 12)


def test_a_torn_last_line_is_cut_off_and_its_submission_graded_again(
    course: Course, lab: Lab, solution: str, tmp_path: Path
) -> None:
    folder, out = hand_in(tmp_path / "class", lab, {"anna": solution, "bea": solution}), tmp_path / "out"
    graded(course, lab, folder, out, 1)
    table = (out / "grades.csv").read_bytes()
    os.truncate(out / "results.jsonl", (out / "results.jsonl").stat().st_size - 40)
    assert graded(course, lab, folder, out, 1).graded == 1
    assert [line["student"] for line in lines(out)] == ["anna", "bea"]
    assert (out / "grades.csv").read_bytes() == table


def test_other_inputs_or_another_allowance_grade_everything_again_and_the_seed_is_told_to_nobody(
    course: Course, lab: Lab, solution: str, tmp_path: Path
) -> None:
    folder, out = hand_in(tmp_path / "class", lab, {"anna": solution}), tmp_path / "out"
    assert graded(course, lab, folder, out).graded == 1
    assert earlier_seed(out, lab) is None
    assert graded(course, lab, folder, out, seed=SEED).graded == 1
    assert graded(course, lab, folder, out, seed=SEED).graded == 0
    assert (earlier_seed(out, lab), earlier_seed(out, course.lab("02"))) == (SEED, None)
    assert [line["inputs"] for line in lines(out)] == ["public", "fresh"]
    assert str(SEED) not in (out / "results.jsonl").read_text() + (out / "grades.csv").read_text()
    longer = Allowance(seconds=30.0)
    assert grade_folder(course, lab, folder, out, SEED, longer, LARGEST_FILE).graded == 1


def test_an_interrupted_run_ends_its_processes_and_goes_on_without_losing_or_repeating_a_result(
    course: Course, lab: Lab, solution: str, tmp_path: Path
) -> None:
    slow = solution + "\nimport time\ntime.sleep(0.2)\n"
    students = [f"s{number:02d}" for number in range(24)]
    folder, out = hand_in(tmp_path / "class", lab, dict.fromkeys(students, slow)), tmp_path / "out"
    command = [sys.executable, "-c", INTERRUPTED, str(folder), str(out), str(Path(__file__).parent)]
    run = subprocess.Popen(command, cwd=course.root, stderr=subprocess.PIPE, text=True)
    results = out / "results.jsonl"
    while run.poll() is None and not (results.is_file() and results.read_bytes().count(b"\n") >= 3):
        time.sleep(0.02)
    started = _descendants(run.pid)
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=30)[1]
    done = lines(out)
    assert run.returncode == 130
    assert 3 <= len(done) < 24
    assert f"{len(done)} of 24 done" in said
    assert not (out / "grades.csv").exists()
    assert len(started) >= 4, "two workers with a fork server each"
    assert _alive(started) == set()
    summary = graded(course, lab, folder, out)
    assert (summary.graded, summary.skipped) == (24 - len(done), len(done))
    assert lines(out)[: len(done)] == done
    assert sorted(line["student"] for line in lines(out)) == students
    assert points(out) == dict.fromkeys(students, 12)


def _descendants(number: int) -> set[Path]:
    """The processes that a process has started, and those that they have; none of one that ends meanwhile."""
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return set()
    return {Path(f"/proc/{child}") for child in children}.union(*(_descendants(int(child)) for child in children))


def _alive(processes: set[Path]) -> set[Path]:
    """Those that still run a moment later."""
    for _ in range(100):
        processes = {process for process in processes if _state(process) not in ("", "Z", "X")}
        if not processes:
            break
        time.sleep(0.05)
    return processes


def _state(process: Path) -> str:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
