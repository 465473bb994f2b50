"""Lab 03, graded: rotating queries and keys with tables, and the object that hands out their rows."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from labkit import tolerance
from labkit.testing import Check, Draw, Student

TABLES = ("cos_cached", "sin_cached")


def _tables(draw: Draw, *shape: int, dtype: DTypeLike = np.float64) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cosines and sines, split-half layout, of angles drawn at random: no row and no pair is like another."""
    half = draw.rng.uniform(-np.pi, np.pi, (*shape[:-1], shape[-1] // 2))
    angles = np.concatenate([half, half], axis=-1)
    return np.cos(angles).astype(dtype), np.sin(angles).astype(dtype)


def _check_length(check: Check, rotary: Any, when: str) -> None:
    """How long the tables are: what the object says, and what is there."""
    lengths = (rotary.max_seq_len_cached, *rotary.cos_cached.shape, *rotary.sin_cached.shape)
    check.value(lengths, f"max_seq_len_cached and the shapes of both tables {when}", within=tolerance.EXACT)


def _rows(dtype: DTypeLike, positions: int) -> tolerance.Bound:
    """The bound for rows in dtype of a float32 table."""
    return tolerance.table(np.float16 if dtype == np.float16 else np.float32, positions)


@pytest.mark.task("rotate_half", points=1)
def test_the_second_half_comes_first_and_negated(lab: Student, check: Check, draw: Draw) -> None:
    for shape in [(10,), (3, 6), (6, 6), (2, 3, 5, draw.head_dim()), (5, 2)]:
        check.call(lab.rotate_half, draw.normal(*shape), within=tolerance.EXACT)
    for dtype in (np.float32, np.float16):
        check.call(lab.rotate_half, draw.normal(2, 4, 8, dtype=dtype), within=tolerance.EXACT)
    check.leaves_unchanged(lab.rotate_half, draw.normal(3, 8))
    for shape in [(7,), (4, 6, 5), (2, 1)]:
        check.raises(lab.rotate_half, draw.normal(*shape), naming="x", value=shape)


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_every_token_is_turned_by_the_row_of_its_position(lab: Student, check: Check, draw: Draw) -> None:
    apply, size, exact = lab.apply_rotary_pos_emb, draw.head_dim(high=20), tolerance.rotated(np.float64)
    cos, sin = _tables(draw, 3000, size)
    # More query heads than key heads; every batch entry at positions of its own.
    q, k = draw.normal(2, 6, 5, size), draw.normal(2, 2, 5, size)
    check.call(apply, q, k, cos, sin, draw.position_ids(2, 5, 3000), within=exact)
    # One list of positions for the whole batch, also as a list, with repeats.
    check.call(apply, q, k, cos, sin, position_ids=draw.positions(5, 3000), within=exact)
    check.call(apply, q, k, cos, sin, position_ids=[2999, 7, 7, 0, 1203], within=exact)
    # As many heads as tokens as batch entries: only the values tell the axes apart.
    q, k = draw.normal(4, 4, 4, size), draw.normal(4, 4, 4, size)
    check.call(apply, q, k, cos, sin, draw.position_ids(4, 4, 3000), within=exact)
    # A decode step: one token, at offset n, behind a prompt that is not there any more.
    q, k = draw.normal(2, 6, 1, size), draw.normal(2, 3, 1, size)
    check.call(apply, q, k, cos, sin, np.array([[1874], [2999]]), within=exact)
    check.call(apply, q, k, cos, sin, np.array([1321]), within=exact)


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_without_positions_the_tables_are_the_rows_in_token_order(lab: Student, check: Check, draw: Draw) -> None:
    apply, exact = lab.apply_rotary_pos_emb, tolerance.rotated(np.float64)
    square = 3, 3, 3, 3, draw.head_dim(high=20)
    large = 300, 1, 1, 1, 2
    for batch, q_heads, k_heads, seq, size in [(2, 6, 3, 5, 10), (1, 4, 1, 7, 6), square, (2, 8, 2, 1, 2), large]:
        q, k = draw.normal(batch, q_heads, seq, size), draw.normal(batch, k_heads, seq, size)
        for shape in [(seq, size), (batch, seq, size)]:
            check.call(apply, q, k, *_tables(draw, *shape), within=exact)


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_unsqueeze_dim_says_which_axis_holds_the_heads(lab: Student, check: Check, draw: Draw) -> None:
    apply, exact = lab.apply_rotary_pos_emb, tolerance.rotated(np.float64)
    size = draw.head_dim(high=20)
    cos, sin = _tables(draw, 900, size)
    for batch, seq, q_heads, k_heads in [(2, 5, 6, 3), (3, 3, 3, 3), (2, 1, 4, 2), (1, 7, 4, 1)]:
        q, k = draw.normal(batch, seq, q_heads, size), draw.normal(batch, seq, k_heads, size)
        check.call(apply, q, k, cos, sin, draw.position_ids(batch, seq, 900), 2, within=exact)
        check.call(apply, q, k, cos, sin, position_ids=draw.positions(seq, 900), unsqueeze_dim=2, within=exact)
        check.call(apply, q, k, *_tables(draw, seq, size), unsqueeze_dim=2, within=exact)
        check.call(apply, q, k, *_tables(draw, batch, seq, size), unsqueeze_dim=2, within=exact)
        q, k = q.swapaxes(1, 2), k.swapaxes(1, 2)
        check.call(apply, q, k, cos, sin, draw.position_ids(batch, seq, 900), unsqueeze_dim=1, within=exact)


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_numpy_promotes_the_dtypes_and_the_arguments_stay_as_they_were(lab: Student, check: Check, draw: Draw) -> None:
    apply = lab.apply_rotary_pos_emb
    # The dtypes of q, k and the tables, and the coarser of the two that q and k are turned in.
    half, single, double = np.float16, np.float32, np.float64
    for q_type, k_type, table, arithmetic in [
        (half, half, half, half),
        (half, half, single, single),
        (single, half, single, single),
        (single, double, half, single),
        (single, single, double, double),
    ]:
        q, k = draw.normal(2, 4, 6, 8, dtype=q_type), draw.normal(2, 2, 6, 8, dtype=k_type)
        cos, sin = _tables(draw, 3000, 8, dtype=table)
        ids = draw.position_ids(2, 6, 3000)
        ids[1, 2] = 2601  # half precision has no such number
        check.call(apply, q, k, cos, sin, ids, within=tolerance.rotated(arithmetic))
        check.leaves_unchanged(apply, q, k, cos, sin, ids)
        check.leaves_unchanged(apply, q, k, cos[:6].copy(), sin[:6].copy())


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_positions_and_shapes_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    apply = lab.apply_rotary_pos_emb
    q, k, ids = draw.normal(2, 4, 5, 8), draw.normal(2, 2, 5, 8), draw.position_ids(2, 5, 30)
    cos, sin = _tables(draw, 30, 8)
    check.call(apply, q, k, cos, sin, ids, within=tolerance.rotated(np.float64))
    for wrong in (30, 412, -1, -30):
        bad = ids.copy()
        bad[1, 2] = wrong
        check.raises(apply, q, k, cos, sin, bad, naming="position_ids", value=wrong)
    for axis in (0, 3, -1):
        check.raises(apply, q, k, cos, sin, ids, unsqueeze_dim=axis, naming="unsqueeze_dim", value=axis)
    # Heads of another size, a missing head axis or batch axis, one token too few, another batch, an axis too many.
    for shape in [(2, 4, 5, 6), (2, 5, 8), (4, 5, 8), (2, 4, 4, 8), (3, 4, 5, 8), (2, 4, 5, 8, 8)]:
        check.raises(apply, draw.normal(*shape), k, cos, sin, ids, naming="q or k", value=shape)
        check.raises(apply, q, draw.normal(*shape), cos, sin, ids, naming="k", value=shape)
    # Positions for the whole batch fit any batch, but q and k must still be of one.
    for shape in [(3, 2, 5, 8), (1, 2, 5, 8)]:
        check.raises(apply, q, draw.normal(*shape), cos, sin, ids[0], naming="k", value=shape)
    check.raises(apply, q, k, cos, sin[:29], ids, naming="sin", value=(29, 8))
    check.raises(apply, q, k, cos[:29], sin, ids, naming="cos", value=(29, 8))
    # One row, and one feature, would fit any number of them if they were left to NumPy's broadcasting.
    row = _tables(draw, 1, 8)
    check.raises(apply, q, k, *row, naming="q or cos or sin")
    check.raises(apply, q, k, *_tables(draw, 2, 1, 8), naming="q or cos or sin")
    check.raises(apply, q, k, cos[:, :1], sin[:, :1], ids, naming="q or cos or sin")
    check.raises(apply, q, k, cos, sin, naming="q or cos or sin")
    check.raises(apply, q, k, cos, sin, ids[:, :1], naming="q or cos or position_ids")


@pytest.mark.task("RotaryEmbedding", points=1)
def test_seven_tokens_extend_a_table_of_five_and_three_tokens_are_a_slice_of_it(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotary = lab.RotaryEmbedding(32, max_position_embeddings=5, base=draw.base())
    x = draw.normal(2, 6, 7, 32, dtype=np.float32)
    check.call(rotary.forward, x, seq_len=7, within=_rows(np.float32, 7))
    _check_length(check, rotary, "after 7 tokens on a table of 5")
    held = lab.held(rotary, TABLES)
    check.call(rotary.forward, x, 3, within=_rows(np.float32, 7))
    check.call(rotary.forward, x[:, :, :4], within=_rows(np.float32, 7))  # the length is inferred: 4
    check.call(rotary.forward, x, seq_len=7, within=_rows(np.float32, 7))
    check.call(rotary.forward, x, seq_len=0, within=_rows(np.float32, 7))
    _check_length(check, rotary, "after 7, 3, 4, 7 and 0 tokens")
    check.that(
        lab.still_holds(rotary, TABLES, held), "a request within the table replaced the tables: slice what is there"
    )
    check.call(
        rotary.forward, draw.normal(9, 32, dtype=np.float32), within=_rows(np.float32, 9)
    )  # inferred, and longer
    _check_length(check, rotary, "after 9 tokens on a table of 7")


@pytest.mark.task("RotaryEmbedding", points=1)
def test_rows_come_out_of_the_tables_and_calling_the_object_is_forward(lab: Student, check: Check, draw: Draw) -> None:
    rotary = lab.RotaryEmbedding(10, 8, draw.base(), growth=2.0)
    unread = np.full((1, 2, 6, 10), np.nan, dtype=np.float32)
    check.call(rotary, unread, within=_rows(np.float32, 8))
    check.call(rotary, unread, 9, within=_rows(np.float32, 16))
    _check_length(check, rotary, "after 9 tokens on a table of 8, growth 2.0")
    check.call(rotary, unread, position_ids=np.array([[16, 3]]), within=_rows(np.float32, 32))
    _check_length(check, rotary, "after position 16 on a table of 16, growth 2.0")
    # Tables with other numbers in them: rows that are looked up show these numbers, rows that are computed again do not.
    rotary.cos_cached, rotary.sin_cached = draw.normal(2, 32, 10, dtype=np.float32)
    check.call(rotary, unread, seq_len=20, within=tolerance.EXACT)
    check.call(rotary, unread, within=tolerance.EXACT)
    check.call(rotary, unread, position_ids=draw.position_ids(2, 6, 32), within=tolerance.EXACT)


@pytest.mark.task("RotaryEmbedding", points=1)
def test_position_ids_decide_the_rows_their_order_and_the_length(lab: Student, check: Check, draw: Draw) -> None:
    rotary = lab.RotaryEmbedding(12, 4, draw.base())
    x = draw.normal(2, 3, 3, 12, dtype=np.float32)
    # As many positions as the largest of them and one more: the only case in which counting them would do.
    check.call(rotary.forward, x, position_ids=np.arange(7), within=_rows(np.float32, 7))
    check.call(rotary.forward, x, position_ids=np.array([0, 5, 10]), within=_rows(np.float32, 11))
    _check_length(check, rotary, "after positions 0 to 6, then 0, 5, 10 on a table of 4")
    # Neither seq_len nor the tokens of x have a say when positions are given; no position is a request too.
    check.call(rotary.forward, x, seq_len=50, position_ids=[3, 1], within=_rows(np.float32, 11))
    check.call(rotary.forward, draw.normal(40, 12, dtype=np.float32), position_ids=[9, 2], within=_rows(np.float32, 11))
    check.call(rotary.forward, x, position_ids=np.zeros((2, 0), dtype=np.int64), within=_rows(np.float32, 11))
    _check_length(check, rotary, "after positions within a table of 11")
    held = lab.held(rotary, TABLES)
    check.call(rotary.forward, x, position_ids=[10, 2, 2, 7], within=_rows(np.float32, 11))
    kept = lab.still_holds(rotary, TABLES, held)
    check.that(kept, "positions within the table replaced the tables: look the rows up")
    # Any shape.
    for shape, limit in [((2, 3), 700), ((1, 1), 1500), ((2, 2, 3), 3000)]:
        ids = draw.positions(int(np.prod(shape)), limit).reshape(shape)
        check.call(rotary.forward, x, seq_len=2, position_ids=ids, within=_rows(np.float32, limit))
        _check_length(check, rotary, f"after position_ids of shape {shape}, the largest {ids.max()}")
    check.leaves_unchanged(rotary.forward, x, position_ids=ids)
    # No position needs no row, and position 0 needs one: a table without rows shows one row too many.
    empty = lab.RotaryEmbedding(12, 0, draw.base())
    for ids in (np.zeros((2, 0), dtype=np.int64), np.zeros((2, 1), dtype=np.int64)):
        check.call(empty.forward, x, position_ids=ids, within=_rows(np.float32, 1))
        _check_length(check, empty, f"after position_ids of shape {ids.shape} on a table without rows")


@pytest.mark.task("RotaryEmbedding", points=1)
def test_the_rows_take_the_dtype_of_x_and_the_tables_keep_their_own(lab: Student, check: Check, draw: Draw) -> None:
    rotary, far = lab.RotaryEmbedding(8, 6, draw.base()), np.array([2901, 0, 1533, 2047])
    # The extension happens in a half-precision call; the single-precision calls behind it must not notice.
    for dtype in (np.float16, np.float32, np.float64, np.float16):
        x = draw.normal(1, 2, 9, 8, dtype=dtype)
        check.call(rotary.forward, x, within=_rows(dtype, 9))
        check.call(rotary.forward, x, position_ids=far, within=_rows(dtype, 2902))
        for table in (rotary.cos_cached, rotary.sin_cached):
            what = f"rows {far.tolist()} of a table after {np.dtype(dtype)} calls"
            check.value(table[far], what, within=_rows(np.float32, 2902))
    double = lab.RotaryEmbedding(8, 6, draw.base(), dtype=np.float64)
    for dtype in (np.float32, np.float64):
        x = draw.normal(1, 2, 40, 8, dtype=dtype)
        check.call(double.forward, x, within=tolerance.table(dtype, 40))
    what = "a float64 table after float32 and float64 calls"
    check.value(double.cos_cached, what, within=tolerance.table(np.float64, 40))


@pytest.mark.task("RotaryEmbedding", points=1)
def test_decoding_a_token_at_offset_n_asks_for_its_row_and_not_the_first(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotary, size = lab.RotaryEmbedding(16, 10, draw.base()), 16
    prompt = draw.normal(1, 2, 13, size, dtype=np.float32)
    check.call(rotary, prompt, within=_rows(np.float32, 13))
    for offset in (13, 14, 15, 2500, 40):
        step = draw.normal(1, 2, 1, size, dtype=np.float32)
        check.call(rotary, step, position_ids=np.array([[offset]]), within=_rows(np.float32, 2501))
        _check_length(check, rotary, f"after a step at position {offset}")
    # Two sequences of different lengths, decoded side by side, through the rotation itself.
    q, k = draw.normal(2, 6, 1, size, dtype=np.float32), draw.normal(2, 2, 1, size, dtype=np.float32)
    rows = rotary(q, position_ids=np.array([[1999], [421]]))
    turned = lab.apply_rotary_pos_emb(q, k, *rows)
    check.value(
        turned, "q and k, one token each at positions 1999 and 421", within=tolerance.rotated(np.float32, 2000.0)
    )
    turned = lab.apply_rotary_pos_emb(q, k, rotary.cos_cached, rotary.sin_cached, np.array([[77], [2500]]))
    check.value(
        turned, "q and k, one token each at positions 77 and 2500", within=tolerance.rotated(np.float32, 2501.0)
    )


@pytest.mark.task("RotaryEmbedding", points=1)
def test_negative_lengths_and_positions_and_inputs_of_whole_numbers_are_refused(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotary = lab.RotaryEmbedding(14, 6, draw.base())
    x = draw.normal(2, 3, 8, 14, dtype=np.float32)
    check.call(rotary.forward, x, within=_rows(np.float32, 8))
    for wrong in (-1, -8):
        check.raises(rotary.forward, x, seq_len=wrong, naming="seq_len", value=wrong)
        check.raises(rotary.forward, x, position_ids=np.array([[3, wrong, 50]]), naming="position_ids", value=wrong)
    longer = draw.normal(2, 3, 20, 14)
    for dtype in (np.int64, np.complex64):
        check.raises(rotary.forward, longer.astype(dtype), naming="x", value=np.dtype(dtype))
    _check_length(check, rotary, "after refused calls")
