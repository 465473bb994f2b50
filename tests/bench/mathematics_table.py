"""What the benchmark of rotations prints."""

import math
import statistics
from collections.abc import Iterator, Sequence

from stopwatch import Turns

Rounds = dict[tuple[str, int], list[list[Turns]]]
"""By what becomes of freed memory and by the number of threads: what each round has measured, group by group."""

NAME = 41
"""Columns that the name of a form may take."""


def table(shape: Sequence[int], rounds: Rounds) -> str:
    """A line for each form: its time, how many times a copy takes, and, where memory is new, page faults."""
    bytes_of_x = 4 * math.prod(shape)
    small = bytes_of_x < 2**20
    size = f"{bytes_of_x / 2**10:g} KiB" if small else f"{bytes_of_x / 2**20:g} MiB"
    unit, scale = ("µs", 1e6) if small else ("ms", 1e3)
    lines = [f"{f'{tuple(shape)}, {size}':{NAME}}", " " * NAME, " " * NAME]
    memories = list(dict.fromkeys(memory for memory, _ in rounds))
    for number, memory in enumerate(memories):
        threads = [count for one, count in rounds if one == memory]
        faults = f"{'faults':>9}" if number == 0 else ""
        lines[0] += f"{f'    freed: {memory}':{16 * len(threads) + len(faults)}}"
        for place, count in enumerate(threads):
            more = faults if place == 0 else ""
            heading = f"{count} thread{'s' if count > 1 else ''}"
            lines[1] += f"{heading:>16}{'':{len(more)}}"
            lines[2] += f"{unit:>9}{'copies':>7}{more}"
    for number, group in enumerate(next(iter(rounds.values()))[0]):
        for name in group:
            line = f"{name:{NAME}}"
            for place, measured in enumerate(rounds.values()):
                turns = [one[number] for one in measured]
                line += _cells(name, turns, scale)
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


def _cells(name: str, turns: Sequence[Turns], scale: float) -> str:
    if name not in turns[0]:
        return f"{'-':>9}{'-':>7}"
    time = scale * statistics.median(turn[name][0] for turn in turns)
    return f"{short(time):>9}{short(statistics.median(ratios(name, turns))):>7}"


def short(value: float) -> str:
    """At least two digits that count."""
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"
