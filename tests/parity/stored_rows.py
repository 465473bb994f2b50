"""The reference beside the stored values: 50-digit arithmetic, and transformers as it ran when they were stored."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from reference import full_width, interleaved_layer, tables
from rounding import EPS, EPS32, cast_table_error, frequency_error, table_error
from row import Row, compare
from speed_forms import INTERLEAVED, ORDERS, SPLIT_HALF, rotate_interleaved, rotate_split_half
from stored import LAYER, LAYER_HEAD_DIM, LAYER_KV_HEADS, LAYER_THETA, ORACLE, SCALED, SETS

from labkit.rounding import layer_error, rotation_error

EXACT, HF, STORED = "50 digits (mpmath 1.3.0)", "transformers 5.23.0, stored", "stored arrays"
SPEED = {
    "interleaved": ("inter", INTERLEAVED, rotate_interleaved),
    "split-half": ("half", SPLIT_HALF, rotate_split_half),
}
"""By layout: how stored values are called, and lab 08's functions."""


def frequency_rows(ropelab: Any) -> Iterator[Row]:
    for name, (d_head, base) in SETS.items():
        got = ropelab.frequencies.rope_frequencies(d_head, base)
        labels = (EXACT, f"inverse frequencies, D {d_head}, base {base:,.0f}", "float64", "01 rope_frequencies")
        yield compare(labels, got, ORACLE[f"inv_freq/{name}/exact"], frequency_error(base, d_head), relative=True)


def table_rows(ropelab: Any) -> Iterator[Row]:
    positions = ORACLE["positions"]
    for name, (d_head, base) in SETS.items():
        for farthest in (4096, 1048575):
            near = positions <= farthest
            got = np.stack(tables(ropelab, positions[near], d_head, base))
            exact = np.stack([ORACLE[f"{kind}/{name}/exact"][near] for kind in ("cos", "sin")])
            compared = f"cosines and sines to position {farthest:,}, D {d_head}, base {base:,.0f}"
            bound = table_error(farthest, frequency_error(base, d_head))
            yield compare((EXACT, compared, "float64", "01 position_angles"), got, exact, bound)


def float32_table_row(ropelab: Any, farthest: int) -> Row:
    """Tables as shipped: their angles are float32, so they drift away from ours as the position grows."""
    d_head, base = SETS["d128_b1e4"]
    near = ORACLE["positions"] <= farthest
    got = np.stack([full_width(table) for table in tables(ropelab, ORACLE["positions"][near], d_head, base)])
    shipped = np.stack([ORACLE[f"{kind}/d128_b1e4/hf_f32"][near] for kind in ("cos", "sin")])
    ours, theirs = (table_error(farthest, frequency_error(base, d_head, eps), eps) for eps in (EPS, EPS32))
    compared = f"cosines and sines to position {farthest:,}, D {d_head}, base {base:,.0f}"
    return compare((HF, compared, "float32", "01 position_angles"), got, shipped, ours + theirs)


def scaled_rows(ropelab: Any) -> Iterator[Row]:
    for title, function in dict.fromkeys((scaled.title, scaled.function) for scaled in SCALED.values()):
        sets = {name: scaled for name, scaled in SCALED.items() if scaled.title == title}
        got = np.stack([scaled.answer(ropelab)[0] for scaled in sets.values()])
        expected = np.stack([ORACLE[f"scaled/{name}/inv_freq"] for name in sets])
        labels = (HF, f"inverse frequencies, {title}", "float64", f"07 {function}")
        bound = min(2 * scaled.error(EPS) for scaled in sets.values())
        yield compare(labels, got, expected, bound, relative=True)


def rotation_rows(ropelab: Any) -> Iterator[Row]:
    ids, base = ORACLE["rot/position_ids"], float(ORACLE["rot/base"])
    q = ORACLE["rot/q"]
    table = table_error(float(ids.max()), frequency_error(base, q.shape[-1]))
    bound = 2 * rotation_error(float(np.max(np.abs(q))), table)

    def turned(x: Any) -> Any:
        return ropelab.attention.apply_rotary_pos_emb(x.swapaxes(1, 2), ids, base).swapaxes(1, 2)

    labels = (STORED, "interleaved rotation, positions to 131,071", "float64", "06 apply_rotary_pos_emb")
    yield compare(labels, turned(q), ORACLE["rot/q_inter"], bound)
    labels = (STORED, "split-half rotation, positions to 131,071", "float64", "06 apply_rotary_pos_emb")
    half = ropelab.relative.interleaved_to_half(turned(ropelab.relative.half_to_interleaved(q)))
    yield compare(labels, half, ORACLE["rot/q_half"], bound)


