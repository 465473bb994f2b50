"""What the benchmark of rotations prints."""

import statistics
from collections.abc import Iterator, Sequence

from stopwatch import Turns

Rounds = dict[tuple[str, int], list[list[Turns]]]
"""By what becomes of freed memory and by the number of threads: what each round has measured, group by group."""

NAME = 36
"""Columns that the name of a form may take."""


def table(shape: Sequence[int], rounds: Rounds) -> str:
    """A line for each form: milliseconds, how many times a copy takes, and, where memory is new, page faults."""
    batch, seq, heads, size = shape
    title = f"({batch}, {seq}, {heads}, {size}), {batch * seq * heads * size / 2**18:g} MiB"
    lines = [f"{title:{NAME}}", " " * NAME, " " * NAME]
    for number, memory in enumerate(dict.fromkeys(memory for memory, _ in rounds)):
        faults = f"{'faults':>9}" if number == 0 else ""
        heading = f"    freed memory {memory}"
        lines[0] += f"{heading:{32 + len(faults)}}"
        lines[1] += f"{'1 thread':>16}{'':{len(faults)}}{'2 threads':>16}"
        lines[2] += f"{'ms':>9}{'copies':>7}{faults}{'ms':>9}{'copies':>7}"
    for number, group in enumerate(next(iter(rounds.values()))[0]):
        for name in group:
            line = f"{name:{NAME}}"
            for place, measured in enumerate(rounds.values()):
                turns = [one[number] for one in measured]
                line += _cells(name, turns)
                if place == 0:
                    line += f"{statistics.median(turn[name][1] for turn in turns):9,.0f}"
            lines.append(line)
        lines.append("")
    return "\n".join(line.rstrip() for line in lines)


def ratios(name: str, turns: Sequence[Turns]) -> list[float]:
    """For each round how many times what the first of the group takes, which is a copy, a form takes."""
    return [turn[name][0] / next(iter(turn.values()))[0] for turn in turns]


def noise(all_rounds: Sequence[Rounds]) -> str:
    """How far the ratios of single rounds are from the medians that are printed, in a line."""
    typical = [
        statistics.median(abs(one / statistics.median(found) - 1) for one in found) for found in _all(all_rounds)
    ]
    return (
        f"In half of the rounds a ratio is within {statistics.median(typical):.0%} of the median that is printed; for the "
        f"least steady one within {max(typical):.0%}."
    )


def _all(all_rounds: Sequence[Rounds]) -> Iterator[list[float]]:
    for rounds in all_rounds:
        for measured in rounds.values():
            for number, group in enumerate(measured[0]):
                yield from (ratios(name, [one[number] for one in measured]) for name in list(group)[1:])


def _cells(name: str, turns: Sequence[Turns]) -> str:
    if name not in turns[0]:
        return f"{'-':>9}{'-':>7}"
    milliseconds = 1000 * statistics.median(turn[name][0] for turn in turns)
    return f"{_short(milliseconds):>9}{_short(statistics.median(ratios(name, turns))):>7}"


def _short(value: float) -> str:
    """At least two digits that count."""
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"
