"""Lab 01, graded: inverse frequencies, wavelengths, and the angles of positions in either table layout."""

import numpy as np
import pytest

from labkit import tolerance
from labkit.testing import Check, Draw, Student


@pytest.mark.task("rope_frequencies", points=2)
def test_entry_i_is_the_base_to_the_minus_2i_over_the_head_dimension(lab: Student, check: Check, draw: Draw) -> None:
    for size in (6, 10, draw.head_dim(), draw.head_dim(66, 256)):
        check.call(lab.rope_frequencies, size, draw.base(), within=tolerance.frequencies())
    # One pair is the smallest head there is, and its frequency is 1 whatever the base.
    check.call(lab.rope_frequencies, 2, draw.base(), within=tolerance.frequencies())


@pytest.mark.task("rope_frequencies", points=1)
def test_the_base_is_10000_unless_another_is_given_by_name(lab: Student, check: Check, draw: Draw) -> None:
    for size in (64, 128, draw.head_dim()):
        check.call(lab.rope_frequencies, size, within=tolerance.frequencies())
        check.call(lab.rope_frequencies, base=draw.base(), d_head=size, within=tolerance.frequencies())


@pytest.mark.task("rope_frequencies", points=1)
def test_the_powers_are_float64_for_bases_of_every_kind(lab: Student, check: Check, draw: Draw) -> None:
    # Whole numbers, a base in single precision, and one below 1, whose frequencies rise instead of falling.
    bases = (500000, np.int64(50000), np.float32(draw.base()), 0.3)
    for base in bases:
        check.call(lab.rope_frequencies, draw.head_dim(), base, within=tolerance.frequencies())


@pytest.mark.task("rope_frequencies", points=1)
def test_a_bad_head_dimension_and_a_bad_base_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    check.call(lab.rope_frequencies, draw.head_dim(), draw.base(), within=tolerance.frequencies())
    for size in (7, 1, 0, -6, -3):
        check.raises(lab.rope_frequencies, size, draw.base(), naming="d_head", value=size)
    for base in (0.0, -1.0, -10000.0):
        check.raises(lab.rope_frequencies, 8, base, naming="base", value=base)


@pytest.mark.task("wavelengths", points=1)
def test_a_wavelength_is_the_tokens_of_one_full_turn(lab: Student, check: Check, draw: Draw) -> None:
    # Frequencies that are no powers of anything: the formula must not assume where they come from.
    uneven = np.exp(draw.rng.uniform(-12.0, 1.0, 9))
    powers = draw.base() ** (-np.arange(11) / 11)
    for inv_freq in (uneven, powers, uneven.astype(np.float32), np.array([2, 5, 1]), [0.125, 3.0, 1e-6]):
        check.call(lab.wavelengths, inv_freq, within=tolerance.frequencies())
    check.leaves_unchanged(lab.wavelengths, uneven)


@pytest.mark.task("wavelengths", points=1)
def test_a_frequency_that_is_not_above_zero_is_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    check.call(lab.wavelengths, draw.rng.uniform(0.001, 1.0, 5), within=tolerance.frequencies())
    check.raises(lab.wavelengths, np.array([1.0, 0.5, -0.25, 0.125]), naming="inv_freq", value=-0.25)
    check.raises(lab.wavelengths, np.array([-0.5, 1.0]), naming="inv_freq", value=-0.5)
    check.raises(lab.wavelengths, np.array([0.75, 0.0]), naming="inv_freq")  # NumPy prints "0."
    check.raises(lab.wavelengths, np.array([-2.5]), naming="inv_freq", value=-2.5)


@pytest.mark.task("position_angles", points=1)
def test_every_position_is_multiplied_with_every_frequency(lab: Student, check: Check, draw: Draw) -> None:
    # Positions out of order; as many positions as pairs, where rows and columns are easily exchanged; and a single one.
    for count, pairs in [(9, 5), (7, 7), (3, 16), (1, 6)]:
        inv_freq = draw.base() ** (-np.arange(pairs) / pairs)
        check.call(lab.position_angles, draw.positions(count, limit=100_000), inv_freq, within=tolerance.angles())
    repeated = np.array([4000, 17, 4000, 0, 17, 999])
    check.call(lab.position_angles, repeated, draw.rng.uniform(0.01, 1.0, 4), within=tolerance.angles())
    check.call(lab.position_angles, [31, 2, 65_537], [0.75, 0.0123], within=tolerance.angles())
    check.call(lab.position_angles, np.zeros(0), draw.rng.uniform(0.01, 1.0, 3), within=tolerance.EXACT)
    check.leaves_unchanged(lab.position_angles, repeated, inv_freq)
    # With a single frequency of 1 the angles are the positions, and still an array of their own.
    check.leaves_unchanged(lab.position_angles, repeated.astype(np.float64), np.array([1.0]))


@pytest.mark.task("position_angles", points=1)
def test_the_product_is_taken_in_float64_whatever_the_arguments_are(lab: Student, check: Check, draw: Draw) -> None:
    inv_freq = (draw.base() ** (-np.arange(8) / 8)).astype(np.float32)
    positions = draw.positions(6, limit=1_000_000)
    for kind in (np.int32, np.float32, np.float64):
        check.call(lab.position_angles, positions.astype(kind), inv_freq, within=tolerance.angles())
    small = draw.positions(5, limit=120).astype(np.uint8)
    check.call(lab.position_angles, small, inv_freq.astype(np.float16), within=tolerance.angles())
    check.call(lab.position_angles, small, np.array([3, 1], dtype=np.uint8), within=tolerance.angles())


@pytest.mark.task("position_angles", points=1)
def test_positions_and_frequencies_must_be_one_dimensional(lab: Student, check: Check, draw: Draw) -> None:
    positions, inv_freq = draw.positions(6), draw.rng.uniform(0.01, 1.0, 4)
    check.call(lab.position_angles, positions, inv_freq, within=tolerance.angles())
    for shape in [(2, 3), (6, 1)]:
        check.raises(lab.position_angles, positions.reshape(shape), inv_freq, naming="positions", value=shape)
    check.raises(lab.position_angles, np.array(5), inv_freq, naming="positions", value=())
    for shape in [(2, 2), (1, 4)]:
        check.raises(lab.position_angles, positions, inv_freq.reshape(shape), naming="inv_freq", value=shape)
    check.raises(lab.position_angles, positions, np.array(0.5), naming="inv_freq", value=())


@pytest.mark.task("duplicate_angles", points=1)
def test_each_row_is_followed_by_the_same_row_again(lab: Student, check: Check, draw: Draw) -> None:
    angles = draw.normal(7, 5) * 1000
    for rows in (angles, draw.normal(6, 6), draw.normal(1, 8), draw.normal(9, 3), draw.normal(4, 1), draw.normal(0, 5)):
        check.call(lab.duplicate_angles, rows, within=tolerance.EXACT)
    for kind in (np.float32, np.float16, np.int32):
        check.call(lab.duplicate_angles, angles.astype(kind), within=tolerance.EXACT)
    check.call(lab.duplicate_angles, [[0.5, 2.0, -1.0], [7.0, 3.0, 4.5]], within=tolerance.EXACT)
    check.leaves_unchanged(lab.duplicate_angles, angles)


@pytest.mark.task("duplicate_angles", points=1)
def test_angles_that_are_no_table_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    check.call(lab.duplicate_angles, draw.normal(3, 4), within=tolerance.EXACT)
    for shape in [(12,), (2, 3, 4), (1, 1, 4)]:
        check.raises(lab.duplicate_angles, draw.normal(*shape), naming="angles", value=shape)
