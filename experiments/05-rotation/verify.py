"""Experiment 05: the rotation as a matrix, what it obeys, and why nobody builds it.

Three forms rotate the same vectors: a D x D matrix, the elementwise form of lab 04, and a complex product.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from labkit.experiment import Experiment
from labkit.figures import COLOURS
from labkit.timing import median_seconds
from ropelab.cache import precompute_rope
from ropelab.frequencies import rope_frequencies
from ropelab.relative import apply_rope
from ropelab.rotation import apply_rotary_pos_emb_complex, is_rope_rotation, rotate_with_matrix, rotation_matrix

Array = NDArray[np.float64]

D = 16
T = 32
BASE = 10000.0
POSITIONS = [0, 1, 5, 100, 4096]
PAIRS = [(0, 1), (3, 7), (5, 5), (10, 12), (20, 8)]
TIMED_SIZES = [16, 32, 64, 128, 256, 512, 1024]
HEADS = 32
EPS = float(np.finfo(np.float64).eps)
# Entries of R and their products with vectors round to a few eps, and angles below 40 radians add about 40 eps = 1e-14.
# A wrong sign, pair or position is off by tenths.
BOUND = 1e-12


def run(experiment: Experiment) -> None:
    """Check the laws, the three forms and the student's verifier; draw the matrix, the error and the cost."""
    experiment.config(d_head=D, tokens=T, base=BASE, heads=HEADS, timed_sizes=TIMED_SIZES)
    inv_freq = rope_frequencies(D, BASE)
    check_rotation(experiment, inv_freq)
    check_direction(experiment, inv_freq)
    check_group_law(experiment, inv_freq)
    check_distance(experiment, inv_freq)
    check_forms(experiment, inv_freq)
    check_verifier(experiment, inv_freq)
    draw_matrix(experiment, inv_freq)
    measure_cost(experiment)


def largest(*differences: Array | float) -> float:
    """The largest absolute difference; NaN when one of them is NaN, so that it cannot pass for small."""
    return float(np.max([np.max(np.abs(difference)) for difference in differences]))


def check_small(experiment: Experiment, claim: str, difference: float) -> None:
    """A check that a difference is rounding and nothing else."""
    experiment.check(claim, difference < BOUND, f"largest difference {difference:.1e}, below {BOUND:.0e}")


def check_rotation(experiment: Experiment, inv_freq: Array) -> None:
    """Orthogonal, of determinant 1, and the identity at position 0."""
    print("A rotation keeps lengths and does not mirror")
    print("  position   max |R Rᵀ - I|   |det R - 1|")
    errors = []
    for position in POSITIONS:
        R = rotation_matrix(position, inv_freq)
        errors += [largest(R @ R.T - np.eye(D)), abs(float(np.linalg.det(R)) - 1.0)]
        print(f"  {position:8d}   {errors[-2]:14.1e}   {errors[-1]:11.1e}")
    check_small(experiment, "R Rᵀ = I and det R = 1", largest(*errors))
    identity_error = largest(rotation_matrix(0, inv_freq) - np.eye(D))
    experiment.check("R_0 = I", identity_error == 0.0, f"difference {identity_error:.1e}; cos 0 and sin 0 are exact")


def check_direction(experiment: Experiment, inv_freq: Array) -> None:
    """The laws hold for a rotation that turns the other way too, so the direction is checked by itself."""
    first, R = np.eye(D)[0], rotation_matrix(1, inv_freq)
    right, other = rotate_with_matrix(first, R), first @ R
    print("\nThe first basis vector as a row x, at position 1: features 0 and 1")
    print(f"  rotate_with_matrix(x, R)   {right[0]:10.6f}  {right[1]:10.6f}   counter-clockwise")
    print(f"  x @ R                      {other[0]:10.6f}  {other[1]:10.6f}   the other way")
    expected = np.array([math.cos(1.0), math.sin(1.0)])
    worst = largest(right[:2] - expected, other[:2] - expected * [1.0, -1.0])
    check_small(experiment, "rotate_with_matrix turns counter-clockwise, x @ R the other way", worst)


