"""Lab 04, graded: rotating vectors and whole heads, the two layouts, and the student's own check of the property."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labkit import tolerance
from labkit.testing import Check, Draw, Student

Floats = NDArray[np.float64]
Rotation = Callable[[Floats, int], Floats]


def _frequencies(size: int, base: float) -> Floats:
    return np.asarray(base ** (-2.0 * np.arange(size // 2) / size))


def _tables(draw: Draw, rows: int, size: int) -> tuple[Floats, Floats]:
    """Cosines and sines of positions that are not 0, 1, 2, ...: every row and every column is unlike the others."""
    angles = np.multiply.outer(draw.positions(rows, limit=60_000).astype(np.float64), _frequencies(size, draw.base()))
    return np.cos(angles), np.sin(angles)


@pytest.mark.task("apply_rope_single", points=1)
def test_each_neighbouring_pair_of_one_vector_turns_by_its_own_angle(lab: Student, check: Check, draw: Draw) -> None:
    for size in (2, 6, draw.head_dim()):
        (cos, *_), (sin, *_) = _tables(draw, 3, size)
        check.call(lab.apply_rope_single, draw.normal(size), cos, sin, within=tolerance.rotated(np.float64))
        check.leaves_unchanged(lab.apply_rope_single, draw.normal(size), cos, sin)
    check.call(lab.apply_rope_single, [3.0, -1, 0.5, 2], [0.6, -0.8], [0.8, 0.6], within=tolerance.rotated(np.float64))
    whole = draw.rng.integers(-9, 10, 8) * 3 + 1
    half, quarter = np.asarray([0.5, -0.25, 0.125, 0.75]), np.asarray([0.25, 0.5, -0.5, 0.375])
    check.call(lab.apply_rope_single, whole, half, quarter, within=tolerance.rotated(np.float64))
    for dtype in (np.float32, np.float16):
        arguments = draw.normal(8).astype(dtype), half.astype(dtype), quarter.astype(dtype)
        check.call(lab.apply_rope_single, *arguments, within=tolerance.rotated(dtype))


@pytest.mark.task("apply_rope_single", points=1)
def test_a_vector_and_tables_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    rope = lab.apply_rope_single
    x, cos, sin = draw.normal(10), draw.normal(5), draw.normal(5)
    check.call(rope, x, cos, sin, within=tolerance.rotated(np.float64))
    check.raises(rope, draw.normal(11), cos, sin, naming="x", value=(11,))
    check.raises(rope, draw.normal(2, 10), cos, sin, naming="x", value=(2, 10))
    for shape in [(4,), (1,), (10,), (1, 5)]:
        check.raises(rope, x, draw.normal(*shape), sin, naming="cos", value=shape)
        check.raises(rope, x, cos, draw.normal(*shape), naming="sin", value=shape)


@pytest.mark.task("apply_rope", points=1)
def test_every_query_and_every_key_turns_by_its_own_row_of_the_tables(lab: Student, check: Check, draw: Draw) -> None:
    size = draw.head_dim()
    tokens = draw.integer(5, 12)
    # As many tokens as pairs, or one token: there the shapes do not give a wrong axis away. Further rows are not used.
    for count, rows, width in [
        (tokens, tokens, size),
        (tokens, tokens + 7, size),
        (6, 6, 12),
        (1, 40, 10),
        (2, 2, 576),
    ]:
        cos, sin = _tables(draw, rows, width)
        q, k = draw.normal(count, width), draw.normal(count, width)
        check.call(lab.apply_rope, q, k, cos, sin, within=tolerance.rotated(np.float64))
    lists = [[[3.0, -1.0]], [[0.5, 2.0]], [[0.6]], [[-0.8]]]
    check.call(lab.apply_rope, *lists, within=tolerance.rotated(np.float64))


@pytest.mark.task("apply_rope", points=1)
def test_numpy_promotion_decides_the_dtype_and_the_arguments_stay_as_they_were(
    lab: Student, check: Check, draw: Draw
) -> None:
    rope = lab.apply_rope
    cos, sin = _tables(draw, 9, 6)
    q, k = draw.normal(7, 6), draw.normal(7, 6)
    for dtype in (np.float32, np.float16):
        narrow = [array.astype(dtype) for array in (q, k, cos, sin)]
        check.call(rope, *narrow, within=tolerance.rotated(dtype))
    whole = draw.rng.integers(-99, 100, (2, 7, 6))
    check.call(rope, whole[0], whole[1], cos, sin, within=tolerance.rotated(np.float64))
    # The query and the key are promoted apart from each other.
    cos, sin = cos.astype(np.float32), sin.astype(np.float32)
    check.call(rope, q.astype(np.float32), k, cos, sin, within=tolerance.rotated(np.float32))
    check.leaves_unchanged(rope, q, k, cos, sin)


@pytest.mark.task("apply_rope", points=1)
def test_heads_and_tables_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    rope = lab.apply_rope
    (cos, sin), q, k = _tables(draw, 8, 6), draw.normal(8, 6), draw.normal(8, 6)
    check.call(rope, q, k, cos, sin, within=tolerance.rotated(np.float64))
    check.raises(rope, draw.normal(8, 7), draw.normal(8, 7), cos, sin, naming="q", value=(8, 7))
    check.raises(rope, draw.normal(2, 8, 6), draw.normal(2, 8, 6), cos, sin, naming="q", value=(2, 8, 6))
    check.raises(rope, q, draw.normal(1, 6), cos, sin, naming="k", value=(1, 6))
    check.raises(rope, draw.normal(6), draw.normal(6), cos, sin, naming="q", value=(6,))
    for wrong in [(7, 6), (9, 6), (8, 8)]:
        check.raises(rope, q, draw.normal(*wrong), cos, sin, naming="k", value=wrong)
    for shape in [(7, 3), (1, 3), (8, 1), (8, 6), (8,), (8, 3, 1)]:
        check.raises(rope, q, k, draw.normal(*shape), sin, naming="cos_pe", value=shape)
        check.raises(rope, q, k, cos, draw.normal(*shape), naming="sin_pe", value=shape)


@pytest.mark.task("rotate_by_offset", points=1)
def test_an_offset_turns_forwards_or_backwards_by_its_own_angles(lab: Student, check: Check, draw: Draw) -> None:
    size = draw.head_dim()
    frequencies = _frequencies(size, draw.base())
    near, middle, far = draw.integer(1, 40), draw.integer(41, 900), draw.integer(3000, 90_000)
    for offset in (-near, middle, -far, far + 1):
        bound = tolerance.rotated(np.float64, largest_angle=abs(offset))
        check.call(lab.rotate_by_offset, draw.normal(size), offset, frequencies, within=bound)
        # Frequencies need not come from a base, and neither argument need be float64: the result is.
        given = draw.rng.uniform(0.2, 1.0, 5).astype(np.float32)
        check.call(lab.rotate_by_offset, draw.normal(10, dtype=np.float32), offset, given, within=bound)
    check.call(lab.rotate_by_offset, draw.normal(size), 0, frequencies, within=tolerance.rotated(np.float64))
    check.call(lab.rotate_by_offset, [3, -1], -5, [0.75], within=tolerance.rotated(np.float64, largest_angle=5.0))
    for offset in (-3, 0):
        check.leaves_unchanged(lab.rotate_by_offset, draw.normal(size), offset, frequencies)


@pytest.mark.task("rotate_by_offset", points=1)
def test_a_vector_and_frequencies_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    rotate = lab.rotate_by_offset
    x, frequencies = draw.normal(10), _frequencies(10, draw.base())
    check.call(rotate, x, -77, frequencies, within=tolerance.rotated(np.float64, largest_angle=77.0))
    check.raises(rotate, draw.normal(11), 5, frequencies, naming="x", value=(11,))
    check.raises(rotate, draw.normal(3, 10), 5, frequencies, naming="x", value=(3, 10))
    check.raises(rotate, np.array(1.5), 5, frequencies, naming="x", value=())
    for shape in [(4,), (1,), (10,), (1, 5)]:
        check.raises(rotate, x, 5, draw.normal(*shape), naming="inv_freq", value=shape)


def _check_layout(reorder: Callable[..., Any], check: Check, draw: Draw) -> None:
    # From six features on, the two directions differ.
    for shape in [(6,), (5, draw.head_dim()), (2, 3, 5, 10), (2,)]:
        check.call(reorder, draw.normal(*shape), within=tolerance.EXACT)
    check.call(reorder, draw.normal(3, 12, dtype=np.float16), within=tolerance.EXACT)
    check.call(reorder, draw.rng.permutation(14), within=tolerance.EXACT)
    check.call(reorder, [[4.0, 1.0, 7.0, 2.0, 9.0, 3.0]], within=tolerance.EXACT)
    check.leaves_unchanged(reorder, draw.normal(4, 8))
    check.leaves_unchanged(reorder, draw.normal(2))
    check.raises(reorder, draw.normal(9), naming="x", value=(9,))
    check.raises(reorder, draw.normal(4, 7), naming="x", value=(4, 7))


@pytest.mark.task("interleaved_to_half", points=1)
def test_the_even_features_come_first_and_the_odd_ones_behind_them(lab: Student, check: Check, draw: Draw) -> None:
    _check_layout(lab.interleaved_to_half, check, draw)


@pytest.mark.task("half_to_interleaved", points=1)
def test_the_two_halves_are_woven_together(lab: Student, check: Check, draw: Draw) -> None:
    _check_layout(lab.half_to_interleaved, check, draw)


# What holds_relative_property is asked to judge: rotations of 16 features, right and wrong ones.


def _turned(x: Floats, angles: Floats) -> Floats:
    even, odd = x[0::2], x[1::2]
    cos, sin = np.cos(angles), np.sin(angles)
    return np.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def _rope(base: float, place: Callable[[int], float] = float) -> Rotation:
    """RoPE with the token at ``place(position)`` instead of at its position."""
    frequencies = _frequencies(16, base)
    return lambda x, position: _turned(x, place(int(position)) * frequencies)


def _half(base: float, angles_of_features: Callable[[Floats], Floats]) -> Rotation:
    """Pairs i and i + 8, as rotate_half makes them, with the 16 angles that the second argument lays out."""
    frequencies = _frequencies(16, base)

    def rotate(x: Floats, position: int) -> Floats:
        angles = angles_of_features(position * frequencies)
        turned: Floats = x * np.cos(angles) + np.concatenate([-x[8:], x[:8]]) * np.sin(angles)
        return turned

    return rotate


def _from_table(base: float) -> Rotation:
    """A table with one row for every position that a caller may ask for, and no more."""
    angles = np.multiply.outer(np.arange(10_001.0), _frequencies(16, base))

    def rotate(x: Floats, position: int) -> Floats:
        if not 0 <= position <= 10_000:
            raise IndexError(f"positions go from 0 to 10,000, got {position}")
        return _turned(x, angles[position])

    return rotate


def _drifting(base: float, drift: float) -> Rotation:
    """A frequency that grows along the sequence: relative by ``drift`` at position 10,000."""
    return _rope(base, lambda position: position * (1.0 + drift * position / 1e4))


def _growing(rotate: Rotation) -> Rotation:
    return lambda x, position: rotate(x, position) * (1.0 + position / 500.0)


def _clipped(base: float) -> Rotation:
    return _rope(base, lambda position: float(min(position, 2047)))


@pytest.mark.task("holds_relative_property", points=1)
def test_every_kind_of_rope_is_accepted_and_what_only_resembles_it_is_refused(
    lab: Student, check: Check, draw: Draw
) -> None:
    base = draw.base()
    rope = _rope(base)
    right: dict[str, Rotation] = {
        "RoPE": rope,
        "RoPE with another base": _rope(draw.base()),
        "RoPE with the default base": _rope(10_000.0),
        "RoPE that turns clockwise": _rope(base, lambda position: -float(position)),
        "RoPE in the split-half layout": _half(base, lambda angles: np.concatenate([angles, angles])),
        "RoPE that makes all vectors twice as long": lambda x, position: 2.0 * rope(x, position),
        "RoPE from a table of the positions 0 to 10,000": _from_table(base),
    }
    wrong: dict[str, Rotation] = {
        "rotate_half with the angles of the interleaved layout": _half(base, lambda angles: np.repeat(angles, 2)),
        "angles that grow with the square of the position": _rope(base, lambda position: float(position) ** 2),
        "sinusoids that are added to the vector": lambda x, position: x + rope(np.ones(16), position),
        "RoPE that makes vectors longer and longer": _growing(rope),
        "RoPE with frequencies that depend on the vector": lambda x, position: _turned(
            x, position * (1.0 + 0.1 * float(np.mean(x))) * _frequencies(16, base)
        ),
        "a table of 2048 rows that repeats its last row": _clipped(base),
    }
    check.verdicts(draw, lab.holds_relative_property, 1e-7, right, wrong)


@pytest.mark.task("holds_relative_property", points=1)
def test_a_rotation_that_goes_wrong_only_at_far_positions_is_refused(lab: Student, check: Check, draw: Draw) -> None:
    base = draw.base()
    rope = _rope(base)
    wrong: dict[str, Rotation] = {
        "a table of 2048 rows that repeats its last row": _clipped(base),
        "a table of 64 rows that starts again": _rope(base, lambda position: float(position % 64)),
        "positions rounded to half precision": _rope(base, lambda position: float(np.float16(position))),
        "a rotation that returns NaN": lambda x, _position: x * np.nan,
        "RoPE that returns NaN from position 5000 on": lambda x, position: (
            rope(x, position) if position < 5000 else x * np.nan
        ),
    }
    check.verdicts(
        draw, lab.holds_relative_property, 1e-6, {"RoPE": rope, "RoPE with another base": _rope(draw.base())}, wrong
    )


@pytest.mark.task("holds_relative_property", points=1)
def test_atol_decides_absolutely_about_a_small_difference(lab: Student, check: Check, draw: Draw) -> None:
    base = draw.base()
    # The drifts make scores differ by up to about 1e-2 and 1e-6: the second is below a relative tolerance left at 1e-5.
    rope = _rope(base)
    slow, slower, drifting = _drifting(base, 1e-6), _drifting(base, 1e-10), _drifting(base, 1e-9)
    growing = {"RoPE that makes vectors longer and longer": _growing(_rope(base))}
    # Scores a million times as large, which differ by about 1e-5 of themselves: far more than atol.
    long = {"vectors made 1000 times as long, turned with a drift of 1e-9": lambda x, p: 1000.0 * drifting(x, p)}
    right: dict[str, Rotation] = {"RoPE": _rope(base)}
    check.verdicts(draw, lab.holds_relative_property, 1.0, right | {"a frequency that drifts by 1e-6": slow}, growing)
    check.verdicts(
        draw, lab.holds_relative_property, 1e-2, right | {"a frequency that drifts by 1e-10": slower}, growing | long
    )
    check.verdicts(draw, lab.holds_relative_property, 1e-6, right, {"a frequency that drifts by 1e-6": slow})
    # Scores that change by 2e-6 of themselves: more than atol, and less than ten times as much.
    longer = {"vectors longer by 1e-6 from position 50 on": lambda x, p: rope(x, p) * (1.0 + 1e-6 * (p >= 50))}
    check.verdicts(draw, lab.holds_relative_property, 1.5e-6, right, longer)
    check.verdicts(draw, lab.holds_relative_property, 1e-9, right, {"a frequency that drifts by 1e-10": slower})
    # Scores that are 16 whatever the order of the sum: the difference is 0, and 0 is not more than atol.
    same: dict[str, Rotation] = {"ones at every position": lambda _x, _position: np.ones(16)}
    check.verdicts(draw, lab.holds_relative_property, 0.0, same, growing)
