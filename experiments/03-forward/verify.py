"""Experiment 03: what a forward pass costs with cached tables, which rows it gets, and in which dtype."""

import itertools
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from labkit.experiment import Experiment, largest_difference
from labkit.figures import COLOURS
from labkit.timing import median_seconds
from ropelab.forward import RotaryEmbedding, apply_rotary_pos_emb

Array = NDArray[Any]

D = 32
BASE = 10000.0
INV_FREQ = BASE ** (-np.arange(0, D, 2) / D)  # independent of the student's code
HALF_ROWS = 4096
DTYPES = (np.float16, np.float32, np.float64)
# Casting a finished cosine rounds it by at most 2**-25 (float32) or 2**-12 (float16); doubled for the sums around it.
FLOAT32_BOUND = 2.0**-24
FLOAT16_BOUND = 2.0**-11
# Rotating entries of size 1 to 4 in float64 rounds to about 1e-15. A wrong row or pair is off by tenths.
ROTATION_BOUND = 1e-12


def run(experiment: Experiment) -> None:
    """Check rows, positions, shapes and dtypes; measure half precision and the cost of an extension."""
    experiment.config(d_head=D, base=BASE, half_precision_rows=HALF_ROWS, timed_table_rows=100)
    check_lengths(experiment)
    check_positions(experiment)
    check_rotation(experiment)
    check_decoding(experiment)
    check_dtypes(experiment)
    compare_half_precision(experiment)
    time_extension(experiment)


def cosines(positions: Array) -> NDArray[np.float64]:
    """The right cosines of some positions, split-half layout."""
    angles = positions[..., None] * INV_FREQ
    return np.asarray(np.cos(np.concatenate([angles, angles], axis=-1)))


def tokens(count: int, dtype: DTypeLike = np.float32) -> Array:
    """An input of which forward uses the length and the dtype only. Two heads: the length is not axis 1."""
    return np.zeros((1, 2, count, D), dtype)


def check_lengths(experiment: Experiment) -> None:
    """A table of 5 rows is asked for 7, then for 3; then the length comes from x."""
    print(f"A table of 5 rows, D = {D}\n  request              cos          rows in the table")
    rotary = RotaryEmbedding(D, 5, BASE)
    shapes, rows, tables = [], [], []
    for label, count, seq_len in (("7 tokens", 7, 7), ("3 tokens", 3, 3), ("4 tokens, from x", 4, None)):
        cos, _ = rotary(tokens(count), seq_len)
        shapes.append(cos.shape)
        rows.append(rotary.max_seq_len_cached)
        tables.append(rotary.cos_cached)
        print(f"  {label:<19}  {cos.shape!s:<11}  {rows[-1]}")
    experiment.result("rows_after_extension", int(rows[0]))
    same = all(table is tables[0] for table in tables)
    claim = "7 tokens extend the table to 7 rows, and shorter requests leave that very table in place"
    experiment.check(claim, rows == [7, 7, 7] and same, f"rows {rows}, the same table: {same}")
    claim = "every request gets as many rows as it has tokens"
    experiment.check(claim, shapes == [(7, D), (3, D), (4, D)], f"shapes {shapes}")


def check_positions(experiment: Experiment) -> None:
    """Positions decide which rows come back, and how long the table must be."""
    rotary, ids = RotaryEmbedding(D, 5, BASE), np.array([[0, 5, 10]])
    cos, _ = rotary(tokens(3), position_ids=ids)
    error = largest_difference(cos, cosines(ids))
    print(f"\nPositions {ids[0].tolist()}: cos {cos.shape}, {rotary.max_seq_len_cached} rows in the table")
    claim = "positions [0, 5, 10] extend the table to 11 rows and come back as the rows 0, 5 and 10"
    detail = f"{rotary.max_seq_len_cached} rows, largest error {error:.1e}, at most {FLOAT32_BOUND:.1e}"
    experiment.check(claim, rotary.max_seq_len_cached == 11 and error <= FLOAT32_BOUND, detail)