def check_group_law(experiment: Experiment, inv_freq: Array) -> None:
    """R_m R_n = R_(m+n) for random splits of sums up to a million."""
    rng = experiment.rng()
    sums: Array = np.array([2.0**power for power in range(3, 21)])
    errors = []
    for total in sums.astype(int).tolist():
        expected = rotation_matrix(total, inv_freq)
        splits = [(m, total - m) for m in rng.integers(1, total, size=8).tolist()]
        products = [rotation_matrix(m, inv_freq) @ rotation_matrix(n, inv_freq) for m, n in splits]
        errors.append(largest(np.array(products) - expected))
    # The angles m f, n f and (m + n) f, with f at most 1, are each rounded by half an eps of their size: together by at
    # most eps (m + n). Cosines, sines and their products add a few eps.
    bounds: Array = EPS * (sums + 8)
    print("\nThe group law: R_m R_n = R_(m+n)")
    print("      m + n   max difference     bound")
    for i in range(0, len(sums), 4):
        print(f"  {sums[i]:9,.0f}   {errors[i]:14.1e}   {bounds[i]:7.1e}")
    worst, holds = largest(*errors), bool(np.all(np.array(errors) <= bounds))
    experiment.result("group_law_max_diff", worst)
    experiment.check("R_m R_n = R_(m+n) up to a million", holds, f"largest {worst:.1e}, each within eps (m + n + 8)")
    draw_group_law(experiment, sums, np.array(errors), bounds)


def check_distance(experiment: Experiment, inv_freq: Array) -> None:
    """R_mᵀ R_n = R_(n-m): lab 04's identity without the vectors."""
    R = {p: rotation_matrix(p, inv_freq) for pair in PAIRS for p in (*pair, pair[1] - pair[0])}
    worst = largest(*(R[m].T @ R[n] - R[n - m] for m, n in PAIRS))
    check_small(experiment, "R_mᵀ R_n = R_(n-m), also for n below m", worst)


def draw_group_law(experiment: Experiment, sums: Array, errors: Array, bounds: Array) -> None:
    """Error and bound against m + n, on logarithmic axes."""
    with experiment.figure("group_law.png", width=8.0, height=4.5) as axes:
        axes.loglog(sums, bounds, "--", color=COLOURS[7], label="bound from rounding angles: ε(m + n + 8)")
        measured = np.maximum(errors, EPS)  # an error of exactly zero has no place on a logarithmic axis
        axes.loglog(sums, measured, "o-", color=COLOURS[0], markersize=7, label="largest of 8 splits")
        verdict = "holds up to rounding, which grows with position" if np.all(errors <= bounds) else "does NOT hold"
        title = f"R$_m$R$_n$ = R$_{{m+n}}$ {verdict}"
        axes.set(title=title, xlabel="m + n, in tokens", ylabel="largest |entry of R$_m$R$_n$ − R$_{m+n}$|")
        axes.legend()


def check_forms(experiment: Experiment, inv_freq: Array) -> None:
    """The same vectors rotated three times, in float64 throughout."""
    x = experiment.rng().standard_normal((T, D))
    cos, sin = precompute_rope(T, D, BASE)
    elementwise, _ = apply_rope(x, x, cos, sin)
    matrix = np.stack([rotate_with_matrix(x[t], rotation_matrix(t, inv_freq)) for t in range(T)])
    complex_form = apply_rotary_pos_emb_complex(x[None, :, None, :], cos + 1j * sin)[0, :, 0, :]
    from_matrix, from_complex = largest(matrix - elementwise), largest(complex_form - elementwise)
    print(f"\nThree forms of one rotation: {T} tokens, difference from apply_rope")
    print(f"  matrix    {from_matrix:8.1e}")
    print(f"  complex   {from_complex:8.1e}")
    experiment.result("forms_max_diff", largest(from_matrix, from_complex))
    check_small(experiment, "matrix, elementwise and complex form agree", largest(from_matrix, from_complex))


def impostors(R: Array) -> dict[str, Array]:
    """Matrices that pass for a rotation with someone who checks one property only."""
    half = np.concatenate([np.arange(0, D, 2), np.arange(1, D, 2)])  # the features in split-half order
    return {
        "one block mirrored": R * np.where(np.arange(D) == 1, -1.0, 1.0),
        "two blocks mirrored": R * np.where(np.isin(np.arange(D), (1, 3)), -1.0, 1.0),
        "scaled by 1.01": 1.01 * R,
        "split-half pairs": R[np.ix_(half, half)],
        "leak off the blocks": R + 0.01 * np.eye(D, k=2),
    }


