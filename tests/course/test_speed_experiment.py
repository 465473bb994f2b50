"""Lab 08's experiment: it measures what the record of the reference names, and fails a wrong module without timing it."""

import ast
import json
import math
import runpy
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support import labkit

from labkit.classroom.assembly.assignment import public_files
from labkit.classroom.assembly.bundle import students_machinery
from labkit.experiment import Experiment
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, Lab
from labkit.speed import charts, forms, printed, torch_forms
from labkit.speed.torch_forms import LABELS, Torch

TINY = (1, 32, 2, 12)


@pytest.fixture
def lab(course: Course) -> Lab:
    return course.lab("08-speed")


@pytest.fixture
def modules(course: Course) -> Iterator[SimpleNamespace]:
    """The reference, loaded anew so that a test can put a wrong function into it."""
    code = Implementation(course_files(course, "solutions"), course.root)
    loaded = SimpleNamespace(speed=code.load("speed"), forward=code.load("forward"))
    with code.active():
        yield loaded


@pytest.fixture
def record(lab: Lab) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((lab.experiment / "reference.json").read_text())
    return content


def tiny_forms(modules: SimpleNamespace) -> tuple[forms.Arrays, dict[str, forms.Form]]:
    arrays = forms.Arrays(TINY)
    return arrays, forms.numpy_forms(arrays, modules.speed, modules.forward.apply_rotary_pos_emb)


def run(lab: Lab, folder: Path, quick: bool) -> Experiment:
    experiment = Experiment(folder, quick=quick)
    runpy.run_path(str(lab.experiment / "verify.py"), run_name="experiment")["run"](experiment)
    return experiment


def test_the_record_has_exactly_the_forms_that_are_measured(record: dict[str, Any], modules: SimpleNamespace) -> None:
    assert [*record["ratios"]] == [*tiny_forms(modules)[1], *LABELS]
    assert record["ratios"]["copy"] == 1.0
    assert all(isinstance(ratio, float) and 0 < ratio < math.inf for ratio in record["ratios"].values())


def test_the_record_says_what_it_was_made_with(record: dict[str, Any]) -> None:
    assert tuple(record["shape"]) == forms.SHAPE
    assert record["threads"] == 1
    assert record["numpy"] == np.__version__, "record it again: make record"
    assert record["allocator"] == {"numpy": "the system's default", "torch": "freed memory is kept"}
    assert all(record[name] for name in ("processor", "python", "torch"))


def test_every_form_but_the_copy_is_a_timed_result(lab: Lab, modules: SimpleNamespace) -> None:
    names = [f"{name}_time_over_copy" for name in tiny_forms(modules)[1] if name != forms.COPY]
    assert lab.facts["timed_results"] == names
    assert [name for name in lab.facts["results"] if name in names] == names


def test_the_tolerances_are_the_experiments_own_bounds(lab: Lab, modules: SimpleNamespace) -> None:
    assert modules
    names = runpy.run_path(str(lab.experiment / "verify.py"))
    assert lab.facts["tolerances"] == {
        "rotation_table_error_at_one_million": pytest.approx(names["TABLE_BOUND"], rel=0.005),
        "two_level_table_error_at_one_million": pytest.approx(names["TABLE_BOUND"], rel=0.005),
        "rotation_max_diff": pytest.approx(names["ROTATION_BOUND"], rel=0.005),
    }


def test_a_quick_run_makes_every_result_that_is_not_timed_and_draws_nothing(
    lab: Lab, modules: SimpleNamespace, tmp_path: Path
) -> None:
    assert modules
    found = run(lab, tmp_path, quick=True).record
    assert {*found.results_summary} == {*lab.facts["results"]} - {*lab.facts["timed_results"]}
    assert all(check["holds"] for check in found.checks)
    assert not [*tmp_path.iterdir()]


def in_float32(positions: Any, inv_freq: Any) -> Any:
    angles = np.multiply.outer(np.float32(positions), np.float32(inv_freq))
    return np.exp(1j * angles).astype(np.complex64)


