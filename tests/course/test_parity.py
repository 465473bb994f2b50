"""What ``make parity`` answers to whoever runs it: its exit status and what it says. The peers themselves are not needed."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import page
import pytest
import run as parity
from row import Row, compare


def rows(*bounds: float) -> list[Row]:
    """Rows whose sides are 0.25 apart."""
    return [
        compare(("peer", f"row {n}", "float64", "ours"), [1.25], np.array([1.0]), bound)
        for n, bound in enumerate(bounds)
    ]


def run(monkeypatch: pytest.MonkeyPatch, found: Sequence[Row], *arguments: str) -> int:
    monkeypatch.setattr(parity, "PEERS", {"onnx": "onnx"})
    monkeypatch.setattr(parity, "all_rows", lambda: iter(found))
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    return parity.main()


def test_rows_within_their_bounds_end_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, rows(0.25, 1.0)) == 0
    assert "2 comparisons, none outside what rounding allows." in capsys.readouterr().out


def test_a_row_outside_its_bound_ends_with_1_and_is_marked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, rows(0.25, 0.2)) == 1
    shown = capsys.readouterr().out
    assert re.search(r"row 0 .* ok\s*\n.*row 1 .* OUTSIDE", shown)
    assert "2 comparisons, 1 outside what rounding allows." in shown


@pytest.mark.parametrize(("bounds", "status"), [((0.25, 0.5), 0), ((0.25, 0.2), 1)])
def test_a_page_is_written_when_all_rows_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bounds: tuple[float, ...], status: int
) -> None:
    path = tmp_path / "page.md"
    before = f"{page.BEGIN}\n{page.END}\n"
    path.write_text(before)
    assert run(monkeypatch, rows(*bounds), "--write", str(path)) == status
    if status:
        assert path.read_text() == before
    else:
        _, lines = page.written(path)
        assert [line[1] for line in lines] == ["row 0", "row 1"]
        assert re.search(
            r"Measured on \d{4}-\d\d-\d\d, Python 3\.\d+\.\d+ on \w+: numpy [\d.]+, onnx [\d.]+\.", path.read_text()
        )


@pytest.mark.parametrize(("name", "reason"), [("page.md", "must hold"), ("absent.md", "No such file")])
def test_a_page_that_cannot_take_the_table_ends_with_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "page.md").write_text("no markers\n")
    assert run(monkeypatch, rows(0.25), "--write", str(tmp_path / name)) == 2
    said = capsys.readouterr().err
    assert said.startswith("parity: ")
    assert said.count("\n") == 1
    assert name in said
    assert reason in said


def test_missing_peers_end_with_2_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parity, "PEERS", {"onnx": "onnx", "no_such_peer": "no-such-peer", "nor_this": "nor-this"})
    monkeypatch.setattr(sys, "argv", ["run.py"])
    assert parity.main() == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "parity: not installed: no-such-peer, nor-this; `make parity` installs what it needs\n"
