"""Lab 08, graded: rotations that move each byte once, judged by results, identity, memory and refusals, never by a clock."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from labkit import tolerance
from labkit.memory_layouts import every_other, inside, read_only
from labkit.testing import Check, Draw, Student

Array = NDArray[Any]

SMALL = 256 * 1024
"""Bytes of extra memory that every function may use: three working buffers of NumPy's take 192 KiB."""

SIZES = [(2, 5, 3, 10), (3, 6, 6, 14), (1, 1, 4, 6)]
"""(batch, seq, heads, D) of small arrays; in one of them seq and heads are alike."""

LARGE = (2, 256, 8, 128)
"""(batch, seq, heads, D) of arrays whose copies would be seen: 2 MiB of float32."""


def _tables(draw: Draw, seq: int, size: int) -> tuple[Array, Array, Array]:
    """The complex table, cosines and sines of distinct positions in no order."""
    angles = np.outer(draw.positions(seq), draw.base() ** (-np.arange(0, size, 2) / size))
    full = np.concatenate([angles, angles], axis=1)
    return np.exp(1j * angles).astype(np.complex64), np.cos(full).astype(np.float32), np.sin(full).astype(np.float32)


def _shape(seq_axis: int, batch: int, seq: int, heads: int, size: int) -> tuple[int, int, int, int]:
    return (batch, seq, heads, size) if seq_axis == 1 else (batch, heads, seq, size)


def _x(draw: Draw, *shape: int, dtype: DTypeLike = np.float32) -> Array:
    return draw.normal(*shape, dtype=dtype)


