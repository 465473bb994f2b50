"""Experiment 02: what the tables look like, why their angles are float64, and what growing them costs."""

import math
import pickle
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.experiment import Experiment, largest_difference
from labkit.figures import COLOURS
from ropelab.cache import RotaryCache, precompute_freqs_cis, precompute_rope

Array = NDArray[Any]

T = 128
D = 64
BASE = 10000.0
MODEL_D = 128
FAR = 1_000_000
# A table of a million rows for a whole head takes a gigabyte. Three pairs show the same thing.
FAR_D = 6
TOKENS = 8192
# float64 cosines of angles below 200 radians: rounding stays below 1e-13, a wrong angle is off by tenths.
FLOAT64_BOUND = 1e-12
# Casting a finished cosine to float32 rounds it by at most 2**-25; the double covers the angle's own rounding.
FLOAT32_BOUND = 2.0**-24


def run(experiment: Experiment) -> None:
    """Check the tables, measure them at one million positions, and count the rows that growing computes."""
    experiment.config(rows=T, d_head=D, base=BASE, far_d_head=FAR_D, far_positions=FAR, tokens=TOKENS)
    cache = RotaryCache(D, T, BASE)
    check_tables(experiment, cache)
    draw_tables(experiment, cache)
    check_pickle(experiment)
    compare_precision(experiment)
    compare_growth(experiment)


def frequencies(d_head: int) -> NDArray[np.float64]:
    """The inverse frequencies, independent of the student's code."""
    return np.asarray(BASE ** (-np.arange(0, d_head, 2) / d_head))


def check_tables(experiment: Experiment, cache: RotaryCache) -> None:
    """Three forms of the same cosines and sines."""
    print(f"Tables for {T} positions, D = {D}, base {BASE:,.0f}")
    (cos, sin), cis = precompute_rope(T, D, BASE), precompute_freqs_cis(D, T, BASE)
    for name, table in (("cos", cos), ("sin", sin), ("freqs_cis", cis), ("cos_cached", cache.cos_cached)):
        print(f"  {name:<10}  shape {table.shape!s:<10}  {table.dtype}")

    angles = np.arange(T)[:, None] * frequencies(D)
    error = max(largest_difference(cos, np.cos(angles)), largest_difference(sin, np.sin(angles)))
    experiment.check_error("row p holds the cosines and sines of position p, in float64", error, FLOAT64_BOUND)
    error = largest_difference(cis, np.exp(1j * angles)) if cis.dtype == np.complex64 else math.inf
    experiment.check_error("the complex64 table is cos + i sin, cast at the end", error, FLOAT32_BOUND * math.sqrt(2))
    full = np.concatenate([angles, angles], axis=1)
    error = max(largest_difference(cache.cos_cached, np.cos(full)), largest_difference(cache.sin_cached, np.sin(full)))
    claim = "the cached tables hold every angle twice, the second half of a row a copy of the first"
    experiment.check_error(claim, error, FLOAT32_BOUND)


