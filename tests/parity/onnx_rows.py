"""The reference beside ONNX's RotaryEmbedding and Attention operators."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx_operator import PEER, NodeCase, node_cases, run_operator
from reference import full_width
from rounding import EPS, EPS32, cast_table_error, frequency_error, table_error
from row import Row, compare
from speed_forms import INTERLEAVED, ORDERS, SPLIT_HALF, rotate_interleaved, rotate_split_half
from stored import ORACLE, SETS

from labkit.rounding import attention_error, rotation_error

Array = NDArray[Any]
HEAD, ROTATED, THETA = 24, 20, 50000.0
POSITIONS = np.array([[0, 7, 7, 4095, 3], [30000, 2, 9, 131071, 64]])


def answer(ropelab: Any, case: NodeCase) -> Array:
    """A node case by the labs whose functions take tables of any numbers: lab 03's (split-half), lab 04's (interleaved)."""
    batch, seq = (case.x.shape[0], case.x.shape[1 if case.num_heads else 2])
    by_head = case.x.reshape(batch, seq, case.num_heads, -1).swapaxes(1, 2) if case.num_heads else case.x
    turned, rest = np.split(by_head, [case.rotary_dim or by_head.shape[3]], axis=3)
    if case.interleaved:
        rows = [table if case.position_ids is None else table[case.position_ids] for table in (case.cos, case.sin)]
        heads = [
            [ropelab.relative.apply_rope(h, h, rows[0][b], rows[1][b])[0] for h in x] for b, x in enumerate(turned)
        ]
        turned = np.array(heads)
    else:
        cos, sin = full_width(case.cos), full_width(case.sin)
        turned, _ = ropelab.forward.apply_rotary_pos_emb(turned, turned, cos, sin, position_ids=case.position_ids)
    out = np.concatenate([turned, rest], axis=3)
    return out.swapaxes(1, 2).reshape(case.x.shape) if case.num_heads else out


def answers_in_memory(ropelab: Any, case: NodeCase) -> Array:
    """A node case by lab 08, in the layout of memory in which it is published, one sequence a call: what each function that
    rotates these pairs makes of it, stacked.
    """
    seq_axis = 1 if case.num_heads else 2
    by_head = case.x.reshape(*case.x.shape[:2], case.num_heads, -1) if case.num_heads else case.x
    size = case.rotary_dim or by_head.shape[3]
    rotate = rotate_interleaved if case.interleaved else rotate_split_half
    sequences = []
    for b, x in enumerate(by_head):
        rows: int | Array = b if case.position_ids is None else case.position_ids[b]
        table = (case.cos[rows] + 1j * case.sin[rows]).astype(np.complex64)
        turned = rotate(ropelab, x[None, ..., :size].copy(), table, seq_axis)[:, 0]
        rest = np.broadcast_to(x[..., size:], (*turned.shape[:-1], x.shape[-1] - size))
        sequences.append(np.concatenate([turned, rest], axis=-1))
    done = np.stack(sequences, axis=1)
    return done.reshape(len(done), *case.x.shape)


def case_bound(case: NodeCase) -> float:
    """Both sides round two products and their sum in float32; the tables are given, so they are not off."""
    largest = float(np.max(np.abs(case.x))) * float(max(np.max(np.abs(case.cos)), np.max(np.abs(case.sin))))
    return 2 * rotation_error(largest, 0.0, EPS32)


def to_split_half(ropelab: Any, x: Array, rotary_dim: int) -> Array:
    """The first rotary_dim features reordered from interleaved to split-half, the others as they are."""
    return np.concatenate([ropelab.relative.interleaved_to_half(x[..., :rotary_dim]), x[..., rotary_dim:]], axis=-1)


def true_tables(ropelab: Any, interleaved: bool, rotary_dim: int, one_row: bool) -> Row:
    """The operator with cosines and sines beside lab 06, whose positions may be (batch, seq) or (seq,)."""
    x = np.random.default_rng(6).standard_normal((2, 5, 3, HEAD))  # batch, seq, heads, D
    ids = POSITIONS[1] if one_row else POSITIONS
    # The operator's tables are made in the widest type that this machine has: they are not those of the reference.
    exponents = np.arange(0, rotary_dim, 2, dtype=np.longdouble) / rotary_dim
    angles = np.broadcast_to(ids, x.shape[:2])[..., None] * np.longdouble(THETA) ** -exponents
    cos, sin = np.cos(angles).astype(np.float64), np.sin(angles).astype(np.float64)
    ours = ropelab.attention.apply_rotary_pos_emb(x, ids, THETA, None if rotary_dim == HEAD else rotary_dim)
    given = x if interleaved else to_split_half(ropelab, x, rotary_dim)
    mine = ours if interleaved else to_split_half(ropelab, ours, rotary_dim)
    attributes = {"interleaved": int(interleaved), "rotary_embedding_dim": rotary_dim % HEAD}
    inputs = {"x": given.swapaxes(1, 2), "cos_cache": cos, "sin_cache": sin}
    theirs = run_operator("RotaryEmbedding", inputs, **attributes).swapaxes(1, 2)
    table = table_error(float(ids.max()), frequency_error(THETA, rotary_dim))
    layout = "interleaved" if interleaved else "split-half"
    part = "" if rotary_dim == HEAD else f", {rotary_dim} of {HEAD} features"
    compared = f"{layout}{part}, positions {'(seq,)' if one_row else '(batch, seq)'}"
    labels = (PEER, compared, "float64", "06 apply_rotary_pos_emb")
    return compare(labels, mine, theirs, 2 * rotation_error(float(np.max(np.abs(x))), table))


def exact_tables(ropelab: Any) -> Row:
    """The operator looks up tables of 50 digits by position_ids, 64 of 80 features; lab 06 is given the positions."""
    d_head, base = SETS["d64_b5e4_kimi_k2"]
    positions = ORACLE["positions"]
    rng = np.random.default_rng(7)
    x, rows = rng.standard_normal((2, 40, 3, 80)), rng.integers(0, len(positions), (2, 40))
    ours = ropelab.attention.apply_rotary_pos_emb(x, positions[rows], base, d_head)
    caches = {f"{kind}_cache": ORACLE[f"{kind}/d64_b5e4_kimi_k2/exact"] for kind in ("cos", "sin")}
    inputs = {"x": x.swapaxes(1, 2), **caches, "position_ids": rows}
    theirs = run_operator("RotaryEmbedding", inputs, interleaved=1, rotary_embedding_dim=d_head)
    largest, farthest = float(np.max(np.abs(x))), float(positions[rows].max())
    # The operator's tables are off by the one rounding that stored them.
    mine = rotation_error(largest, table_error(farthest, frequency_error(base, d_head)))
    labels = (PEER, "tables of 50 digits, positions to 1,048,575", "float64", "06 apply_rotary_pos_emb")
    return compare(labels, ours, theirs.swapaxes(1, 2), mine + rotation_error(largest, EPS))


def exact_tables_in_memory(ropelab: Any, interleaved: bool, seq_axis: int) -> Row:
    """The same in float32, tables cast: lab 08 in either layout of memory, of which the operator takes both.

    (batch, seq, heads, D) it takes as three dimensions and a number of heads, (batch, heads, seq, D) as four.
    """
    (d_head, base), positions = SETS["d64_b5e4_kimi_k2"], ORACLE["positions"]
    rng = np.random.default_rng(9)
    x = rng.standard_normal((2, 40, 3, d_head), dtype=np.float32).swapaxes(1, seq_axis).copy()
    rows = rng.integers(0, len(positions), (2, 40))
    inv_freq = ropelab.frequencies.rope_frequencies(d_head, base)
    rotate = rotate_interleaved if interleaved else rotate_split_half
    tables_of = [ropelab.speed.rotation_table(positions[row], inv_freq) for row in rows]
    ours = np.stack([rotate(ropelab, x[b : b + 1], table, seq_axis)[:, 0] for b, table in enumerate(tables_of)], axis=1)
    cos, sin = (ORACLE[f"{kind}/d64_b5e4_kimi_k2/exact"].astype(np.float32) for kind in ("cos", "sin"))
    given = x.reshape(*x.shape[:2], -1) if seq_axis == 1 else x
    inputs = {"x": given, "cos_cache": cos, "sin_cache": sin, "position_ids": rows}
    attributes = {"interleaved": int(interleaved)} | ({"num_heads": x.shape[2]} if seq_axis == 1 else {})
    theirs = run_operator("RotaryEmbedding", inputs, **attributes).reshape(x.shape)
    largest, farthest = float(np.max(np.abs(x))), float(positions[rows].max())
    mine = rotation_error(largest, cast_table_error(farthest, frequency_error(base, d_head)), EPS32)
    # The operator's tables are off by the roundings that stored and cast them.
    bound = mine + rotation_error(largest, EPS + EPS32 / 4, EPS32)
    layout, names = ("interleaved", INTERLEAVED) if interleaved else ("split-half", SPLIT_HALF)
    labels = (PEER, f"tables of 50 digits, {layout}, {ORDERS[seq_axis]}", "float32", names)
    return compare(labels, ours, np.broadcast_to(theirs, ours.shape), bound)


def heads(queries: int, keys: int) -> tuple[Array, Array, Array]:
    """Six query heads on two, in a batch of two."""
    rng = np.random.default_rng(8)
    q, k, v = (rng.standard_normal((2, *shape, 8)) for shape in ((6, queries), (2, keys), (2, keys)))
    return q, k, v


def attention_rows(ropelab: Any) -> Iterator[Row]:
    """ONNX's Attention operator, which knows how many tokens came before where it is handed them as the past."""
    for queries, keys, compared in ((7, 7, "as many queries as keys"), (3, 7, "3 queries after a past, padding")):
        q, k, v = heads(queries, keys)
        past, mask = keys - queries, np.ones((2, keys), dtype=bool)
        inputs = {"q": q, "k": k, "v": v}
        if past:
            mask[1, :2] = False
            # The evaluator takes the number of queries from the mask: one row for each, though all are the same.
            by_query = np.broadcast_to(mask[:, None, None, :], (2, 1, queries, keys))
            inputs = {"q": q, "k": k[:, :, past:], "v": v[:, :, past:], "mask": by_query}
            inputs |= {"past_key": k[:, :, :past], "past_value": v[:, :, :past]}
        theirs = run_operator("Attention", inputs, is_causal=1)
        ours = ropelab.attention.scaled_dot_product_attention(q, k, v, attention_mask=mask)
        labels = (PEER, f"Attention, causal, 6 heads on 2, {compared}", "float64", "06 scaled_dot_product_attention")
        yield compare(labels, ours, theirs, 2 * attention_error(q, k, v, (0.0, 0.0, 0.0)))


def rows(ropelab: Any) -> Iterator[Row]:
    for case in node_cases():
        ours = "04 apply_rope" if case.interleaved else "03 apply_rotary_pos_emb"
        labels = (PEER, f"node case {case.name}", "float32", ours)
        yield compare(labels, answer(ropelab, case), case.expected, case_bound(case))
        done = answers_in_memory(ropelab, case)
        labels = (PEER, f"node case {case.name}", "float32", INTERLEAVED if case.interleaved else SPLIT_HALF)
        yield compare(labels, done, np.broadcast_to(case.expected, done.shape), case_bound(case))
    for interleaved in (False, True):
        for rotary_dim in (HEAD, ROTATED):
            yield true_tables(ropelab, interleaved, rotary_dim, one_row=False)
    yield true_tables(ropelab, interleaved=True, rotary_dim=ROTATED, one_row=True)
    yield exact_tables(ropelab)
    for interleaved in (False, True):
        for seq_axis in (1, 2):
            yield exact_tables_in_memory(ropelab, interleaved, seq_axis)
    yield from attention_rows(ropelab)
