"""How experiments measure: turns, ratios within a round, what a machine says of itself, and how tables grow."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from labkit import machine
from labkit.speed import growth
from labkit.timing import ratios_to, seconds_in_turns


def named(calls: list[str], name: str) -> Callable[[], None]:
    return lambda: calls.append(name)


def test_every_function_has_one_turn_in_every_round_and_no_round_is_like_all_others() -> None:
    calls: list[str] = []
    names = ["a", "b", "c", "d"]
    times = seconds_in_turns({name: named(calls, name) for name in names}, rounds=9)
    assert {name: len(turns) for name, turns in times.items()} == dict.fromkeys(names, 9)
    orders = [tuple(calls[start : start + 4]) for start in range(0, 36, 4)]
    assert all(sorted(order) == names for order in orders)
    assert len(set(orders)) > 3


def test_when_the_time_is_over_three_rounds_have_been_run() -> None:
    assert len(seconds_in_turns({"a": lambda: None}, rounds=9, budget=-1.0)["a"]) == 3


def test_ratios_are_formed_within_a_round_so_that_a_slow_round_does_not_count() -> None:
    times = {"copy": [1.0, 2.0, 50.0], "twice": [2.0, 4.0, 100.0], "once slow": [3.0, 600.0, 150.0]}
    assert ratios_to(times, "copy") == {"copy": 1.0, "twice": 2.0, "once slow": 3.0}


def test_the_processor_s_name_is_what_linux_knows_or_else_the_architecture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    information = tmp_path / "cpuinfo"
    information.write_text("processor\t: 0\nmodel\t: 2\nmodel name\t: Fast 9000 @ 3 GHz: B\nmodel name\t: another\n")
    assert machine.processor_name(information) == "Fast 9000 @ 3 GHz: B"
    monkeypatch.setattr("platform.processor", lambda: "")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert machine.processor_name(tmp_path / "nothing") == "arm64"
    monkeypatch.setattr("platform.processor", lambda: "arm")
    information.write_text("model name\t:\n")
    assert machine.processor_name(information) == "arm"


def test_thread_settings_are_those_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in machine.THREADS:
        monkeypatch.delenv(name, raising=False)
    assert [*machine.thread_settings()] == ["processors"]
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    settings = machine.thread_settings()
    assert settings.pop("OMP_NUM_THREADS") == "3"
    assert isinstance(settings["processors"], int) and settings["processors"] >= 1


def test_caches_for_data_are_named_by_their_level(tmp_path: Path) -> None:
    for number, facts in enumerate((("Data", "1", "48K"), ("Instruction", "1", "32K"), ("Unified", "3", "2M"))):
        folder = tmp_path / f"index{number}"
        folder.mkdir()
        for name, value in zip(("type", "level", "size"), facts, strict=True):
            (folder / name).write_text(value + "\n")
    (tmp_path / "index7").mkdir()
    assert machine.data_caches(tmp_path) == {"L1": 49152, "L3": 2097152}
    assert machine.data_caches(tmp_path / "nothing") == {}


def test_two_levels_give_the_table_of_one_at_any_position() -> None:
    inv_freq = 500000.0 ** (-np.arange(0, 20, 2) / 20)
    first, count = 3907 * growth.ROWS, 3 * growth.ROWS
    angles = np.multiply.outer(np.arange(first, first + count), inv_freq)
    difference = growth.two_level_rows(first, count, inv_freq) - np.exp(1j * angles)
    # The cast, and three angles each off by half an eps of at most 1.01e6 radians.
    bound = 2.0**-25 + np.finfo(np.float64).eps * (2 * 1.01e6 + 16)
    assert max(np.abs(difference.real).max(), np.abs(difference.imag).max()) <= bound


def test_each_policy_computes_the_rows_that_its_name_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "SAMPLES", (1, 600))
    monkeypatch.setattr(growth, "RUNS", 1)
    asked: list[int] = []
    costs = growth.growth_costs(
        np.ones(2), 10.0, counting(asked), lambda *_, **__: SimpleNamespace(ensure_length=len_of)
    )
    assert [cost.integrated for cost in costs] == [True, True, *5 * [False]]
    appended, doubled, preallocated, rows = asked[:2], asked[2:5], asked[5], asked[6:]
    assert appended == [1, 1]
    assert doubled == [256, 256, 512]
    assert preallocated == 600
    assert rows == 600 * [1]
    assert all(cost.total >= cost.worst >= 0 for cost in costs if not cost.integrated)


def counting(asked: list[int]) -> Callable[..., Any]:
    def table(positions: Any, inv_freq: Any) -> Any:
        asked.append(len(positions))
        return np.ones((len(positions), len(inv_freq)), np.complex64)

    return table


def len_of(_length: int) -> None:
    """A cache that has all rows already."""


def test_a_total_that_is_integrated_is_the_area_under_straight_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {1: 0.5, 101: 1.5, 301: 3.5}
    monkeypatch.setattr(growth, "_seconds", lambda _, position: seconds[position + 1])
    cost = growth._integrated("linear", lambda _: lambda _: None, (1, 101, 301))
    assert cost == growth.Cost("linear", 100 * 1.0 + 200 * 2.5, 3.5, integrated=True)