def check_verifier(experiment: Experiment, inv_freq: Array) -> None:
    """The student's own verifier, on true rotations and on impostors."""
    atol = 1e-9
    matrices = {f"rotation by {position}": rotation_matrix(position, inv_freq) for position in POSITIONS}
    matrices |= impostors(rotation_matrix(5, inv_freq))
    print("\nYour verifier, is_rope_rotation")
    wrong = []
    for name, R in matrices.items():
        accepted = bool(is_rope_rotation(R, atol))
        print(f"  {name:20s}   {'accepted' if accepted else 'rejected'}")
        if accepted != name.startswith("rotation"):
            wrong.append(name)
    detail = f"wrong about: {', '.join(wrong) or 'none'}"
    experiment.check("is_rope_rotation accepts rotations and rejects impostors", not wrong, detail)


def draw_matrix(experiment: Experiment, inv_freq: Array) -> None:
    """The heat map: eight 2 x 2 blocks, the first almost half a turn on, the last still close to the identity."""
    with experiment.figure("rotation_matrix.png", width=7.0, height=5.5) as axes:
        image = axes.imshow(rotation_matrix(3, inv_freq), cmap="RdBu_r", vmin=-1.0, vmax=1.0)
        title = "R at position 3: one 2 × 2 block a pair"
        axes.set(title=title, xlabel="feature that goes in (column)", ylabel="feature that comes out (row)")
        axes.set(xticks=range(0, D, 2), yticks=range(0, D, 2))
        axes.grid(visible=False)
        axes.figure.colorbar(image, ax=axes, shrink=0.9, label="entry of R (no unit)")


def time_forms(d_head: int, x: Array) -> list[float]:
    """Microseconds to rotate q and k of one token by matrix (ready made), elementwise and complex form."""
    R = rotation_matrix(5, rope_frequencies(d_head, BASE))
    cos, sin = (np.tile(table[5], (HEADS, 1)) for table in precompute_rope(6, d_head, BASE))
    token, freqs_cis = x[None, None], (cos + 1j * sin)[:1]
    forms: list[Callable[[], object]] = [
        lambda: (rotate_with_matrix(x, R), rotate_with_matrix(x, R)),
        lambda: apply_rope(x, x, cos, sin),
        lambda: (apply_rotary_pos_emb_complex(token, freqs_cis), apply_rotary_pos_emb_complex(token, freqs_cis)),
    ]
    return [1e6 * median_seconds(form) for form in forms]


def measure_cost(experiment: Experiment) -> None:
    """Time against head size. The numbers are this machine's; no check depends on them."""
    rng = experiment.rng()
    times = np.array([time_forms(d_head, rng.standard_normal((HEADS, d_head))) for d_head in TIMED_SIZES])
    print(f"\nCost: q and k of one token, {HEADS} heads, microseconds (median; building R is not counted)")
    print("     D      matrix   elementwise     complex   matrix / elementwise")
    for d_head, (matrix, elementwise, by_complex) in zip(TIMED_SIZES, times, strict=True):
        print(f"  {d_head:4d}   {matrix:9.1f}   {elementwise:11.1f}   {by_complex:9.1f}   {matrix / elementwise:20.2f}")
    ratio = float(times[-1, 0] / times[-1, 1])
    experiment.result("matrix_over_elementwise_time_ratio_at_largest_d", ratio)
    with experiment.figure("cost.png", width=8.0, height=4.5, timed=True) as axes:
        lines = [("matrix", "o-", COLOURS[1]), ("elementwise", "s-", COLOURS[0]), ("complex", "^-", COLOURS[2])]
        for (name, style, colour), column in zip(lines, times.T, strict=True):
            axes.loglog(TIMED_SIZES, column, style, color=colour, markersize=7, label=name)
        far = np.array(TIMED_SIZES[-4:])
        guides = (2.0 * times[-1, 0] * (far / far[-1]) ** 2, 0.4 * times[-1, 1] * (far / far[-1]))
        axes.loglog(far, guides[0], "--", color="0.4", linewidth=1.5, label="slope of D²")
        axes.loglog(far, guides[1], ":", color="0.4", linewidth=2, label="slope of D")
        axes.set_xticks(TIMED_SIZES, [str(size) for size in TIMED_SIZES])
        axes.minorticks_off()
        title = f"The matrix costs {ratio:.0f} times the elementwise form at D = {TIMED_SIZES[-1]}"
        axes.set(title=title, xlabel="head dimension D, features", ylabel=f"time for {HEADS} heads of q and k, in µs")
        axes.legend()


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "05-rotation"]))
