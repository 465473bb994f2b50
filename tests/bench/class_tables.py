"""What the benchmark of a class prints."""

import statistics
from collections.abc import Sequence

from class_courses import Cost

WANTED = {"one process": 6, "all cores": 10}
"""How many times as fast as stock this course wants to be."""

AIM = 20
"""What it aims at with all cores."""

Costs = dict[str, list[Cost]]
"""By way, one for each round."""


def table(costs: Costs, ways: Sequence[str], students: int) -> str:
    """A line for each way: seconds of the command and of a submission, and how many times that stock takes."""
    lines = [
        "                  seconds      a submission   stock takes, by the clock   checks only   stock, processors",
        "way             clock  proc.   clock  proc.   median  lowest  highest        median       median",
    ]
    for way in ways:
        wall, cpu = (statistics.median(getattr(cost, kind) for cost in costs[way]) for kind in ("wall", "cpu"))
        times = ratios(costs, way, "stock", "wall")
        line = f"{way:13}{wall:8.1f}{cpu:7.1f}{wall / students:8.2f}{cpu / students:7.2f}"
        line += f"{statistics.median(times):8.1f}x{min(times):7.1f}x{max(times):8.1f}x"
        bare = statistics.median(ratios(costs, way, "checks only", "wall")) if "checks only" in costs else None
        line += f"{'-':>14} " if bare is None else f"{bare:13.1f}x "
        lines.append(f"{line}{statistics.median(ratios(costs, way, 'stock', 'cpu')):12.1f}x")
    return "\n".join(lines)


def ratios(costs: Costs, way: str, to: str, kind: str) -> list[float]:
    """For each round how many times what a way takes another takes."""
    pairs = zip(costs[to], costs[way], strict=True)
    return [getattr(theirs, kind) / getattr(ours, kind) for theirs, ours in pairs]


def wanted(costs: Costs) -> str:
    """A line for each goal: is it met?"""
    lines = []
    for way, times in WANTED.items():
        found = statistics.median(ratios(costs, way, "stock", "wall"))
        lines.append(f"{way}: {found:.1f} times as fast as stock, {times} wanted: {_met(found, times)}")
    lines.append(f"the aim of {AIM} with all cores: {_met(found, AIM)}")
    return "\n".join(lines)


def _met(found: float, times: float) -> str:
    return "met" if found >= times else "missed"


def shares(parts: dict[str, float], students: int) -> str:
    """What one process spends its time on: once, and for each submission."""
    lines = ["seconds of one process, measured in a run of its own", "once:"]
    lines += [f"  {name:34}{parts[name]:8.2f}" for name in parts if name.startswith("start")]
    each = {name: seconds for name, seconds in parts.items() if not name.startswith("start")}
    total = sum(each.values())
    lines += [f"each submission: {1000 * total / students:.0f} ms"]
    for name, seconds in sorted(each.items(), key=lambda part: -part[1]):
        lines.append(f"  {name:34}{1000 * seconds / students:8.1f} ms{seconds / total:8.0%}")
    return "\n".join(lines)


def first_runs(costs: Costs) -> str:
    """A line for each way that was measured cold."""
    lines = [
        f"cold, {way}: {one.wall:.1f} s on the clock, {one.cpu:.1f} s of processors" for way, (one,) in costs.items()
    ]
    return "\n".join(lines)
