"""The quiz, the experiment and its evidence in a notebook, on the student's own machine."""

import json

import numpy as np
import pytest
from support import labkit
from support_notebook import append, opened

from labkit.labs import Course, Lab
from labkit.notebook import check_evidence, check_quiz, run_experiment, show_plots


@pytest.fixture
def lab(scratch: Course, monkeypatch: pytest.MonkeyPatch) -> Lab:
    return opened(scratch, "01", monkeypatch)


def test_a_quiz_answer_is_read_back_where_there_are_no_answers_to_mark_it_by(lab: Lab) -> None:
    (lab.course / "solutions" / "written" / f"{lab.name}.toml").unlink()
    for answer, told in (
        (None, "Not answered yet"),
        ((64,), "Recorded: (64,), a tuple. It is marked when you hand in."),
        (True, "Recorded: True, a truth value."),
        ("b", "Recorded: &#x27;b&#x27;, a text."),
        (np.ones(3), "Not read as it stands"),
    ):
        points = check_quiz(2, answer)
        assert points == 0.0
        assert told in points.report
    for number in (0, 4, "first"):
        assert "it has 3" in check_quiz(number, 1).report  # type: ignore[arg-type]


def test_a_quiz_answer_is_marked_where_the_answers_are_at_hand(lab: Lab) -> None:
    from labkit.questions.catalogue import answers

    key = answers(Course(lab.course), lab).quiz[0]
    assert check_quiz(1, key.answer) == 1.0
    assert "1 of 1 points" in check_quiz(1, key.answer).report
    wrong = check_quiz(1, "no such thing")
    assert wrong == 0.0
    assert "0 of 1 points" in wrong.report
    assert "Not answered yet" in check_quiz(1, None).report


def test_the_experiment_runs_as_the_command_runs_it_and_its_evidence_counts_until_the_module_changes(
    scratch: Course, lab: Lab, capfd: pytest.CaptureFixture[str]
) -> None:
    assert "There is no manifest yet" in check_evidence().report
    run_experiment()
    assert "not started" in capfd.readouterr().out
    show_plots()
    assert "spectrum.png is not drawn yet: run_experiment() draws it" in capfd.readouterr().out
    append(lab, "\n")
    run_experiment()
    shown = capfd.readouterr()
    assert shown.err == ""
    assert shown.out.startswith((lab.experiment / "verify_output.txt").read_text())
    assert "01-frequencies  done  " in shown.out
    assert labkit("verify", "--lab", "01", course=scratch).stdout.startswith(
        (lab.experiment / "verify_output.txt").read_text()
    )
    assert check_evidence() == 1.0
    show_plots()
    assert (
        capfd.readouterr().out
        == "experiments/01-frequencies/spectrum.png\nexperiments/01-frequencies/wavelengths.png\n"
    )
    append(lab, "\n# changed\n")
    points = check_evidence()
    assert points == 0.0
    assert "belongs to another version of src/ropelab/frequencies.py" in points.report
    assert "make verify LAB=01-frequencies" in points.report


def test_evidence_that_is_not_sound_is_refused_with_its_reason(lab: Lab) -> None:
    append(lab, "\n")
    run_experiment()
    path = lab.experiment / "manifest.json"
    sound = json.loads(path.read_text())
    failed = [sound["checks"][0] | {"holds": False}]
    for content, reason in (
        (sound, "The manifest is in order"),
        (sound | {"verified": False, "checks": failed}, f"the first check that does not hold: {failed[0]['claim']}"),
        (sound | {"verified": False}, "it ended early"),
        (sound | {"implementation": "solutions"}, "The manifest says that solutions was run, not src."),
        (sound | {"verified": 1}, "Verified is missing or not bool"),
        (sound | {"experiment": "02-cache"}, "Experiment is 02-cache, not 01-frequencies"),
        (sound | {"files": [1]}, "is not a manifest as the experiment writes it"),
        ([], "is not a manifest as the experiment writes it"),
    ):
        path.write_text(json.dumps(content))
        points = check_evidence()
        assert reason in points.report
        assert points == float(content is sound)
    path.write_bytes(b"\xff")
    assert "is not a manifest as the experiment writes it" in check_evidence().report
    path.write_text(json.dumps(sound))
    (lab.experiment / "spectrum.png").write_bytes(b"another picture")
    assert "spectrum.png is not the file that the run wrote" in check_evidence().report
