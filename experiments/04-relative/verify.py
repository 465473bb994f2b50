"""Experiment 04: the score of a rotated query and a rotated key depends on their distance only.

The left side of the identity rotates the query to position m and the key to position n, with rows of a table. The right
side leaves the query alone and rotates the key by the distance n - m, which may be negative.
"""

import math

import numpy as np
from numpy.typing import NDArray

from labkit.experiment import Experiment
from labkit.figures import COLOURS
from ropelab.cache import precompute_rope
from ropelab.frequencies import rope_frequencies
from ropelab.relative import apply_rope, apply_rope_single, holds_relative_property, rotate_by_offset

Vector = NDArray[np.float64]

D = 16
T = 32
BASE = 10000.0
PAIRS = [(0, 1), (3, 7), (5, 5), (10, 12), (20, 8)]
NORM_POSITIONS = [0, 1, 5, 100]
SCORE_BOUND = 1e-5
NORM_BOUND = 1e-6
# Rounding alone stays near 1e-15 here. A wrong row, pair or direction is off by tenths.
SAME_ROTATION_BOUND = 1e-12


def run(experiment: Experiment) -> None:
    """Check the identity, the norms, the two ways to rotate and the student's own verifier; draw both sides."""
    experiment.config(d_head=D, tokens=T, base=BASE)
    rng = experiment.rng()
    q, k = rng.standard_normal(D), rng.standard_normal(D)
    # Position 100 is asked for below, so the table has 101 rows. Wrapping 100 into 32 rows would rotate by position 4.
    tables = precompute_rope(max(T, *NORM_POSITIONS) + 1, D, BASE)

    check_direction(experiment, tables)
    check_table_against_offset(experiment, q, k, tables)
    check_identity(experiment, q, k, tables)
    check_norms(experiment, q, tables)
    check_scores_and_draw(experiment, q, k, tables)
    check_verifier(experiment)


def at_position(x: Vector, position: int, tables: tuple[Vector, Vector]) -> Vector:
    """R_position x, from one row of the tables."""
    cos, sin = tables
    return apply_rope_single(x, cos[position], sin[position])


def check_direction(experiment: Experiment, tables: tuple[Vector, Vector]) -> None:
    """A clockwise rotation has the relative property too, so the direction is checked by itself."""
    print("Direction and layout: (1, 0) in one pair, at position 1")
    print("  pair   features        cosine          sine")
    worst = 0.0
    for pair in (0, 1):
        angle = BASE ** (-2 * pair / D)
        start, expected = np.zeros(D), np.zeros(D)
        start[2 * pair] = 1.0
        expected[2 * pair : 2 * pair + 2] = math.cos(angle), math.sin(angle)
        turned = at_position(start, 1, tables)
        worst = float(np.maximum(worst, np.max(np.abs(turned - expected))))
        cos, sin = turned[2 * pair : 2 * pair + 2]
        print(f"  {pair:4d}   {2 * pair:3d} and {2 * pair + 1}   {cos:11.6f}   {sin:11.6f}")
    check_below(experiment, "features 2i and 2i + 1 form pair i and turn counter-clockwise", worst, SAME_ROTATION_BOUND)


def check_below(experiment: Experiment, claim: str, largest: float, bound: float) -> None:
    """A claim that holds when the largest difference stays below its bound."""
    experiment.check(claim, largest < bound, f"largest difference {largest:.1e}, below {bound:.0e}")


def check_table_against_offset(experiment: Experiment, q: Vector, k: Vector, tables: tuple[Vector, Vector]) -> None:
    """apply_rope rotates T copies of q and k by rows of a table; rotate_by_offset computes each angle afresh."""
    inv_freq = rope_frequencies(D, BASE)
    rotated = apply_rope(np.tile(q, (T, 1)), np.tile(k, (T, 1)), *tables)
    expected = [np.stack([rotate_by_offset(x, t, inv_freq) for t in range(T)]) for x in (q, k)]
    worst = float(np.max(np.abs(np.stack(rotated) - np.stack(expected))))
    check_below(
        experiment, f"apply_rope agrees with rotate_by_offset at positions 0 to {T - 1}", worst, SAME_ROTATION_BOUND
    )