def cast_table_row(ropelab: Any, name: str) -> Row:
    """Lab 08's table, from the stored frequencies, which were rounded once."""
    (d_head, base), positions = SETS[name], ORACLE["positions"]
    table = ropelab.speed.rotation_table(positions, ORACLE[f"inv_freq/{name}/exact"])
    exact = np.stack([ORACLE[f"{kind}/{name}/exact"] for kind in ("cos", "sin")])
    compared = f"cosines and sines to position {positions.max():,}, D {d_head}, base {base:,.0f}"
    bound = cast_table_error(float(positions.max()), EPS / 2)
    return compare((EXACT, compared, "float32", "08 rotation_table"), [table.real, table.imag], exact, bound)


def speed_row(ropelab: Any, part: str, layout: str, seq_axis: int) -> Row:
    """Lab 08 on the stored queries ("q") or keys ("k"): one sequence a call, for a call has one row of positions."""
    ids, stored, base = ORACLE["rot/position_ids"], ORACLE[f"rot/{part}"], float(ORACLE["rot/base"])
    kind, names, rotate = SPEED[layout]
    expected = ORACLE[f"rot/{part}_{kind}"]
    if seq_axis == 1:  # what is stored is (batch, heads, seq, D)
        stored, expected = stored.swapaxes(1, 2), expected.swapaxes(1, 2)
    x, inv_freq = stored.astype(np.float32, order="C"), ropelab.frequencies.rope_frequencies(stored.shape[-1], base)
    tables_of = [ropelab.speed.rotation_table(row, inv_freq) for row in ids]
    turned = [rotate(ropelab, x[b : b + 1], table, seq_axis)[:, 0] for b, table in enumerate(tables_of)]
    ours = np.stack(turned, axis=1)
    farthest, largest, frequency = float(ids.max()), float(np.max(np.abs(stored))), frequency_error(base, x.shape[-1])
    # The cast of the stored features, which are float64, rounds both of a pair once: half an eps.
    bound = rotation_error(largest, cast_table_error(farthest, frequency) + EPS32 / 2, EPS32)
    bound += rotation_error(largest, table_error(farthest, frequency))
    labels = (STORED, f"{layout} rotation, positions to {ids.max():,}, {ORDERS[seq_axis]}", "float32", names)
    return compare(labels, ours, np.broadcast_to(expected, ours.shape), bound)


def speed_rows(ropelab: Any) -> Iterator[Row]:
    for name in SETS:
        yield cast_table_row(ropelab, name)
    for layout in SPEED:
        for seq_axis in ORDERS:
            yield speed_row(ropelab, "q", layout, seq_axis)


def layer_rows(ropelab: Any) -> Iterator[Row]:
    x = ORACLE["attn/x"]
    layer = interleaved_layer(ropelab, LAYER, LAYER_KV_HEADS, LAYER_THETA, LAYER_HEAD_DIM)
    cache = ropelab.attention.KVCache()
    out = layer.forward(x, kv_cache=cache)
    table = table_error(x.shape[1] - 1, frequency_error(LAYER_THETA, LAYER_HEAD_DIM))
    error = layer_error(x, LAYER, LAYER_HEAD_DIM, table)
    keys = ropelab.relative.interleaved_to_half(cache.keys)
    for what, got, name, bound in (
        ("output", out, "out", error.out),
        ("rotated keys in the cache", keys, "k_cache", error.keys),
        ("values in the cache", cache.values, "v_cache", error.values),
    ):
        labels = (STORED, f"attention, 4 heads on 2: {what}", "float64", "06 AttentionWithRoPE")
        yield compare(labels, got, ORACLE[f"attn/{name}"], 2 * bound)


def rows(ropelab: Any) -> Iterator[Row]:
    for part in (frequency_rows, table_rows, scaled_rows, rotation_rows, layer_rows, speed_rows):
        yield from part(ropelab)
    yield float32_table_row(ropelab, 4096)
