"""Experiment 08: how near each way to rotate comes to a copy of the same array, and what tables for a million positions cost.

What is checked is checked on small arrays, against float64. What is timed is timed afterwards, in turns, and never checked.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.experiment import Experiment, largest_difference
from ropelab import speed
from ropelab.cache import RotaryCache
from ropelab.forward import apply_rotary_pos_emb

Array = NDArray[Any]

MODEL_D = 128
BASES = {"Llama 2": 10000.0, "Kimi-K2": 50000.0, "Llama 3": 500000.0}
FAR, SHOWN = 1_000_000, (4096, 131_072, 1_000_000)
BATCH, TOKENS, HEADS, D = 2, 37, 3, 20
TABLE_ROWS = 32_768
EPS = float(np.finfo(np.float64).eps)
# Casting a finished cosine rounds it by at most 2**-25. Either side has an angle off by half an eps of its size: below FAR
# radians, in three parts at most. Cosines, sines and one complex product round to a few eps.
TABLE_BOUND = 2.0**-25 + EPS * (2 * FAR + 16)
# Features lie between -1 and 1. In a cos - b sin the table, the product and the sum round by half an eps each, of at most
# |a| + |b|; float64 and terms in eps squared are far below the hundredth that is left.
ROTATION_BOUND = 2 * 3.01 * 2.0**-24
# A result has at most the length of its pair, sqrt(2); float16 keeps 11 bits of it.
FLOAT16_BOUND = ROTATION_BOUND + math.sqrt(2.0) * 2.0**-11

Call = Callable[[Array, Array], tuple[object, Array | None]]


def run(experiment: Experiment) -> None:
    """Tables up to a million positions, every function beside float64, then times."""
    experiment.config(model_d_head=MODEL_D, bases=list(BASES.values()), far=FAR)
    experiment.config(shape=[BATCH, TOKENS, HEADS, D], table_rows=TABLE_ROWS)
    errors = compare_tables(experiment)
    check_rotations(experiment)
    if experiment.quick:
        return
    if not all(check["holds"] for check in experiment.record.checks):
        print("\nNothing is timed: the time of a function that does something else says nothing.")
        return
    draw_tables(experiment, errors)
    measure(experiment)


def frequencies(d_head: int, base: float) -> NDArray[np.float64]:
    """The inverse frequencies, independent of the student's code."""
    return np.asarray(base ** (-np.arange(0, d_head, 2) / d_head))


def cis(positions: Array, inv_freq: Array) -> NDArray[np.complex128]:
    """cos + i sin of every position's angles, in float64."""
    return np.asarray(np.exp(1j * np.multiply.outer(positions, inv_freq)))


def two_level(positions: Array, inv_freq: Array) -> NDArray[np.complex64]:
    """The same by cis(256 a + b) = cis(256 a) cis(b), cast at the end."""
    b = positions % 256
    return (cis(positions - b, inv_freq) * cis(b, inv_freq)).astype(np.complex64)


def float32_angles(positions: Array, inv_freq: Array) -> NDArray[np.complex128]:
    """The same from angles in float32. Cosines and sines are float64, so that nothing but the angles is at fault."""
    angles = np.multiply.outer(positions.astype(np.float32), inv_freq.astype(np.float32))
    return np.asarray(np.exp(1j * angles.astype(np.float64)))


def far_positions() -> Array:
    """Sampled up to FAR: most of them near 0, the last hundred beside each other."""
    return np.unique([*np.geomspace(1, FAR, 400).astype(np.int64), *SHOWN, *range(FAR - 99, FAR + 1)])


def table_error(table: Array, exact: NDArray[np.complex128]) -> NDArray[np.float64]:
    """The largest error of a cosine or sine in each row; infinite where the table is of another shape or dtype."""
    if table.shape != exact.shape or not np.iscomplexobj(table):
        return np.full(len(exact), math.inf)
    difference = table - exact
    return np.asarray(np.maximum(np.abs(difference.real), np.abs(difference.imag)).max(axis=1))


