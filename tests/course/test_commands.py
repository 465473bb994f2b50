"""Exit status and message of the commands, the failing ones too: one clear line, never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import labkit

from labkit.labs import Course


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["verify", "--lab", "99-nothing"], "99-nothing"),
        (["grade", "--lab", "nothing"], "01-frequencies, 02-cache"),
        (["grade", "--impl", "elsewhere"], "elsewhere"),
        (["verify", "--impl", "elsewhere"], "elsewhere"),
        (["grade", "--submission", "missing"], "missing"),
        (["grade", "--lab", "1", "--submission", "labs"], "frequencies.py"),
        (["grade", "--lab", "1", "--json", "pyproject.toml/x.json"], "pyproject.toml"),
        (["verify", "--lab", "1", "--impl", "solutions", "--out", "pyproject.toml"], "pyproject.toml"),
        (["grade", "--lab", "1", "--submissions", "labs"], "--isolated"),
        (["grade", "--isolated", "--submissions", "labs"], "--lab"),
        (["grade", "--isolated", "--lab", "1", "--seconds", "0"], "--seconds"),
        (["grade", "--isolated", "--lab", "1", "--impl", "solutions"], "--impl"),
        (["grade", "--isolated", "--lab", "1", "--submissions", "missing"], "missing"),
        (["dance"], "dance"),
        ([], "command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_gives_one_line_and_status_2(scratch: Course, arguments: list[str], named: str) -> None:
    run = labkit(*arguments, course=scratch)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert named in run.stderr


def test_outside_a_checkout_is_bad_input(tmp_path: Path) -> None:
    run = labkit("grade", course=Course(tmp_path))
    assert run.returncode == 2
    assert "not inside the course" in run.stderr


def test_untouched_stubs_are_not_started_and_leave_nothing_behind(scratch: Course) -> None:
    run = labkit("verify", course=scratch)
    assert run.returncode == 1
    assert len(re.findall(r"not started", run.stdout)) == len(scratch.labs)
    assert re.search(r"next: src/ropelab/frequencies\.py:\d+ write rope_frequencies", run.stdout)
    assert "Traceback" not in run.stdout + run.stderr
    assert not list(scratch.root.glob("experiments/*/manifest.json"))


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("import numpy\ndef rope_frequencies(:\n", 2, "SyntaxError"),
        ("x = 1\nraise RuntimeError('at import')\n", 2, "RuntimeError: at import"),
        ("import torch_that_nobody_has\n", 1, "ModuleNotFoundError"),
    ],
    ids=["syntax error", "exception at import", "missing import"],
)
def test_a_module_that_cannot_be_loaded_is_named_with_file_and_line(
    scratch: Course, text: str, line: int, what: str
) -> None:
    scratch.labs[0].stub.write_text(text)
    for command in (["grade", "--lab", "1"], ["verify", "--lab", "1"]):
        run = labkit(*command, course=scratch)
        assert run.returncode == 1
        assert f"src/ropelab/frequencies.py:{line}" in run.stdout
        assert what in run.stdout
        assert "Traceback" not in run.stdout + run.stderr


def test_code_that_exits_fails_its_lab_and_says_so(scratch: Course) -> None:
    stub = scratch.labs[0].stub
    stub.write_text(scratch.labs[0].solution.read_text() + "\nimport os\nos._exit(0)\n")
    run = labkit("verify", "--lab", "1", course=scratch)
    assert run.returncode == 1
    assert "ended early" in run.stdout


def test_a_wrong_answer_fails_verify_and_keeps_the_evidence(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text().replace("** (-2.0 * pairs", "** (2.0 * pairs"))
    run = labkit("verify", "--lab", "1", course=scratch)
    assert run.returncode == 1
    assert "failing" in run.stdout
    assert "next: src/ropelab/frequencies.py" in run.stdout
    assert json.loads((lab.experiment / "manifest.json").read_text())["verified"] is False
    assert (lab.experiment / "verify_output.txt").read_text() in run.stdout


def test_a_later_lab_never_borrows_the_reference(scratch: Course) -> None:
    lab = scratch.lab("02-cache")
    lab.stub.write_text(lab.solution.read_text())
    run = labkit("verify", "--lab", "2", course=scratch)
    assert run.returncode == 1
    assert re.search(r"next: src/ropelab/frequencies\.py:\d+", run.stdout)


def test_a_failed_check_shows_the_call_then_shape_or_dtype_then_values(scratch: Course) -> None:
    lab = scratch.labs[0]
    right = lab.solution.read_text()
    shape = right.replace("np.arange(d_head // 2", "np.arange(d_head")
    dtype = right.replace("** (-2.0 * pairs / d_head)", "** (-2.0 * pairs / d_head).astype(np.float32)").replace(
        "return np.asarray(base, dtype=np.float64)", "return np.float32(base)"
    )
    values = right.replace("-2.0 * pairs / d_head", "-1.0 * pairs / d_head")
    for text, wanted in ((shape, "shape ("), (dtype, "dtype float32"), (values, "values differ, the first at [1]")):
        lab.stub.write_text(text)
        run = labkit("grade", "--lab", "1", course=scratch)
        assert run.returncode == 1
        assert re.search(r"rope_frequencies\(\d+", run.stdout)
        assert wanted in run.stdout


def test_a_submission_is_charged_for_an_earlier_mistake_once(scratch: Course, tmp_path: Path) -> None:
    folder = tmp_path / "student" / "src" / "ropelab"
    folder.mkdir(parents=True)
    for lab in scratch.labs:
        text = lab.solution.read_text()
        wrong = text.replace("-2.0 * pairs", "2.0 * pairs") if lab.module == "frequencies" else text
        (folder / lab.stub.name).write_text(wrong)
    submission = ["--submission", str(tmp_path / "student"), "--json", "-"]
    first = json.loads(labkit("grade", "--lab", "1", *submission, course=scratch).stdout)
    second = json.loads(labkit("grade", "--lab", "2", *submission, course=scratch).stdout)
    assert first["points"] < first["max_points"]
    assert second["points"] == second["max_points"] == 12


def test_json_goes_to_a_file_whole(scratch: Course) -> None:
    run = labkit("grade", "--lab", "01-frequencies", "--impl", "solutions", "--json", "out.json", course=scratch)
    assert run.returncode == 0
    written = json.loads((scratch.root / "out.json").read_text())
    assert set(written) == {"lab", "points", "max_points", "tasks"}
    assert set(written["tasks"][0]) == {"task", "points", "max_points", "tests"}
    assert set(written["tasks"][0]["tests"][0]) == {"name", "outcome", "message"}
    assert not list(scratch.root.glob(".out.json*"))


def test_grading_does_not_import_matplotlib(scratch: Course) -> None:
    program = (
        "import sys; from labkit.cli import main; main(['grade', '--lab', '1']); sys.exit('matplotlib' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=scratch.root, capture_output=True, check=False)
    assert run.returncode == 0


def test_a_student_who_finishes_a_lab_is_told_so(scratch: Course) -> None:
    lab = scratch.labs[0]
    lab.stub.write_text(lab.solution.read_text())
    run = labkit("verify", "--lab", "1", course=scratch)
    assert run.returncode == 0
    assert re.search(r"01-frequencies\s+done\s+\d of \d checks hold", run.stdout)
    content = json.loads((lab.experiment / "manifest.json").read_text())
    assert (content["verified"], content["implementation"]) == (True, "src")
    assert not list(lab.experiment.glob(".run-*"))


def test_an_endless_loop_is_stopped_by_an_interrupt_without_a_trace(scratch: Course) -> None:
    lab = scratch.labs[0]
    looping = lab.solution.read_text().replace(
        "    pairs = np.arange", "    while True:\n        pass\n    pairs = np.arange"
    )
    lab.stub.write_text(looping)
    command = [sys.executable, "-m", "labkit", "verify", "--lab", "1"]
    with subprocess.Popen(
        command, cwd=scratch.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        assert run.stdout is not None
        first = run.stdout.readline()
        os.killpg(run.pid, signal.SIGINT)
        rest = run.stdout.read()
    assert first.startswith("Lab 01-frequencies")
    assert run.returncode == 130
    assert rest.splitlines()[-1] == "labkit: stopped"
    assert "Traceback" not in rest
    assert sorted(path.name for path in lab.experiment.iterdir()) == ["README.md", "verify.py"]


def test_missing_expected_values_are_bad_input_that_says_what_to_run(scratch: Course) -> None:
    scratch.labs[0].golden.unlink()
    run = labkit("grade", "--lab", "1", "--impl", "solutions", course=scratch)
    assert run.returncode == 2
    assert "tests/golden/frequencies.npz is missing or unreadable: run `make golden`" in run.stderr
    assert "Traceback" not in run.stderr
