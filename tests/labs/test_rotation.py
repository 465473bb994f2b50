"""Lab 05, graded: the rotation as a matrix and as a complex product, and the student's own verifier of matrices."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, DTypeLike, NDArray

from labkit import tolerance
from labkit.testing import Check, Draw, Student

Floats = NDArray[np.float64]


def _frequencies(size: int, base: float) -> Floats:
    return np.asarray(base ** (-2.0 * np.arange(size // 2) / size))


def _matrix(angles: ArrayLike) -> Floats:
    """A right rotation: block i of the diagonal turns by angles[i]."""
    angles = np.asarray(angles, dtype=np.float64)
    even = 2 * np.arange(angles.size)
    R = np.zeros((2 * angles.size, 2 * angles.size))
    R[even, even] = R[even + 1, even + 1] = np.cos(angles)
    R[even + 1, even], R[even, even + 1] = np.sin(angles), -np.sin(angles)
    return R


def _turns(draw: Draw, seq: int, size: int, dtype: DTypeLike = np.complex128) -> NDArray[Any]:
    """Unit complex numbers for positions that are not 0, 1, 2, ...: every row and every column is unlike the others."""
    angles = np.multiply.outer(draw.positions(seq, limit=60_000), _frequencies(size, draw.base()))
    return np.exp(1j * angles).astype(dtype)


@pytest.mark.task("rotation_matrix", points=1)
def test_block_i_turns_column_vectors_by_the_position_times_frequency_i(lab: Student, check: Check, draw: Draw) -> None:
    for size, highest in [(2, 9), (6, 900), (draw.head_dim(), 90_000)]:
        position = draw.integer(highest // 2, highest)
        bound = tolerance.table(np.float64, position)
        check.call(lab.rotation_matrix, position, _frequencies(size, draw.base()), within=bound)
    frequencies = _frequencies(10, draw.base())
    check.call(lab.rotation_matrix, 0, frequencies, within=tolerance.table(np.float64, 0.0))
    check.call(lab.rotation_matrix, 3, [0.75, 0.125], within=tolerance.table(np.float64, 3.0))
    check.leaves_unchanged(lab.rotation_matrix, 3, frequencies)


@pytest.mark.task("rotation_matrix", points=1)
def test_negative_and_fractional_positions_and_any_frequencies_are_fine(lab: Student, check: Check, draw: Draw) -> None:
    for position in (-draw.integer(1, 40), -draw.integer(3000, 90_000), draw.integer(500, 900) + 0.375):
        bound = tolerance.table(np.float64, abs(position))
        check.call(lab.rotation_matrix, position, _frequencies(draw.head_dim(), draw.base()), within=bound)
        # Neither sorted nor from a base, and not float64: the matrix is.
        check.call(lab.rotation_matrix, position, draw.rng.uniform(0.2, 1.0, 5).astype(np.float32), within=bound)


@pytest.mark.task("rotation_matrix", points=1)
def test_frequencies_that_are_not_a_filled_vector_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    frequencies = _frequencies(8, draw.base())
    check.call(lab.rotation_matrix, -25, frequencies, within=tolerance.table(np.float64, 25.0))
    check.raises(lab.rotation_matrix, 3, np.zeros(0), naming="inv_freq", value=(0,))
    check.raises(lab.rotation_matrix, 3, np.array(0.5), naming="inv_freq", value=())
    for shape in [(1, 4), (4, 1), (2, 3)]:
        check.raises(lab.rotation_matrix, 3, draw.normal(*shape), naming="inv_freq", value=shape)


@pytest.mark.task("rotate_with_matrix", points=1)
def test_each_row_is_multiplied_as_a_column_by_the_matrix_from_the_left(lab: Student, check: Check, draw: Draw) -> None:
    R = _matrix(draw.rng.uniform(-3.0, 3.0, 5))
    for shape in [(10,), (10, 10), (7, 10), (2, 5, 3, 10)]:
        check.call(lab.rotate_with_matrix, draw.normal(*shape), R, within=tolerance.rotated(np.float64))
    # Whole numbers of any matrix: nothing is rounded, and the transpose is not the inverse.
    whole = draw.rng.integers(-9, 10, (4, 6)).astype(np.float64), draw.rng.integers(-9, 10, (6, 6)).astype(np.float64)
    check.call(lab.rotate_with_matrix, *whole, within=tolerance.EXACT)
    check.call(lab.rotate_with_matrix, [3.0, -1.0], [[0.0, -2.0], [5.0, 1.0]], within=tolerance.EXACT)
    check.call(lab.rotate_with_matrix, np.arange(300.0), np.eye(300)[::-1], within=tolerance.EXACT)
    check.leaves_unchanged(lab.rotate_with_matrix, draw.normal(7, 10), R)


@pytest.mark.task("rotate_with_matrix", points=1)
def test_vectors_and_a_matrix_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    rotate = lab.rotate_with_matrix
    x, R = draw.normal(3, 8), _matrix(draw.rng.uniform(-3.0, 3.0, 4))
    check.call(rotate, x, R, within=tolerance.rotated(np.float64))
    for shape in [(6, 8), (8, 6), (8,), (3, 8, 8), (8, 8, 8)]:
        check.raises(rotate, x, draw.normal(*shape), naming="R", value=shape)
    for shape in [(6,), (8, 3), (3, 1), (3, 10)]:
        check.raises(rotate, draw.normal(*shape), R, naming="x", value=shape)
    check.raises(rotate, np.array(2.0), R, naming="x", value=())


@pytest.mark.task("apply_rotary_pos_emb_complex", points=1)
def test_each_token_is_multiplied_by_its_own_row_whatever_its_head(lab: Student, check: Check, draw: Draw) -> None:
    # As many tokens as heads, as sequences or as pairs: there a wrong axis goes unnoticed by the shapes.
    for batch, seq, heads, size in [(2, 7, 3, draw.head_dim()), (2, 5, 5, 6), (3, 3, 2, 6), (1, 1, 4, 10)]:
        for dtype in (np.complex64, np.complex128):
            arguments = draw.normal(batch, seq, heads, size), _turns(draw, seq, size, dtype)
            check.call(lab.apply_rotary_pos_emb_complex, *arguments, within=tolerance.rotated(np.float64))


@pytest.mark.task("apply_rotary_pos_emb_complex", points=1)
def test_the_dtype_of_x_is_kept_and_x_stays_as_it_was(lab: Student, check: Check, draw: Draw) -> None:
    for dtype in (np.float64, np.float32, np.float16):
        for width in (np.complex64, np.complex128):
            arguments = draw.normal(2, 6, 3, 10).astype(dtype), _turns(draw, 6, 10, width)
            check.call(lab.apply_rotary_pos_emb_complex, *arguments, within=tolerance.rotated(dtype))
            check.leaves_unchanged(lab.apply_rotary_pos_emb_complex, *arguments)


@pytest.mark.task("apply_rotary_pos_emb_complex", points=1)
def test_x_and_rows_that_do_not_fit_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    rotate = lab.apply_rotary_pos_emb_complex
    x, rows = draw.normal(2, 5, 3, 8), _turns(draw, 5, 8)
    check.call(rotate, x, rows, within=tolerance.rotated(np.float64))
    for shape in [(5, 3, 8), (2, 5, 3, 9), (1, 2, 5, 3, 8)]:
        check.raises(rotate, draw.normal(*shape), rows, naming="x", value=shape)
    for shape in [(6, 4), (1, 4), (3, 4), (5, 1), (5, 8), (4,), (1, 5, 4)]:
        check.raises(rotate, x, np.exp(1j * draw.normal(*shape)), naming="freqs_cis", value=shape)


def _angles(draw: Draw, pairs: int) -> Floats:
    """Angles whose blocks are far from the identity, from half turns and from each other's mirror image."""
    return draw.rng.choice([-1.0, 1.0], pairs) * (0.4 + 2.0 * draw.rng.permutation(pairs) / pairs)


