"""What lab 08 aims at on large arrays, beside what was measured. Figures and no exit status: a clock is no judge."""

import math
import statistics
from collections.abc import Mapping, Sequence

from mathematics_table import NAME, Rounds, ratios, short
from memory_forms import HALF_BLOCKED, HEADS_FIRST, IN_PLACE, NEW, OUT
from rotations import HUGGING_FACE

COPIES = {
    IN_PLACE: 1.15,
    IN_PLACE + HEADS_FIRST: 1.15,
    OUT: 1.5,
    OUT + HEADS_FIRST: 1.5,
    NEW: 1.5,
    HALF_BLOCKED: 2.8,
    HALF_BLOCKED + HEADS_FIRST: 2.8,
}
"""By the name of a form: how many times what a copy takes it may take."""

FASTER = 4.0
"""How many times as fast as torch's eager split-half the complex forms are to be, freed memory kept in both."""

COMPLEX = (IN_PLACE, OUT, NEW)
LARGE = 2**26
"""Bytes of an array that no cache holds, so that memory is the limit."""


def targets(all_rounds: Mapping[tuple[int, ...], Rounds]) -> str:
    """A line for each aim, a column for each large shape: one thread, freed memory kept where that can be arranged."""
    large = {shape: rounds for shape, rounds in all_rounds.items() if 4 * math.prod(shape) >= LARGE}
    memory = [memory for rounds in large.values() for memory, _ in rounds][-1]
    columns = [[one[0] for one in rounds[memory, 1]] for rounds in large.values()]
    title = f"what lab 08 aims at, 1 thread, {memory}"
    lines = [f"{title:{NAME}}{'aim':>18}" + "".join(f"{shape!s:>22}" for shape in large)]
    for name, most in COPIES.items():
        found = [statistics.median(ratios(name, turns)) for turns in columns]
        lines.append(_line(name, f"{most:g} copies", [(one, one <= most) for one in found]))
    if HUGGING_FACE in columns[0][0]:
        lines += ["", f"{f'how many times as fast as {HUGGING_FACE}':{NAME}}"]
        for name in COMPLEX:
            found = [statistics.median(turn[HUGGING_FACE][0] / turn[name][0] for turn in turns) for turns in columns]
            lines.append(_line(name, f"{FASTER:g} times", [(one, one >= FASTER) for one in found]))
    return "\n".join(lines) + "\n"


def _line(name: str, aim: str, found: Sequence[tuple[float, bool]]) -> str:
    cells = (f"{short(value)} {'met' if met else 'not met'}" for value, met in found)
    return f"{name:{NAME}}{aim:>18}" + "".join(f"{cell:>22}" for cell in cells)