WRONG: dict[str, tuple[str, Callable[[Any], Callable[..., Any]], str]] = {
    "angles in float32": ("rotation_table", lambda _: in_float32, "rotation_table: right to float32 rounding"),
    "a table of NaN": (
        "rotation_table",
        lambda right: lambda *given: right(*given) * np.complex64(np.nan),
        "rotation_table: right to float32 rounding",
    ),
    "a wide table": (
        "rotation_table",
        lambda right: lambda *given: right(*given).astype(complex),
        "rotation_table is complex64",
    ),
    "another direction": (
        "rotate_complex",
        lambda right: lambda x, table, *given, **named: right(x, table.conj(), *given, **named),
        "rotate_complex, new array, both layouts of memory",
    ),
    "nothing is rotated": (
        "rotate_in_place",
        lambda _: lambda x, *_, **__: x,
        "rotate_in_place, both layouts of memory",
    ),
    "a copy is rotated": (
        "rotate_in_place",
        lambda right: lambda x, *given, **named: right(x.copy(), *given, **named),
        "rotate_in_place, both layouts of memory",
    ),
    "x comes back as a copy": (
        "rotate_blocked",
        lambda right: lambda *given, **named: right(*given, **named).copy(),
        "what comes back is out, x itself, or a new array",
    ),
    "the new array is x": (
        "rotate_complex",
        lambda right: lambda x, table, out=None, **named: x if out is None else right(x, table, out, **named),
        "what comes back is out, x itself, or a new array",
    ),
    "x is overwritten": (
        "rotate_half_blocked",
        lambda right: lambda x, *given, **named: (right(x, *given, **named), x.fill(0))[0],
        "x is left as it was where another array is written",
    ),
    "nothing comes back": (
        "rotate_half_blocked",
        lambda right: lambda *given, **named: [right(*given, **named)][1:] or None,
        "what comes back is out, x itself, or a new array",
    ),
    "pairs in another order": (
        "complex_pairs",
        lambda right: lambda *given: right(*given)[..., ::-1],
        "complex_pairs: a view, and features 2i and 2i + 1 are number i",
    ),
    "pairs that are a copy": (
        "complex_pairs",
        lambda right: lambda *given: right(*given).copy(),
        "complex_pairs: a view, and features 2i and 2i + 1 are number i",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_function_fails_its_check_and_nothing_is_timed(
    lab: Lab, modules: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    name, make, claim = WRONG[wrong]
    setattr(modules.speed, name, make(getattr(modules.speed, name)))
    found = run(lab, tmp_path, quick=False).record
    failed = [check["claim"] for check in found.checks if not check["holds"]]
    assert any(one.startswith(claim) for one in failed), failed
    assert not found.figures
    assert not [one for one in found.results_summary if "time" in one]
    assert "Nothing is timed" in capsys.readouterr().out


def test_every_form_that_is_timed_rotates_and_one_that_does_not_is_noticed(modules: SimpleNamespace) -> None:
    arrays, ways = tiny_forms(modules)
    rotating = {name: form for name, form in ways.items() if form.layout}
    assert {name for name, form in rotating.items() if not forms.disagreement(arrays, form) <= 1} == set()
    arrays.sin *= -1
    noticed = {name for name, form in rotating.items() if forms.disagreement(arrays, form) > 1}
    assert noticed == {"textbook", "rotate_half_blocked", "rotate_half_blocked_bhsd"}


@pytest.mark.parametrize(("high", "said"), [(1.4e-3, False), (1.6e-3, True)])
def test_a_machine_that_was_doing_something_else_is_noticed(
    modules: SimpleNamespace, capsys: pytest.CaptureFixture[str], high: float, said: bool
) -> None:
    arrays, ways = tiny_forms(modules)
    printed.print_forms(arrays, ways, replace(forms.measure(arrays, ways), copies=(1e-3, high)))
    assert ("something else was running" in capsys.readouterr().out) is said


def test_torch_is_left_out_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_forms, "find_spec", lambda _: None)
    assert torch_forms.measure_torch(TINY) is None


def test_a_torch_that_does_not_work_is_said_and_costs_no_check(
    lab: Lab,
    modules: SimpleNamespace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert modules
    monkeypatch.setattr(torch_forms, "find_spec", lambda _: True)
    monkeypatch.setattr(torch_forms, "sys", SimpleNamespace(executable="/bin/false"))
    monkeypatch.setattr(forms, "SHAPE", TINY)
    found = run(lab, tmp_path, quick=False).record
    assert "torch is installed, but its forms cannot be measured" in capsys.readouterr().out
    assert all(check["holds"] for check in found.checks)
    assert found.config["torch"] is None


@pytest.mark.parametrize("installed", [True, False])
def test_the_bar_chart_is_drawn_with_torch_and_without(
    modules: SimpleNamespace, record: dict[str, Any], tmp_path: Path, installed: bool
) -> None:
    arrays, ways = tiny_forms(modules)
    measured = forms.measure(arrays, ways)
    torch = Torch("2", 1, "kept", dict.fromkeys(LABELS, 1.0), dict.fromkeys(LABELS, 40.0)) if installed else None
    labels = {name: form.label for name, form in ways.items()}
    experiment = Experiment(tmp_path)
    charts.draw_ratios(experiment, measured.ratios, torch, record, labels)
    assert (tmp_path / "ratios.png").is_file()
    assert experiment.record.figures == [{"name": "ratios.png", "timed": True}]


def test_students_receive_the_record_and_all_that_the_experiment_imports(course: Course, lab: Lab) -> None:
    assert lab.experiment / "reference.json" in public_files(lab)
    assert not [path for path in public_files(course.lab("07")) if path.name == "reference.json"]
    machinery = {path.relative_to(course.root / "src").with_suffix("") for path in students_machinery(course)}
    wanted = set()
    for node in ast.walk(ast.parse((lab.experiment / "verify.py").read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("labkit"):
            place = Path(*node.module.split("."))
            inside = {place / name.name for name in node.names}
            known = {path for path in inside if (course.root / "src" / path).with_suffix(".py").is_file()}
            wanted |= known or {place}
    assert Path("labkit/speed/torch_forms") in wanted
    assert wanted <= machinery


def test_the_next_step_after_a_failed_check_is_a_function_that_the_student_writes(scratch: Course, lab: Lab) -> None:
    module = scratch.lab(lab.name).stub
    text = lab.solution.read_text()
    module.write_text(text.replace("factors = table[:, None]", "factors = table.conj()[:, None]"))
    printed = labkit("verify", "--lab", "08", course=scratch).stdout
    first = text[: text.index("def rotation_table(")].count("\n") + 1
    assert f"speed.py:{first}; make grade LAB=08-speed says which function" in printed