def _large(seq_axis: int) -> tuple[Array, Array, Array, Array]:
    """A large x with tables, all zeros: for memory alone."""
    batch, seq, heads, size = LARGE if seq_axis == 1 else (2, 1024, 2, 128)
    x, cos = np.zeros(_shape(seq_axis, batch, seq, heads, size), np.float32), np.zeros((seq, size), np.float32)
    return x, np.zeros((seq, size // 2), np.complex64), cos, cos.copy()


def _refuses_tables_and_axes(check: Check, rotate: Any, x: Array, table: Array, *more: int) -> None:
    """Tables that do not fit x, of shape (2, 5, 3, 10), and axes that are no sequence."""
    shapes = (table[:4], table[:, :4], table[:, :4].T.copy(), table[0], np.concatenate([table, table]))
    for wrong in (*shapes, table.astype(np.complex128), table.real.copy()):
        check.raises(rotate, x, wrong, *more, naming="table")
    check.raises(rotate, x, table, *more, seq_axis=2, naming="table")
    for axis in (0, 3, -3):
        check.raises(rotate, x, table, *more, seq_axis=axis, naming="seq_axis")


@pytest.mark.task("rotation_table", points=1)
def test_entry_t_i_is_the_unit_number_at_position_t_times_frequency_i(lab: Student, check: Check, draw: Draw) -> None:
    for seq, size in [(9, 10), (6, 12), (7, 14), (draw.integer(20, 40), draw.head_dim())]:
        inv_freq = draw.base() ** (-np.arange(0, size, 2) / size)
        check.call(lab.rotation_table, draw.positions(seq, 300), inv_freq, within=tolerance.table(np.float32, 300))
    inv_freq = 1.7 * draw.base() ** (-np.arange(0, 6, 2) / 6)
    for positions in (np.array([2.5, -3.0, 0.25]), np.arange(0), np.array([11], np.uint8), np.array([11, 3, 11])):
        check.call(lab.rotation_table, positions, inv_freq, within=tolerance.table(np.float32, 20))
    check.leaves_unchanged(lab.rotation_table, draw.positions(5), inv_freq)
    for bad in (np.int64(3), np.array([[1, 2], [3, 4]])):
        check.raises(lab.rotation_table, np.asarray(bad), inv_freq, naming="positions")
    for wrong in (inv_freq[:, None], inv_freq[0], np.zeros(0), np.float32(inv_freq), inv_freq + 0j, np.array([1, 0])):
        check.raises(lab.rotation_table, draw.positions(5), wrong, naming="inv_freq")


@pytest.mark.task("rotation_table", points=1)
def test_an_entry_is_right_to_float32_rounding_at_a_million_positions(lab: Student, check: Check, draw: Draw) -> None:
    far = 2**20
    for dtype in (np.int64, np.int32, np.float32, np.float64):
        inv_freq = draw.base() ** (-np.arange(0, 16, 2) / 16)
        positions = draw.positions(12, far).astype(dtype)
        check.call(lab.rotation_table, positions, inv_freq, within=tolerance.table(np.float32, far))
    # Beyond what float32 can count, and between two positions.
    for positions in (np.array([2**24 + 1, 5, 2**24 + 3]), np.array([524287.25, 3.5, 1048575.75])):
        check.call(lab.rotation_table, positions, inv_freq, within=tolerance.table(np.float32, 2**24 + 3))


@pytest.mark.task("complex_pairs", points=1)
def test_pairs_are_seen_as_complex_numbers_on_the_same_memory(lab: Student, check: Check, draw: Draw) -> None:
    for shape in [(6,), (5, 10), (3, 4, 2, 14), (2, 0, 3, 8)]:
        array = _x(draw, *shape)
        check.call(lab.complex_pairs, array, within=tolerance.EXACT)
        if array.size:
            check.shares(lab.complex_pairs, array, within=tolerance.EXACT)
    x = _x(draw, 3, 4, 5, 6)
    for array in (every_other(x, -2), x[:, ::-1], x.swapaxes(0, 2), inside(x, 1), read_only(x.copy())):
        check.shares(lab.complex_pairs, array, "x", within=tolerance.EXACT)
    for dtype in (np.float16, np.float64, np.int32, np.complex64):
        check.raises(lab.complex_pairs, _x(draw, 2, 10).astype(dtype), naming="array")
    check.raises(lab.complex_pairs, _x(draw, 2, 8, dtype=np.float16), "x", naming="x")
    for size in (1, 7):
        check.raises(lab.complex_pairs, _x(draw, 4, size), "out", naming="out")
    for array in (every_other(x, -1), x[..., ::-1], x.swapaxes(2, 3)[..., :4], x.T[..., :2]):
        check.raises(lab.complex_pairs, array, "keys", naming="keys")


@pytest.mark.task("rotate_complex", points=1)
def test_a_new_array_holds_the_rotated_pairs_and_x_is_left_alone(lab: Student, check: Check, draw: Draw) -> None:
    within = tolerance.rotated(np.float32)
    for batch, seq, heads, size in [*SIZES, (2, 0, 3, 8), (2, 7, 2, draw.head_dim())]:
        table = _tables(draw, seq, size)[0] if seq else np.zeros((0, size // 2), np.complex64)
        for seq_axis in (1, 2):
            x = _x(draw, *_shape(seq_axis, batch, seq, heads, size))
            check.call(lab.rotate_complex, x, table, seq_axis=seq_axis, within=within)
    x, table = _x(draw, 2, 5, 3, 10), _tables(draw, 5, 10)[0]
    check.call(lab.rotate_complex, x, table, within=within)
    check.call(lab.rotate_complex, x, table, None, within=within)
    check.leaves_unchanged(lab.rotate_complex, x, table)
    for array in (every_other(x, -2), inside(x, 3), read_only(x.copy()), _x(draw, 2, 3, 5, 10).swapaxes(1, 2)):
        check.leaves_unchanged(lab.rotate_complex, array, table)
    for seq_axis in (1, 2):
        x, table, _, _ = _large(seq_axis)
        check.memory(lab.rotate_complex, x, table, seq_axis=seq_axis, most=x.nbytes + SMALL)


@pytest.mark.task("rotate_complex", points=1)
def test_what_comes_back_is_out_itself_whatever_its_strides(lab: Student, check: Check, draw: Draw) -> None:
    within = tolerance.rotated(np.float32)
    for seq_axis in (1, 2):
        x, table = _x(draw, *_shape(seq_axis, 2, 5, 3, 10)), _tables(draw, 5, 10)[0]
        empty = np.full(x.shape, 7, np.float32)
        transposed = np.full(x.transpose(2, 0, 1, 3).shape, 7, np.float32).transpose(1, 2, 0, 3)
        for part in (every_other(x, -2), inside(x, 3), read_only(x.copy())):
            out, how = empty.copy(), {"seq_axis": seq_axis}
            check.into(lab.rotate_complex, part, table, out, **how, target=out, called="out", within=within)
        for out in (empty, every_other(empty, -2), every_other(empty, 1), inside(empty, 1), transposed):
            check.into(lab.rotate_complex, x, table, out=out, **how, target=out, called="out", within=within)
        # Two halves of one array share no memory, though the one begins before the other ends.
        both = np.concatenate([x, np.full_like(x, 7)], axis=-1)
        part, out = both[..., :10], both[..., 10:]
        check.into(lab.rotate_complex, part, table, out, seq_axis=seq_axis, target=out, called="out", within=within)
        x, table, _, _ = _large(seq_axis)
        out = np.zeros_like(x)
        check.memory(lab.rotate_complex, x, table, out, seq_axis=seq_axis, most=SMALL)
        check.memory(lab.rotate_complex, x, table, every_other(out, -2), seq_axis=seq_axis, most=SMALL)
        check.memory(lab.rotate_complex, every_other(x, -2), table, out, seq_axis=seq_axis, most=SMALL)


@pytest.mark.task("rotate_complex", points=1)
def test_an_x_table_or_out_that_does_not_fit_is_refused_before_anything_is_written(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotate = lab.rotate_complex
    x, table = _x(draw, 2, 5, 3, 10), _tables(draw, 5, 10)[0]
    out = np.full(x.shape, 7, np.float32)
    check.call(rotate, x, table, within=tolerance.rotated(np.float32))
    for bad in (x.astype(np.float16), x.astype(np.float64), every_other(x, -1), x[0], x[..., :0].reshape(2, 5, 0)):
        check.raises(rotate, bad, table, naming="x")
    check.raises(rotate, _x(draw, 2, 5, 3, 9), table[:, :4], naming="x")
    _refuses_tables_and_axes(check, rotate, x, table)
    shapes = out[:1], out.repeat(2, 0), out[:, :, :, :8], np.full((2, 3, 5, 10), 7, np.float32)
    for bad in (*shapes, out.astype(np.float64), out.astype(np.float16), every_other(out, -1), read_only(out.copy())):
        check.raises(rotate, x, table, bad, naming="out")
    overlapping = np.concatenate([x, x])
    for first, second in [
        (x, x),
        (x, x[:]),
        (overlapping[:2], overlapping[1:3]),
        (x, x[::-1]),
        (overlapping[:2, ..., :8], overlapping[:2, ..., 2:]),
    ]:
        check.raises(rotate, first, table[:, : first.shape[-1] // 2], second, naming="out")


@pytest.mark.task("rotate_in_place", points=1)
def test_x_comes_back_overwritten_whatever_its_strides(lab: Student, check: Check, draw: Draw) -> None:
    within = tolerance.rotated(np.float32)
    for batch, seq, heads, size in [*SIZES, (2, 7, 2, draw.head_dim())]:
        table = _tables(draw, seq, size)[0]
        for seq_axis in (1, 2):
            x = _x(draw, *_shape(seq_axis, batch, seq, heads, size))
            check.into(lab.rotate_in_place, x, table, seq_axis=seq_axis, target=x, called="x", within=within)
    x = _x(draw, 2, 7, 2, size)
    check.into(lab.rotate_in_place, x, table, target=x, called="x", within=within)
    other = _x(draw, 2, 2, 7, size).swapaxes(1, 2)
    for part in (every_other(x, -2), every_other(x, 1), inside(x, 1), x[::-1], x[:, ::-1], other):
        check.into(lab.rotate_in_place, part, table, target=part, called="x", within=within)
    for seq_axis in (1, 2):
        x, table, _, _ = _large(seq_axis)
        check.memory(lab.rotate_in_place, x, table, seq_axis=seq_axis, most=SMALL)
        check.memory(lab.rotate_in_place, every_other(x, 1), table, seq_axis=seq_axis, most=SMALL)


@pytest.mark.task("rotate_in_place", points=1)
def test_an_x_that_cannot_be_rotated_where_it_is_is_refused_and_left_alone(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotate = lab.rotate_in_place
    x, table = _x(draw, 2, 5, 3, 10), _tables(draw, 5, 10)[0]
    check.into(rotate, x, table=table, target=x, called="x", within=tolerance.rotated(np.float32))
    gaps = every_other(x, -1), x[..., ::-1], x.swapaxes(2, 3)[:, :, :, :2]
    fixed = read_only(x.copy()), np.broadcast_to(x[:1], x.shape)
    for bad in (x.astype(np.float16), x.astype(np.float64), *gaps, *fixed, x[0], x[None]):
        check.raises(rotate, bad, table[:, : max(1, bad.shape[-1] // 2)], naming="x")
    check.raises(rotate, _x(draw, 2, 5, 3, 9), table[:, :4], naming="x")
    _refuses_tables_and_axes(check, rotate, x, table)


@pytest.mark.task("rotate_blocked", points=1)
def test_x_is_rotated_block_by_block_in_either_precision_and_with_any_strides(
    lab: Student, check: Check, draw: Draw
) -> None:
    for dtype in (np.float32, np.float16):
        within = tolerance.rotated(np.float32) if dtype == np.float32 else tolerance.rotated_and_rounded(dtype)
        for batch, seq, heads, size in [(2, 11, 3, 10), (3, 6, 6, 14), (1, 9, 4, draw.head_dim())]:
            table = _tables(draw, seq, size)[0]
            for seq_axis, block in [(1, 1), (1, 4), (2, 4), (2, seq), (1, seq + 5)]:
                x = _x(draw, *_shape(seq_axis, batch, seq, heads, size), dtype=dtype)
                check.into(lab.rotate_blocked, x, table, block, seq_axis=seq_axis, target=x, called="x", within=within)
        x, table = _x(draw, 2, 11, 3, 10, dtype=dtype), _tables(draw, 11, 10)[0]
        other = _x(draw, 10, 3, 11, 2, dtype=dtype).transpose(3, 2, 1, 0)
        for part in (every_other(x, -1), every_other(x, -2), inside(x, 1), x[:, ::-1], x[..., ::-1], other):
            check.into(lab.rotate_blocked, part, table, 3, target=part, called="x", within=within)


@pytest.mark.task("rotate_blocked", points=1)
def test_rotating_in_blocks_takes_one_block_of_memory_and_refuses_what_it_cannot_turn(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotate = lab.rotate_blocked
    for seq_axis, block, of_heads in [(1, 2, LARGE[2]), (1, 128, LARGE[2]), (2, 800, 1)]:
        x, table, _, _ = _large(seq_axis)
        most = block * of_heads * LARGE[3] * 4 + SMALL
        check.memory(rotate, x, table, block, seq_axis=seq_axis, most=most)
        check.memory(rotate, x.astype(np.float16), table, block, seq_axis=seq_axis, most=most)
        check.memory(rotate, every_other(x, -1), table, block, seq_axis=seq_axis, most=most)
    x, table = _x(draw, 2, 5, 3, 10), _tables(draw, 5, 10)[0]
    check.into(rotate, x, table, block=2, target=x, called="x", within=tolerance.rotated(np.float32))
    check.into(rotate, x, table, 2**50, target=x, called="x", within=tolerance.rotated(np.float32))
    for bad in (x.astype(np.float64), x.astype(np.int16), read_only(x.copy()), x[0], np.broadcast_to(x[:1], x.shape)):
        check.raises(rotate, bad, table, 2, naming="x")
    check.raises(rotate, _x(draw, 2, 5, 3, 9), table[:, :4], 2, naming="x")
    for block in (0, -3):
        check.raises(rotate, x, table, block, naming="block")
    _refuses_tables_and_axes(check, rotate, x, table, 2)


@pytest.mark.task("rotate_half_blocked", points=1)
def test_split_halves_are_rotated_into_out_block_by_block(lab: Student, check: Check, draw: Draw) -> None:
    within = tolerance.rotated(np.float32)
    for batch, seq, heads, size in [(2, 11, 3, 10), (3, 6, 6, 14), (1, 9, 4, draw.head_dim())]:
        _, cos, sin = _tables(draw, seq, size)
        for seq_axis, block in [(1, 1), (1, 4), (2, 4), (2, seq), (1, None), (2, None)]:
            x = _x(draw, *_shape(seq_axis, batch, seq, heads, size))
            out, how = np.full(x.shape, 7, np.float32), {"seq_axis": seq_axis, "block": block}
            check.into(lab.rotate_half_blocked, x, cos, sin, out, **how, target=out, called="out", within=within)
    x, (cos, sin) = _x(draw, 2, 11, 3, 10), map(read_only, _tables(draw, 11, 10)[1:])
    empty = np.full(x.shape, 7, np.float32)
    transposed = np.full((3, 2, 11, 10), 7, np.float32).transpose(1, 2, 0, 3)
    both = np.concatenate([x, empty], axis=-1)
    for part, out in [
        (read_only(x.copy()), every_other(empty, -2)),
        (every_other(x, -2), inside(empty, 1)),
        (x[:, ::-1], transposed),
        (both[..., :10], both[..., 10:]),
    ]:
        check.into(lab.rotate_half_blocked, part, cos, sin, out, target=out, called="out", within=within)
    x, (_, cos, sin) = _x(draw, 1, 2, 260, 128), _tables(draw, 2, 128)
    for block in (None, 2**50):
        out = np.full(x.shape, 7, np.float32)
        check.into(lab.rotate_half_blocked, x, cos, sin, out, block=block, target=out, called="out", within=within)
    x = np.zeros((1, 2, 1300, 128), np.float32)
    check.memory(lab.rotate_half_blocked, x, cos, sin, np.zeros_like(x), most=x.nbytes // 2 + SMALL)
    for seq_axis, block, of_heads in [(1, 128, LARGE[2] + 1), (2, 800, 2)]:
        x, _, cos, sin = _large(seq_axis)
        most = block * of_heads * LARGE[3] * 4 + SMALL
        out = np.zeros_like(x)
        check.memory(lab.rotate_half_blocked, x, cos, sin, out, seq_axis=seq_axis, block=block, most=most)
        gaps = every_other(x, -2)
        check.memory(lab.rotate_half_blocked, gaps, cos, sin, out, seq_axis=seq_axis, most=2**18 + SMALL)


@pytest.mark.task("rotate_half_blocked", points=1)
def test_arguments_of_the_split_half_rotation_that_do_not_fit_are_refused_before_anything_is_written(
    lab: Student, check: Check, draw: Draw
) -> None:
    rotate = lab.rotate_half_blocked
    x, (table, cos, sin) = _x(draw, 2, 5, 3, 10), _tables(draw, 5, 10)
    out = np.full(x.shape, 7, np.float32)
    check.into(rotate, x, cos, sin, out=out, target=out, called="out", within=tolerance.rotated(np.float32))
    for bad in (x.astype(np.float16), x.astype(np.float64), every_other(x, -1), x[..., ::-1]):
        check.raises(rotate, bad, cos, sin, out, naming="x")
    check.raises(rotate, x[..., :9].copy(), cos[:, :9].copy(), sin[:, :9].copy(), out[..., :9].copy(), naming="x")
    check.raises(rotate, x[0], cos, sin, out[0], naming="x")
    for bad in (cos[:4], cos[:, :5], cos.astype(np.float64), table, cos.T.copy(), np.concatenate([cos, cos])):
        check.raises(rotate, x, bad, sin, out, naming="cos")
        check.raises(rotate, x, cos, bad, out, naming="sin")
    for axis in (0, 3, -3):
        check.raises(rotate, x, cos, sin, out, seq_axis=axis, naming="seq_axis")
    for block in (0, -3):
        check.raises(rotate, x, cos, sin, out, block=block, naming="block")
    others = out.astype(np.float64), out.repeat(2, 0), np.full((2, 3, 5, 10), 7, np.float32), every_other(out, -1)
    for bad in (*others, read_only(out.copy()), x, x[:], x[::-1], x[:, ::-1]):
        check.raises(rotate, x, cos, sin, bad, naming="out")