def compare_tables(experiment: Experiment) -> dict[str, Array]:
    """Three ways to build a table, beside float64; returns the errors for the first base."""
    positions = far_positions()
    print(f"Largest error of a cosine or sine up to a position, beside float64: D = {MODEL_D}, sampled positions")
    print("  base                  position   float32 angles   rotation_table   two levels")
    first: dict[str, Array] = {}
    worst, right = {"rotation_table": 0.0, "two levels": 0.0}, True
    ways: dict[str, Callable[[Array, Array], Array]] = {
        "float32 angles": float32_angles,
        "rotation_table": speed.rotation_table,
        "two levels": two_level,
    }
    for name, base in BASES.items():
        inv_freq = frequencies(MODEL_D, base)
        exact, errors = cis(positions, inv_freq), {}
        for way, build in ways.items():
            table = build(positions, inv_freq)
            errors[way] = np.maximum.accumulate(table_error(table, exact))
            right &= way != "rotation_table" or table.dtype == np.complex64
        worst = {way: float(np.maximum(error, errors[way][-1])) for way, error in worst.items()}  # a NaN stays
        first = first or errors
        for position in SHOWN:
            row = int(np.searchsorted(positions, position))
            cells = "".join(f"{error[row]:17.1e}" for error in errors.values())
            print(f"  {base:9,.0f} {name:9s} {position:10,d}{cells}")
    experiment.result("float32_table_error_at_one_million", float(first["float32 angles"][-1]))
    experiment.result("rotation_table_error_at_one_million", worst["rotation_table"])
    experiment.result("two_level_table_error_at_one_million", worst["two levels"])
    experiment.check("rotation_table is complex64", right)
    for way, error in worst.items():
        experiment.check_error(f"{way}: right to float32 rounding up to position {FAR:,}", error, TABLE_BOUND)
    return first


def rotated(x: Array, angles: Array, half: bool) -> NDArray[np.float64]:
    """x rotated in float64; angles fit x up to its last dimension."""
    wide, size = x.astype(np.float64), x.shape[-1]
    order = np.arange(size).reshape(2, -1).T.ravel() if half else np.arange(size)
    pairs = wide[..., order]
    turned = (pairs[..., 0::2] + 1j * pairs[..., 1::2]) * np.exp(1j * angles)
    result = np.empty_like(wide)
    result[..., order[0::2]], result[..., order[1::2]] = turned.real, turned.imag
    return result


def check_rotations(experiment: Experiment) -> None:
    """Every function on small arrays in both layouts of memory, at positions in no order."""
    rng = experiment.rng()
    positions, inv_freq = rng.permutation(FAR)[:TOKENS], frequencies(D, 500000.0)
    angles = np.multiply.outer(positions.astype(np.float64), inv_freq)
    table, full = np.exp(1j * angles).astype(np.complex64), np.concatenate([angles, angles], axis=1)
    cos, sin = np.cos(full).astype(np.float32), np.sin(full).astype(np.float32)
    x = rng.uniform(-1, 1, (BATCH, TOKENS, HEADS, D)).astype(np.float32)
    print(f"\nEvery function beside float64: {BATCH} × {TOKENS} tokens, {HEADS} heads, D = {D}")
    pairs = speed.complex_pairs(x, "x")
    exact = largest_difference(pairs, x[..., 0::2] + 1j * x[..., 1::2]) == 0.0
    claim = "complex_pairs: a view, and features 2i and 2i + 1 are number i"
    experiment.check(claim, exact and np.shares_memory(pairs, x))

    def calls(axis: int) -> dict[str, Call]:
        return {
            "rotate_complex, new array": lambda x, _: (speed.rotate_complex(x, table, seq_axis=axis), None),
            "rotate_complex, out=": lambda x, out: (speed.rotate_complex(x, table, out, seq_axis=axis), out),
            "rotate_in_place": lambda x, _: (speed.rotate_in_place(x, table, seq_axis=axis), x),
            "rotate_blocked": lambda x, _: (speed.rotate_blocked(x, table, 5, seq_axis=axis), x),
            "rotate_blocked, float16": lambda x, _: (speed.rotate_blocked(x, table, 64, seq_axis=axis), x),
            "rotate_half_blocked": lambda x, out: (
                speed.rotate_half_blocked(x, cos, sin, out, seq_axis=axis, block=5),
                out,
            ),
        }

    worst, lost, overwritten = dict.fromkeys(calls(1), 0.0), set(), set()
    for axis in (1, 2):
        source = x if axis == 1 else np.ascontiguousarray(x.swapaxes(1, 2))
        for name, call in calls(axis).items():
            # The float16 array is every other feature of another, so that the features of a vector are not adjacent.
            given = source.astype(np.float16).repeat(2, axis=-1)[..., ::2] if "float16" in name else source.copy()
            before, out = given.copy(), np.full_like(given, np.nan)
            result, holder = call(given, out)
            held = result if holder is None else holder
            expected = rotated(before, angles[:, None] if axis == 1 else angles, "half" in name)
            worst[name] = max(worst[name], largest_difference(np.asarray(held), expected))
            if not (np.shares_memory(held, given) == (holder is given) and (holder is None or result is holder)):
                lost.add(name)
            if holder is not given and not np.array_equal(given, before):
                overwritten.add(name)
    for name, error in worst.items():
        bound = FLOAT16_BOUND if "float16" in name else ROTATION_BOUND
        experiment.check_error(f"{name}, both layouts of memory", error, bound)
    experiment.result("rotation_max_diff", max(error for name, error in worst.items() if "float16" not in name))
    for claim, wrong in (
        ("what comes back is out, x itself, or a new array", lost),
        ("x is left as it was where another array is written", overwritten),
    ):
        experiment.check(claim, not wrong, ", ".join(sorted(wrong)))