def draw_tables(experiment: Experiment, cache: RotaryCache) -> None:
    """Both tables as heat maps, positions downwards."""
    tables = {"cos_cached: slow pairs near 1": cache.cos_cached, "sin_cached: slow pairs near 0": cache.sin_cached}
    with experiment.figure("tables.png", columns=2, width=10.0, height=4.8) as panels:
        for axes, (title, table) in zip(panels, tables.items(), strict=True):
            image = axes.imshow(table, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
            axes.axvline(D / 2 - 0.5, color=COLOURS[7], linestyle="--", linewidth=1.5)
            axes.set_xticks([0, D // 2, D - 1])
            axes.set_xlabel(f"feature (from {D // 2} on: the same angles again)")
            axes.set_ylabel("position (tokens)")
            axes.set_title(title)
            axes.grid(False)
            axes.figure.colorbar(image, ax=axes, ticks=[-1, 0, 1])


def check_pickle(experiment: Experiment) -> None:
    """Tables are derived state: a checkpoint leaves them out."""
    short, long = (pickle.dumps(RotaryCache(D, rows, BASE)) for rows in (16, 4096))
    restored = pickle.loads(long)  # noqa: S301 - made two lines above
    fresh = RotaryCache(D, 4096, BASE)
    pairs = ((restored.cos_cached, fresh.cos_cached), (restored.sin_cached, fresh.sin_cached))
    same = all(np.array_equal(table, again) for table, again in pairs)
    print(f"\nPickled size\n    16 rows  {len(short):8,d} bytes\n  4096 rows  {len(long):8,d} bytes")
    # Only the lengths themselves differ, each an integer of a few bytes.
    experiment.check(
        "a pickled cache leaves its tables out, and unpickling builds the same ones again",
        abs(len(long) - len(short)) <= 32 and same,
        f"{len(long) - len(short)} bytes more for 4,080 more rows, tables equal: {same}",
    )


def float32_angles(positions: Array, d_head: int) -> tuple[Array, Array]:
    """The largest error over all pairs, at each position: of angles formed in float32, and of their cosines."""
    exact = positions[:, None] * frequencies(d_head)
    narrow = (positions[:, None].astype(np.float32) * frequencies(d_head).astype(np.float32)).astype(np.float64)
    return np.abs(narrow - exact).max(axis=1), np.abs(np.cos(narrow) - np.cos(exact)).max(axis=1)


def compare_precision(experiment: Experiment) -> None:
    """Float32 angles against float64, up to one million positions."""
    positions = np.unique(np.geomspace(1, FAR, 241).astype(np.int64))
    angle, cosine = float32_angles(positions, MODEL_D)
    experiment.result("float32_angle_error_at_one_million", float(angle[-1]))
    if not experiment.quick:  # a million rows take longer than all the rest, and the result does not need them
        compare_far_table(experiment, positions, angle, cosine)


def compare_far_table(experiment: Experiment, positions: Array, angle: Array, cosine: Array) -> None:
    """The student's table at the same positions."""
    cosine_small = float32_angles(positions, FAR_D)[1]
    table = RotaryCache(FAR_D, FAR + 1, BASE).cos_cached[positions, : FAR_D // 2]
    own = np.abs(table - np.cos(positions[:, None] * frequencies(FAR_D))).max(axis=1)

    print("\nLargest error over all pairs, against float64")
    print(f"              float32 angles, D = {MODEL_D}     your table, D = {FAR_D}")
    print("   position    radians       cosines       cosines")
    for position in (1, 100, 10_000, 100_000, FAR):
        i = int(np.searchsorted(positions, position))
        print(f"  {positions[i]:9,d}    {angle[i]:.1e}       {cosine[i]:.1e}       {own[i]:.1e}")
    claim = f"the table's cosines are right to float32 rounding up to position {FAR:,}"
    experiment.check_error(claim, float(own.max()), FLOAT32_BOUND)
    draw_precision(experiment, positions, cosine, cosine_small, own)


def draw_precision(experiment: Experiment, positions: Array, cosine: Array, small: Array, own: Array) -> None:
    """The three errors up to each position, both axes logarithmic."""
    lines = (
        (cosine, f"float32 angles, D = {MODEL_D}", COLOURS[1], "-"),
        (small, f"float32 angles, D = {FAR_D}", COLOURS[2], "--"),
        (own, f"your table, D = {FAR_D}", COLOURS[0], "-"),
    )
    with experiment.figure("float32_angles.png", width=8.5, height=5.0) as axes:
        for error, label, colour, style in lines:
            axes.loglog(positions, np.maximum.accumulate(error), style, color=colour, linewidth=2.2, label=label)
        axes.set_ylim(bottom=1e-9)
        axes.set_xlabel("position (tokens)")
        axes.set_ylabel("largest error of a cosine so far")
        axes.set_title(f"Float32 angles: cosines off by {cosine.max():.2f} by one million tokens")
        axes.legend(loc="upper left")


def rows_computed(growth: float) -> tuple[NDArray[np.int64], float]:
    """How many rows had been computed in total at each length 1 .. TOKENS, and the seconds it took."""
    cache = RotaryCache(2, 1, BASE, growth=growth)
    total, totals, start = cache.max_seq_len_cached, [], time.perf_counter()
    for length in range(1, TOKENS + 1):
        before = cache.cos_cached
        if cache.max_seq_len_cached <= 2 * TOKENS:  # a table that doubles at every call would fill the memory
            cache.ensure_length(length)
        if cache.cos_cached is not before:  # a rebuild makes new arrays, all rows of them
            total += cache.max_seq_len_cached
        totals.append(total)
    return np.array(totals), time.perf_counter() - start


def rows_computed_quickly() -> tuple[NDArray[np.int64], float]:
    """The same for growth 1, from 25 of the steps: the rows of those between lie on a line, as the policy has it."""
    start = time.perf_counter()
    steps, rows = np.unique(np.geomspace(2, TOKENS, 25).astype(np.int64)), []
    for length in steps.tolist():
        cache = RotaryCache(2, length - 1, BASE)
        before = cache.cos_cached
        cache.ensure_length(length)
        rows.append(cache.max_seq_len_cached if cache.cos_cached is not before else 0)
    every = np.interp(np.arange(2, TOKENS + 1), steps, rows)
    return np.cumsum([1, *np.rint(every).astype(np.int64)]), time.perf_counter() - start


def compare_growth(experiment: Experiment) -> None:
    """Count the rows that are computed while the table grows one token at a time."""
    exact, exact_seconds = rows_computed_quickly() if experiment.quick else rows_computed(1.0)
    doubled, doubled_seconds = rows_computed(2.0)
    print(f"\nGrowing from 1 to {TOKENS:,} tokens, one at a time (D = 2)\n  growth   rows computed   seconds")
    print(f"     1.0   {exact[-1]:13,d}   {exact_seconds:7.3f}")
    print(f"     2.0   {doubled[-1]:13,d}   {doubled_seconds:7.3f}")
    print(f"   ratio   {exact[-1] / doubled[-1]:13,.0f}   {exact_seconds / doubled_seconds:7,.0f}")
    for name, totals, expected, how in (
        ("1", exact, TOKENS * (TOKENS + 1) // 2, "rebuilds at every token, to exactly what was asked for"),
        ("2", doubled, 2 * TOKENS - 1, "doubles, and rebuilds nothing in between"),
    ):
        experiment.result(f"rows_computed_growth_{name}", int(totals[-1]))
        detail = f"{totals[-1]:,} rows, expected {expected:,}"
        experiment.check(f"growth {name}.0 {how}", totals[-1] == expected, detail)
    draw_growth(experiment, exact, doubled)


def draw_growth(experiment: Experiment, exact: Array, doubled: Array) -> None:
    """Rows computed in total, both policies."""
    with experiment.figure("growth.png", width=8.5, height=5.0) as axes:
        for totals, growth, colour in ((exact, "1.0", COLOURS[1]), (doubled, "2.0", COLOURS[0])):
            axes.loglog(np.arange(1, TOKENS + 1), totals, color=colour, linewidth=2.2)
            axes.text(TOKENS * 1.2, totals[-1], f"growth {growth}\n{totals[-1]:,} rows", color=colour, va="center")
        axes.set_xlim(1, TOKENS * 12)
        axes.set_xlabel("tokens so far")
        axes.set_ylabel("rows computed in total")
        axes.set_title(f"Doubling computes {exact[-1] / doubled[-1]:,.0f} times fewer rows by token {TOKENS:,}")


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "02-cache"]))
