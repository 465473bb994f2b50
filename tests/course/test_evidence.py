"""Manifests are valid, figures come out byte for byte the same, and a changed file is noticed."""

import json
from pathlib import Path

import numpy as np
import pytest
from support import labkit

from labkit import manifest
from labkit.experiment import Experiment
from labkit.labs import Course


@pytest.fixture(scope="module")
def two_runs(course: Course, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Every experiment run twice on the reference."""
    folders = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    for folder in folders:
        run = labkit("verify", "--impl", "solutions", "--out", str(folder), course=course)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "Everything asked for is verified." in run.stdout
    return folders


def test_manifests_are_valid_and_name_every_figure_and_result(course: Course, two_runs: tuple[Path, Path]) -> None:
    for lab in course.labs:
        folder = two_runs[0] / lab.name
        assert manifest.problems(folder, lab) == []
        content = json.loads((folder / "manifest.json").read_text())
        assert content["verified"] is True
        assert content["implementation"] == "solutions"
        assert set(content["results_summary"]) == set(lab.facts["results"])
        drawn = {entry["name"] for entry in content["files"]} - {"verify_output.txt"}
        assert drawn == set(lab.facts["figures"])


def test_figures_without_clock_times_reproduce_byte_for_byte(course: Course, two_runs: tuple[Path, Path]) -> None:
    compared = 0
    for lab in course.labs:
        for entry in json.loads((two_runs[0] / lab.name / "manifest.json").read_text())["files"]:
            if entry["name"].endswith(".png") and not entry["timed"]:
                first, second = ((folder / lab.name / entry["name"]).read_bytes() for folder in two_runs)
                assert first == second, entry["name"]
                compared += 1
    assert compared >= len(course.labs)


def test_a_changed_or_missing_file_is_noticed(course: Course, two_runs: tuple[Path, Path]) -> None:
    lab = course.lab("04-relative")
    folder = two_runs[1] / lab.name
    (folder / "verify_output.txt").write_text("all is well\n")
    (folder / "relative_position_demo.png").unlink()
    found = manifest.problems(folder, lab)
    assert any("verify_output.txt is not the file" in line for line in found)
    assert any("relative_position_demo.png is missing" in line for line in found)


def test_results_that_json_cannot_say_become_text(tmp_path: Path) -> None:
    experiment = Experiment(tmp_path)
    for name, value in {"a": np.float32(0.5), "b": np.nan, "c": 1j, "d": np.array([1.0, np.inf]), "e": None}.items():
        experiment.result(name, value)
    assert experiment.record.results_summary == {"a": 0.5, "b": "nan", "c": "1j", "d": [1.0, "inf"], "e": None}
    json.dumps(experiment.record.as_json(), allow_nan=False)