def draw_tables(experiment: Experiment, errors: dict[str, Array]) -> None:
    """The errors of compare_tables, both axes logarithmic."""
    from labkit.speed.charts import draw_table_accuracy

    draw_table_accuracy(experiment, far_positions(), errors)


def measure(experiment: Experiment) -> None:
    """All that depends on the clock. What it is measured with is not there where only results are made again."""
    from labkit import machine
    from labkit.errors import CourseError
    from labkit.speed import blocks, charts, forms, growth, printed, torch_forms
    from labkit.timing import seconds_in_turns

    experiment.config(processor=machine.processor_name(), threads=machine.thread_settings(), timed_shape=forms.SHAPE)
    print(f"\nTimes on {machine.processor_name()}, one thread: float32 of shape {forms.SHAPE}, tables ready")
    arrays = forms.Arrays(forms.SHAPE)
    ways = forms.numpy_forms(arrays, speed, apply_rotary_pos_emb)
    measured = forms.measure(arrays, ways)
    printed.print_forms(arrays, ways, measured)
    wrong = [name for name, error in measured.disagreements.items() if not error <= 1.0]
    experiment.check("each rotates at this shape, to float32 rounding", not wrong, ", ".join(wrong))
    for name, ratio in measured.ratios.items():
        if name != forms.COPY:
            experiment.result(f"{name}_time_over_copy", ratio)
    charts.draw_roofline(experiment, arrays, ways, measured, blocks.in_cache_peak())
    charts.draw_blocks(experiment, blocks.measure_blocks(arrays, speed), machine.data_caches())
    labels = {name: form.label for name, form in ways.items()}
    del arrays, ways  # torch's process wants as much memory

    try:
        torch = torch_forms.measure_torch(forms.SHAPE)
    except CourseError as error:  # no fault of the student's code
        torch = None
        print(f"\n{error}")
    else:
        printed.print_torch(torch)
    experiment.config(torch=None if torch is None else {"version": torch.version, "time_over_copy": torch.ratios})
    record = json.loads(Path(__file__).with_name("reference.json").read_text())
    charts.draw_ratios(experiment, measured.ratios, torch, record, labels)

    inv_freq = frequencies(MODEL_D, BASES["Llama 2"])
    rows = np.arange(TABLE_ROWS)
    times = seconds_in_turns(
        {
            "all in float32": lambda: growth.float32_rows(rows, inv_freq),
            "rotation_table": lambda: speed.rotation_table(rows, inv_freq),
            "two levels": lambda: growth.two_level_rows(0, TABLE_ROWS, inv_freq),
        },
        rounds=5,
    )
    printed.print_table_times(TABLE_ROWS, times)
    costs = growth.growth_costs(inv_freq, BASES["Llama 2"], speed.rotation_table, RotaryCache)
    printed.print_growth(costs)
    charts.draw_growth(experiment, costs)


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "08-speed"]))