def check_identity(experiment: Experiment, q: Vector, k: Vector, tables: tuple[Vector, Vector]) -> None:
    """The five pairs of positions; the last has the key before the query, which makes the offset negative."""
    inv_freq = rope_frequencies(D, BASE)
    print()
    print("The relative property: <R_m q, R_n k> = <q, R_(n-m) k>")
    print("    m    n   n - m   <R_m q, R_n k>   <q, R_(n-m) k>   difference")
    differences = []
    for m, n in PAIRS:
        both = at_position(q, m, tables) @ at_position(k, n, tables)
        key_only = q @ rotate_by_offset(k, n - m, inv_freq)
        differences.append(abs(both - key_only))
        print(f"  {m:3d}  {n:3d}   {n - m:5d}   {both:14.9f}   {key_only:14.9f}   {differences[-1]:10.1e}")
    largest = float(np.max(differences))  # np.max, because Python's max can lose a NaN
    experiment.result("relative_position_max_diff", largest)
    check_below(experiment, "the score depends on n - m only, with n before m too", largest, SCORE_BOUND)
    m, n = PAIRS[-1]
    row = (n - m) % T
    off = abs(q @ at_position(k, row, tables) - q @ rotate_by_offset(k, n - m, inv_freq))
    print(f"  A table of {T} rows indexed with {n - m} reads row {row}: the score would be off by {off:.3f}.")


def check_norms(experiment: Experiment, q: Vector, tables: tuple[Vector, Vector]) -> None:
    """A rotation keeps lengths, at every position that the table holds."""
    norm = float(np.linalg.norm(q))
    print()
    print(f"Norms: |q| = {norm:.9f}")
    print("    p        |R_p q|   difference")
    differences = []
    for position in NORM_POSITIONS:
        rotated_norm = float(np.linalg.norm(at_position(q, position, tables)))
        differences.append(abs(rotated_norm - norm))
        print(f"  {position:3d}   {rotated_norm:12.9f}   {differences[-1]:10.1e}")
    largest = float(np.max(differences))
    experiment.result("norm_preservation_max_diff", largest)
    check_below(experiment, "rotating keeps the norm, position 100 included", largest, NORM_BOUND)


def check_scores_and_draw(experiment: Experiment, q: Vector, k: Vector, tables: tuple[Vector, Vector]) -> None:
    """Both sides for m = 0 and every n: the curves coincide, and they are not flat."""
    inv_freq = rope_frequencies(D, BASE)
    distances = np.arange(T)
    both = np.array([at_position(q, 0, tables) @ at_position(k, n, tables) for n in range(T)])
    key_only = np.array([q @ rotate_by_offset(k, n, inv_freq) for n in range(T)])
    spread, gap = float(np.ptp(both)), float(np.max(np.abs(both - key_only)))
    print()
    print(f"Scores for m = 0 and n = 0 to {T - 1}: from {np.min(both):.3f} to {np.max(both):.3f}")
    # Where positions are ignored, the spread is rounding (1e-15).
    experiment.check("the score changes with the distance", spread > 1.0, f"it spans {spread:.2f}, above 1")

    with experiment.figure("relative_position_demo.png", width=8.0, height=4.5) as axes:
        axes.plot(distances, both, color=COLOURS[0], label="both rotated: ⟨R$_0$q, R$_n$k⟩")
        rings = {"color": COLOURS[1], "markersize": 9, "markerfacecolor": "none", "markeredgewidth": 1.8}
        axes.plot(distances, key_only, "o", **rings, label="only the key, by the distance: ⟨q, R$_{n-0}$k⟩")
        verdict = "coincide: only the distance counts" if gap < SCORE_BOUND else "do NOT coincide"
        axes.set(
            title=f"Both sides of the identity {verdict}",
            xlabel="position n of the key, in tokens (query at m = 0)",
            ylabel="score (dot product)",
        )
        axes.legend()


def check_verifier(experiment: Experiment) -> None:
    """The student's own check must pass a right rotation and catch one that reads a table of T rows in a circle."""
    inv_freq = rope_frequencies(D, BASE)
    short = precompute_rope(T, D, BASE)

    def own(x: Vector, position: int) -> Vector:
        return rotate_by_offset(x, position, inv_freq)

    def wrapped(x: Vector, position: int) -> Vector:
        return at_position(x, position % T, short)

    accepted = bool(holds_relative_property(own, SCORE_BOUND))
    fooled = bool(holds_relative_property(wrapped, SCORE_BOUND))
    print()
    print("Your verifier, holds_relative_property")
    print(f"  your own rotation                  {'accepted' if accepted else 'rejected'}")
    print(f"  a {T}-row table read in a circle    {'accepted' if fooled else 'rejected'}")
    experiment.check("it accepts your own rotation", accepted, f"atol {SCORE_BOUND:.0e}")
    experiment.check("it rejects a wrapped table", not fooled, f"atol {SCORE_BOUND:.0e}")


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "04-relative"]))