@pytest.mark.task("is_rope_rotation", points=1)
def test_any_angles_and_sizes_are_accepted_and_reflections_are_refused(lab: Student, check: Check, draw: Draw) -> None:
    size = draw.head_dim()
    frequencies = _frequencies(size, draw.base())
    right: dict[str, ArrayLike] = {
        "the rotation of position 0": np.eye(size),
        "the rotation of a near position": _matrix(draw.integer(1, 40) * frequencies),
        "the rotation of a far position": _matrix(draw.integer(3000, 90_000) * frequencies),
        "the rotation of a negative position": _matrix(-draw.integer(3, 90_000) * frequencies),
        "a rotation by half a turn": -np.eye(6),
        "a quarter turn written as lists": [[0, -1], [1, 0]],
        "a rotation of 64 features": _matrix(_angles(draw, 32)),
        "a rotation of 300 features": _matrix(_angles(draw, 150)),
    }
    one = _matrix(_angles(draw, 5))
    one[:, 2] *= -1
    two = one.copy()
    two[:, 7] *= -1
    reflections: dict[str, ArrayLike] = {
        "one reflected block (determinant -1)": one,
        "two reflected blocks (determinant 1 again)": two,
        "a reflection of the plane": [[0, 1], [1, 0]],
        "a reflection that leaves one feature of a block": np.diag([1.0, 1.0, 1.0, -1.0, 1.0, 1.0]),
    }
    check.verdicts(draw, lab.is_rope_rotation, 1e-9, right, reflections)


