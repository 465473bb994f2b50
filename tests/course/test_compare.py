"""The comparison behind every grade: what it lets through, what it refuses, and in which order it speaks."""

from typing import Any

import numpy as np
import pytest

from labkit import tolerance
from labkit.compare import difference
from labkit.tolerance import EXACT, Bound

RIGHT = np.array([[1.0, -2.0, 3.0], [0.5, 0.25, 8.0]])


class _AlwaysEqual(np.ndarray):
    """An array that claims to be equal to everything."""

    def __eq__(self, other: object) -> Any:
        return True

    def __abs__(self) -> Any:
        return 0.0

    __hash__ = None


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (RIGHT.T.copy(), "shape (3, 2)"),
        (RIGHT.astype(np.float32), "dtype float32"),
        (RIGHT.tolist(), "list"),
        (None, "None"),
        (RIGHT.view(_AlwaysEqual), "a NumPy array"),
        (np.where(RIGHT == 8.0, np.nan, RIGHT), "[1, 2] = nan"),
        (np.where(RIGHT == 8.0, np.inf, RIGHT), "[1, 2] = inf"),
        (RIGHT + 1e-9, "6 of 6 values differ"),
    ],
    ids=["transposed", "float32", "list", "None", "lying subclass", "NaN", "infinity", "slightly off"],
)
def test_a_wrong_array_is_refused_by_its_first_difference(got: object, said: str) -> None:
    found = difference(RIGHT, got, tolerance.rotated(np.float64))
    assert found is not None
    assert said in found.text


def test_shape_is_named_before_dtype_and_dtype_before_values() -> None:
    assert "shape" in str(difference(RIGHT, RIGHT[:1].astype(np.float32) + 1, EXACT))
    assert "values" not in str(difference(RIGHT, RIGHT.astype(np.float32) + 1, EXACT))


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (True, 1),
        (True, "yes"),
        (True, None),
        (2, True),
        (2.0, np.nan),
        ((RIGHT, RIGHT), RIGHT),
        ((RIGHT,), (RIGHT, RIGHT)),
    ],
)
def test_wrong_scalars_and_tuples_are_refused(expected: object, got: object) -> None:
    assert difference(expected, got, Bound(absolute=0.5)) is not None


def test_rounding_is_allowed_and_no_more() -> None:
    bound = tolerance.frequencies()
    assert difference(RIGHT, RIGHT * (1 + 4 * tolerance.EPS64), bound) is None
    assert difference(RIGHT, RIGHT * (1 + 1e-4), bound) is not None
    assert difference(np.True_, True, EXACT) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_frequency_wrong_by_one_part_in_ten_thousand_is_outside_the_table_bound(dtype: type) -> None:
    angles = np.outer([3000.0, 17.0, 4000.0], 2000.0 ** (-np.arange(0, 16, 2) / 16))
    right = np.cos(angles).astype(dtype)
    bound = tolerance.table(dtype, 4000.0)
    for pair in range(8):
        factor = np.ones(8)
        factor[pair] += 1e-4
        assert difference(right, np.cos(angles * factor).astype(dtype), bound) is not None


def test_float32_rounding_of_a_right_table_is_inside_and_float32_angles_are_outside() -> None:
    inv_freq = 10000.0 ** (-np.arange(0, 64, 2) / 64)
    positions = np.arange(1000.0, 3000.0)
    angles = np.outer(positions, inv_freq)
    bound = tolerance.table(np.float32, 3000.0)
    right = np.cos(angles).astype(np.float32)
    assert difference(right, np.cos(np.mod(angles, 2 * np.pi).astype(np.float32)), bound) is None
    in_float32 = np.outer(positions.astype(np.float32), inv_freq.astype(np.float32))
    assert difference(right, np.cos(in_float32), bound) is not None