def check_rotation(experiment: Experiment) -> None:
    """Grouped-query shapes: 8 query heads share 2 key heads. Each pair against a complex product."""
    rng = experiment.rng()
    q, k = rng.standard_normal((2, 8, 6, D)), rng.standard_normal((2, 2, 6, D))
    rotary = RotaryEmbedding(D, 6, BASE, dtype=np.float64)
    turned = apply_rotary_pos_emb(q, k, *rotary(q))
    phase = np.exp(1j * np.outer(np.arange(6), INV_FREQ))
    pairs = [(x[..., : D // 2] + 1j * x[..., D // 2 :]) * phase for x in (q, k)]
    right = [np.concatenate([pair.real, pair.imag], axis=-1) for pair in pairs]
    error = max(largest_difference(got, x) for got, x in zip(turned, right, strict=True))
    print(f"\nGrouped-query attention: q {q.shape} -> {turned[0].shape}, k {k.shape} -> {turned[1].shape}")
    claim = "features i and i + D/2 form a pair and turn counter-clockwise, in every query and key head"
    experiment.check_error(claim, error, ROTATION_BOUND)


def check_decoding(experiment: Experiment) -> None:
    """One token at offset n, as a KV cache asks for it, against the same token in the full pass."""
    offset = 6
    q, k = experiment.rng().standard_normal((2, 1, 2, 8, D))
    rotary = RotaryEmbedding(D, 4, BASE, dtype=np.float64)
    full = apply_rotary_pos_emb(q, k, *rotary(q))
    token, ids = slice(offset, offset + 1), np.array([[offset]])
    one_q, one_k = q[:, :, token], k[:, :, token]
    by_rows = apply_rotary_pos_emb(one_q, one_k, *rotary(one_q, position_ids=ids))
    by_ids = apply_rotary_pos_emb(one_q, one_k, rotary.cos_cached, rotary.sin_cached, position_ids=ids)
    steps = zip((*by_rows, *by_ids), (*full, *full), strict=True)
    error = max(largest_difference(step, every[:, :, token]) for step, every in steps)
    claim = f"a decode step at offset {offset} rotates its one token as the full pass does, by rows or by position_ids"
    experiment.check_error(claim, error, ROTATION_BOUND)


def check_dtypes(experiment: Experiment) -> None:
    """What forward hands out, and what a rotated query becomes with and without forward's cast."""
    print("\nDtypes\n  table    x        forward   rotated q   rotated q without the cast")
    kept = True
    for table, dtype in itertools.product(DTYPES, DTYPES):
        rotary = RotaryEmbedding(D, 4, BASE, dtype=table)
        x = tokens(6, dtype)  # longer than the table: an extension must not change the table's dtype
        cos, sin = rotary(x)
        cast, _ = apply_rotary_pos_emb(x, x, cos, sin)
        uncast, _ = apply_rotary_pos_emb(x, x, rotary.cos_cached, rotary.sin_cached)
        names = f"{np.dtype(table).name}  {x.dtype.name}  {cos.dtype.name:<8}  {cast.dtype.name:<10}"
        print(f"  {names}  {uncast.dtype.name}")
        kept = kept and cos.dtype == sin.dtype == cast.dtype == x.dtype and rotary.cos_cached.dtype == table
    experiment.check("rows come in the dtype of x, the table keeps its own", kept, "all nine combinations")


def compare_half_precision(experiment: Experiment) -> None:
    """A float16 call that extends the table must not spoil it for the float32 call that follows."""
    positions = np.arange(HALF_ROWS)
    right = cosines(positions)
    rotary = RotaryEmbedding(D, 1, BASE)
    half, _ = rotary(tokens(HALF_ROWS, np.float16))
    after, _ = rotary(tokens(HALF_ROWS))
    angles = positions.astype(np.float16)[:, None] * INV_FREQ.astype(np.float16)
    poisoned = np.cos(np.concatenate([angles, angles], axis=-1)).astype(np.float64)
    errors = [largest_difference(table, right) for table in (half, poisoned, after)]

    print(f"\nLargest error of a cosine, positions 0 to {HALF_ROWS - 1:,}")
    labels = ("float32 table, cast to float16", "angles formed in float16", "float32 call after the float16 one")
    for label, error in zip(labels, errors, strict=True):
        print(f"  {label:<34}   {error:.1e}")
    experiment.result("half_precision_table_error", errors[1])
    experiment.check_error("rows handed out as float16 carry the rounding of float16 only", errors[0], FLOAT16_BOUND)
    claim = "a float32 call after a float16 extension is right to float32 rounding"
    experiment.check_error(claim, errors[2], FLOAT32_BOUND)
    draw_half_precision(experiment, np.abs(half - right).max(axis=-1), np.abs(poisoned - right).max(axis=-1))


def draw_half_precision(experiment: Experiment, half: Array, poisoned: Array) -> None:
    """The largest error so far of rows rounded to float16, and of rows whose angles were float16."""
    at = np.arange(1, HALF_ROWS)
    poisoned, half = np.maximum.accumulate(poisoned)[1:], np.maximum.accumulate(half)[1:]
    with experiment.figure("half_precision.png", width=8.5, height=5.0) as axes:
        axes.loglog(at, poisoned, color=COLOURS[1], label="angles formed in float16")
        axes.loglog(at, half, "--", color=COLOURS[0], label="float32 table, cast to float16")
        axes.set_xlabel("position (tokens)")
        axes.set_ylabel("largest error of a cosine so far")
        axes.set_title(f"Cosines cast to float16 are off by {half.max():.4f}, float16 angles by {poisoned.max():.1f}")
        axes.legend(loc="upper left")


def time_extension(experiment: Experiment) -> None:
    """A slice, the call that extends, and the same call again."""
    short, long, repeats = tokens(50), tokens(200), 31
    table, *others = (RotaryEmbedding(D, 100, BASE) for _ in range(repeats + 2))
    fresh = iter(others)  # a table extends once, so each measured first call takes a new one
    medians = {
        "50 tokens:\na slice": median_seconds(lambda: table(short), repeats),
        "200 tokens, first:\nextends": median_seconds(lambda: next(fresh)(long), repeats),
        # The uncounted warm-up call is the first one on this table.
        "200 tokens, second:\na slice": median_seconds(lambda: table(long), repeats),
    }
    part, first, second = medians.values()
    print("\nMedian times from a table of 100 rows")
    for name, seconds in zip(("50 tokens", "200 tokens, first", "200 tokens, second"), medians.values(), strict=True):
        print(f"  {name:<18}  {seconds * 1e6:8.1f} microseconds   {seconds / first:6.3f} of the first call")
    experiment.result("slice_over_extension_time_ratio", part / first)
    with experiment.figure("extension.png", width=8.5, height=4.0, timed=True) as axes:
        times = [seconds * 1e6 for seconds in medians.values()]
        bars = axes.barh(list(medians), times, color=(COLOURS[0], COLOURS[1], COLOURS[0]))
        axes.bar_label(bars, fmt="{:.1f} µs", padding=6)
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.margins(x=0.2)
        axes.set_xlabel("median time of one call (microseconds)")
        axes.set_title(f"The call that extends takes {first / second:.0f} times as long as the next one")


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "03-forward"]))