@pytest.mark.task("is_rope_rotation", points=1)
def test_a_matrix_that_stretches_is_refused(lab: Student, check: Check, draw: Draw) -> None:
    R = _matrix(_angles(draw, 5))
    balanced, barely, sheared = R.copy(), R.copy(), R.copy()
    balanced[2:4] *= 2.0
    balanced[6:8] /= 2.0
    barely[2:4] *= 1.0 + 2e-6
    barely[6:8] /= 1.0 + 2e-6
    sheared[4:6, 4:6] = [[1.0, 0.3], [0.0, 1.0]]
    stretches: dict[str, ArrayLike] = {
        "a scaled rotation": 1.5 * R,
        "one block doubled": R * np.repeat([1.0, 2.0, 1.0, 1.0, 1.0], 2),
        "one block doubled and another halved (determinant 1)": balanced,
        "a shear (determinant 1)": sheared,
        "zeros": np.zeros((10, 10)),
        "a rotation scaled by 1 + 2e-6": R * (1.0 + 2e-6),
        "one block scaled by 1 + 2e-6 and another by its inverse (determinant 1)": barely,
    }
    check.verdicts(draw, lab.is_rope_rotation, 1e-9, {"a rotation": R}, stretches)


@pytest.mark.task("is_rope_rotation", points=1)
def test_entries_outside_the_blocks_of_neighbouring_features_are_refused(
    lab: Student, check: Check, draw: Draw
) -> None:
    R = _matrix(_angles(draw, 5))
    half = np.concatenate([np.arange(0, 10, 2), np.arange(1, 10, 2)])
    above, below = R.copy(), R.copy()
    above[0, 5] += 1e-3
    below[9, 2] += 1e-3
    impostors: dict[str, ArrayLike] = {
        "a rotation with split-half pairs": R[np.ix_(half, half)],
        "pairs 0 and 1 that exchange places": R[[2, 3, 0, 1, *range(4, 10)]],
        "a leak of 1e-3 above the blocks": above,
        "a leak of 1e-3 below the blocks": below,
        "any orthogonal matrix of determinant 1": _any_rotation(draw, 6),
    }
    right = {"a rotation": R, "a small rotation": _matrix([-2.0]), "falling angles": _matrix([2.4, 1.1, 0.3])}
    check.verdicts(draw, lab.is_rope_rotation, 1e-6, right, impostors)
    # One entry of a hundred: the mean of the errors is below atol.
    leaks = {"a leak of 1e-3 above the blocks": above, "a leak of 1e-3 below the blocks": below}
    check.verdicts(draw, lab.is_rope_rotation, 1e-4, {"a rotation": R}, leaks)


def _any_rotation(draw: Draw, size: int) -> Floats:
    Q = np.linalg.qr(draw.normal(size, size))[0]
    Q[:, 0] *= np.sign(np.linalg.det(Q))
    return np.asarray(Q)


@pytest.mark.task("is_rope_rotation", points=1)
def test_odd_shapes_and_nan_are_refused_and_atol_decides_about_small_errors(
    lab: Student, check: Check, draw: Draw
) -> None:
    R = _matrix(_angles(draw, 5))
    odd, leak, unknown = np.eye(11), R.copy(), R.copy()
    odd[:10, :10] = R
    leak[1, 8] += 1e-3
    unknown[3, 3] = np.nan
    shapes: dict[str, ArrayLike] = {
        "a rotation and a feature of its own (odd size)": odd,
        "a rotation without its last row": R[:9],
        "a rotation without its last two columns": R[:, :8],
        "a rotation without its last two rows": R[:8],
        "a rotation with an axis of length 1 behind": R[..., np.newaxis],
        "a vector": np.ones(2),
        "a matrix without rows and columns": np.zeros((0, 0)),
        "a stack of rotations": np.stack([R, R]),
        "a rotation with one entry that is not a number": unknown,
        "a matrix of NaN": np.full((6, 6), np.nan),
        "a leak of 1e-3": leak,
    }
    check.verdicts(draw, lab.is_rope_rotation, 1e-6, {"a rotation": R}, shapes)
    check.verdicts(draw, lab.is_rope_rotation, 0.0, {"the identity": np.eye(6)}, {"a leak of 1e-3": leak})
    narrow = _matrix(_angles(draw, 3)).astype(np.float32)
    check.verdicts(
        draw,
        lab.is_rope_rotation,
        1e-2,
        {"a leak of 1e-3": leak, "a float32 rotation": narrow},
        {"a reflection": R[::-1]},
    )
