"""Wrong answers to holds_relative_property (lab 04).

hint: Write the property as an equation with m, n and a shift s, and then as a loop over a few values of each.
hint: Draw one query and one key, which differ. For every (m, n) compute the score once, and once more with both
    positions moved by the same s. Any difference above atol is enough for False.
hint: A wrong rotation may be right nearly everywhere: try positions near and far, within 0 to 10,000, and two vectors
    that differ. A difference that is not a number is not small.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.relative import rotate_by_offset

Floats = NDArray[np.float64]
Rotation = Callable[[Floats, int], Floats]

PLACES = [(0, 1), (3, 7), (5, 5), (20, 8), (6, 300), (900, 40)]
SHIFTS = range(1, 9000, 1287)


def _vectors() -> tuple[Floats, Floats]:
    q, k = np.random.default_rng(7).standard_normal((2, 16))
    return q, k


def _scores(
    rotate: Rotation, places: Sequence[tuple[int, int]] = PLACES, shifts: Sequence[int] = SHIFTS
) -> Iterator[tuple[float, float]]:
    """Every score with the one that should equal it."""
    q, k = _vectors()
    for m, n in places:
        for shift in shifts:
            yield float(rotate(q, m) @ rotate(k, n)), float(rotate(q, m + shift) @ rotate(k, n + shift))


def accepts_everything(rotate: Rotation, atol: float) -> bool:
    """accepts everything

    met: a classic: a score is compared with itself, or the comparison never runs
    hint: Give it a rotation that is wrong on purpose, such as one that adds the position to every feature.
    hint: Look at the shifts that you try. At a shift of 0 both sides are the same computation, and a loop that is never
        entered finds nothing wrong.
    """
    return all(abs(moved - score) <= atol for score, moved in _scores(rotate, shifts=[0]))


def always_true(rotate: Rotation, atol: float) -> bool:
    """another way to write it

    variant of: accepts_everything
    """
    return True


def refuses_everything(rotate: Rotation, atol: float) -> bool:
    """refuses right rotations

    met: a classic: the two sides differ by more than a shift
    hint: Give it RoPE with a base of 5,000 and print the first two numbers that differ. Why should they be equal?
    hint: Both sides are scores of two rotated vectors, and a shift moves the query and the key by the same number of
        positions. If only one of them moves, or neither is rotated on one side, every right rotation differs.
    """
    q, k = _vectors()
    return all(abs(rotate(q, m + 5) @ rotate(k, n) - rotate(q, m) @ rotate(k, n)) <= atol for m, n in PLACES)


def always_false(rotate: Rotation, atol: float) -> bool:
    """False whatever it is given

    variant of: refuses_everything
    """
    return False


def verdict_inverted(rotate: Rotation, atol: float) -> bool:
    """True and False exchanged

    met: a classic: the function is thought of as one that looks for a mistake
    hint: Give it RoPE, which has the property. What does it say?
    hint: The name asks whether the property holds. A difference above atol means False, and True is for the end, when
        nothing was found.
    """
    return not all(abs(moved - score) <= atol for score, moved in _scores(rotate))


def accepts_its_own_rope_only(rotate: Rotation, atol: float) -> bool:
    """compared with a RoPE of its own

    met: a classic: a result is compared with one implementation, and every other convention called wrong
    hint: Give it RoPE with a base of 5,000. Does it have the property?
    hint: The rotation's own scores are compared with each other. The property says nothing about base, layout or
        direction, so a RoPE of yours is no measure.
    """
    x, inv_freq = _vectors()[0], rope_frequencies(16)
    return all(np.allclose(rotate(x, p), rotate_by_offset(x, p, inv_freq), rtol=0.0, atol=atol) for p in (0, 1, 5, 100))


def length_only(rotate: Rotation, atol: float) -> bool:
    """checks lengths only

    met: a classic: a rotation keeps lengths, but so do many things that are not relative
    hint: Turn by the square of the position. Are lengths kept, and are scores?
    hint: That lengths are kept follows neither from the property nor the other way round: the angles could be anything.
        Compare scores of two vectors.
    """
    x = _vectors()[0]
    return all(abs(np.linalg.norm(rotate(x, p)) - np.linalg.norm(x)) <= atol for p in (0, 1, 5, 100, 3000, 9000))


def near_positions_only(rotate: Rotation, atol: float) -> bool:
    """near positions only

    met: kekzl/imp#1325: angles formed in float32, which short inputs do not show
    hint: What is the largest position that you try?
    hint: A table that is too short, or a position that is rounded, is right for the first tokens and wrong later. Let
        the shifts go up to some thousands.
    """
    places = [(0, 1), (3, 7), (5, 5), (20, 8)]
    return all(abs(a - b) <= atol for a, b in _scores(rotate, places, range(1, 32)))


def round_shifts_only(rotate: Rotation, atol: float) -> bool:
    """round shifts only

    met: a classic: positions such as 1024 and 4096 come to mind first
    hint: Which shifts do you try? What is the largest number that divides all of them?
    hint: A table of 64 rows that starts again at its end looks right at every shift that is a multiple of 64. Try
        shifts that have no divisor in common.
    """
    return all(abs(a - b) <= atol for a, b in _scores(rotate, shifts=[128, 1024, 4096, 8192]))


def first_comparison_only(rotate: Rotation, atol: float) -> bool:
    """returns after the first comparison

    met: a classic: the return statement stands inside the loop
    hint: Print every (m, n) and shift that you compare. How many lines are there?
    hint: A return ends the function, so that the first comparison decides. False may be returned at once; True only
        when all the comparisons are done.
    """
    return all(abs(a - b) <= atol for a, b in _scores(rotate, [(0, 1)], [1]))


def query_left_at_0(rotate: Rotation, atol: float) -> bool:
    """compared with a query that is not rotated

    met: a classic: <q, R_(n-m) k> is taken for the other side of the equation
    hint: Take a rotation that also makes every vector twice as long. Which of your two sides has both factors?
    hint: That side is equal only where position 0 leaves a vector as it is, which the property does not ask for.
        Compare two scores in which both vectors were rotated.
    """
    q, k = _vectors()
    distances = (0, 1, 4, 12, 300, 5000)
    return all(
        abs(rotate(q, m) @ rotate(k, m + d) - q @ rotate(k, d)) <= atol for m in (0, 3, 900, 4900) for d in distances
    )


def negative_positions(rotate: Rotation, atol: float) -> bool:
    """asks for negative positions

    met: a classic: with the key before the query, the distance n - m is passed as a position
    hint: Print the smallest position for which you call rotate.
    hint: A position is 0 to 10,000, and a rotation that reads from a table has no row for -12. Move both positions up
        instead of moving one of them to 0.
    """
    q, k = _vectors()
    return all(abs(rotate(q, m) @ rotate(k, n) - rotate(q, 0) @ rotate(k, n - m)) <= atol for m, n in PLACES)


def positions_too_far(rotate: Rotation, atol: float) -> bool:
    """asks for positions above 10,000

    met: karpathy/nanochat#520: the end of the table is compared with the length alone, and not with start plus length
    hint: Print the largest position for which you call rotate.
    hint: It is m or n plus the shift that must not pass 10,000, and not the shift alone.
    """
    return all(abs(a - b) <= atol for a, b in _scores(rotate, shifts=[*SHIFTS, 10_000]))


def relative_tolerance(rotate: Rotation, atol: float) -> bool:
    """relative tolerance

    met: a classic of notes on RoPE: a relative tolerance passes wrong rotations
    hint: Look up what np.isclose and np.allclose compare with when you give them atol alone.
    hint: They add rtol times the second number, with an rtol of 1e-5 unless told otherwise. The docstring asks for an
        absolute difference.
    """
    return all(np.isclose(a, b, atol=atol) for a, b in _scores(rotate))


def tolerance_of_its_own(rotate: Rotation, atol: float) -> bool:
    """atol ignored

    met: a classic: a tolerance that was right for one try stays in the code
    hint: Call it with a large atol and with a tiny one. Does that ever change the answer?
    hint: How large a difference may be is for the caller to say. Yours uses a number of its own.
    """
    return all(abs(a - b) <= 1e-6 for a, b in _scores(rotate))


def tolerance_of_numpy(rotate: Rotation, atol: float) -> bool:
    """another way to write it

    variant of: tolerance_of_its_own
    """
    return all(np.isclose(a, b) for a, b in _scores(rotate))


def tighter_tolerance(rotate: Rotation, atol: float) -> bool:
    """another way to write it

    variant of: tolerance_of_its_own
    """
    return all(abs(a - b) <= 1e-8 for a, b in _scores(rotate))


def nan_accepted(rotate: Rotation, atol: float) -> bool:
    """NaN accepted

    met: Hugging Face transformers#45902: frequencies that were never filled in, and NaN or silent loss in what follows
    hint: Print nan > 1 and nan <= 1.
    hint: Every comparison with NaN is False, so asking whether a difference is too large never finds it. Ask whether it
        is small enough.
    """
    return not any(abs(moved - score) > atol for score, moved in _scores(rotate))


def same_position_only(rotate: Rotation, atol: float) -> bool:
    """query and key at one position only

    met: a classic: m and n are both set to the position that is tried
    hint: Which distances between query and key do you try?
    hint: At distance 0 every rotation that keeps scalar products passes, whatever its angles are. Let m and n differ.
    """
    return all(abs(a - b) <= atol for a, b in _scores(rotate, [(0, 0), (5, 5), (900, 900)]))


def query_is_the_key(rotate: Rotation, atol: float) -> bool:
    """q and k are the same vector

    met: a classic: one random vector is drawn and used twice
    hint: Which rotations could treat a query and a key differently, and would yours notice?
    hint: A vector's score with itself is one number among many. A rotation whose angles depend on the vector keeps that
        one, for both sides turn alike, and changes the score of two different vectors.
    """
    x = _vectors()[0]
    return all(
        abs(rotate(x, m + shift) @ rotate(x, n + shift) - rotate(x, m) @ rotate(x, n)) <= atol
        for m, n in PLACES
        for shift in SHIFTS
    )
