"""The pictures of the instructor's page, each with the same facts in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from matplotlib.ticker import MaxNLocator

from labkit.classroom.grading import MISSING
from labkit.classroom.overview.reading import ClassResults
from labkit.figures import COLOURS, new_figure, save

COLUMNS = 3
LOW, HIGH = COLOURS[1], COLOURS[0]


@dataclass(frozen=True)
class Picture:
    """A file beside the page, what it is of, and what somebody learns from it who cannot see it."""

    name: str
    title: str
    words: str


@dataclass(frozen=True)
class _Scores:
    lab: str
    points: list[float]
    most: float
    missing: int


def draw(results: ClassResults, out: Path) -> list[Picture]:
    """Draw the distribution of points, and where grades are known that of totals, into a folder."""
    autograded = [_autograded(results, lab.name) for lab in results.labs if results.results[lab.name]]
    pictures = [
        _distributions(autograded, out / "score-distribution.png", "Autograded points: code, quiz and evidence")
    ]
    totals = [scores for scores in (_totals(results, lab.name) for lab in results.labs) if scores.points]
    if totals:
        name = "total-distribution.png"
        pictures.append(_distributions(totals, out / name, "All points, with written answers and penalties"))
    return pictures


def _autograded(results: ClassResults, lab: str) -> _Scores:
    known = [results.results[lab].get(student) for student in results.students]
    handed_in = [one for one in known if one is not None and one.status != MISSING and one.points is not None]
    most = max((one.max_points for one in handed_in), default=1.0)
    return _Scores(lab, [one.points or 0.0 for one in handed_in], most, len(known) - len(handed_in))


def _totals(results: ClassResults, lab: str) -> _Scores:
    known = [total for (name, _), total in results.totals.items() if name == lab]
    return _Scores(lab, [total.points for total in known], max((total.max_points for total in known), default=1.0), 0)


def _distributions(parts: Sequence[_Scores], path: Path, title: str) -> Picture:
    """A histogram for each lab, on the same scale."""
    rows = ceil(len(parts) / COLUMNS)
    figure, axes = new_figure(rows, COLUMNS, 13.0, 0.6 + 2.9 * rows)
    tallest = 1
    for number, ax in enumerate(axes):
        if number >= len(parts):
            ax.set_visible(False)
            continue
        tallest = max(tallest, _histogram(ax, parts[number]))
        ax.set_xlabel("points")
        if number % COLUMNS == 0:
            ax.set_ylabel("students")
    for ax in axes:
        ax.set_ylim(0, tallest * 1.15)
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    save(figure, path)
    return Picture(path.name, title, " ".join(_words(part) for part in parts))


def _histogram(ax: Any, scores: _Scores) -> int:  # noqa: ANN401 - matplotlib's Axes
    """Draw one, and return its highest count."""
    most = ceil(scores.most)
    counts = [0] * (most + 1)
    for points in scores.points:
        counts[min(int(points), most)] += 1
    colours = [LOW if points < scores.most / 2 else HIGH for points in range(most + 1)]
    ax.bar(range(most + 1), counts, width=0.85, color=colours)
    ax.axvline(scores.most / 2 - 0.5, color="#444444", linestyle="--", linewidth=1.2)
    ax.text(
        scores.most / 2 - 0.7, 0.98, "below half", transform=ax.get_xaxis_transform(), ha="right", va="top", size=11
    )
    ax.set_title(scores.lab)
    ax.set_xticks(range(0, most + 1, 4))
    ax.grid(visible=False, axis="x")
    return max(counts)


def _words(scores: _Scores) -> str:
    without = f", {scores.missing} without points" if scores.missing else ""
    if not scores.points:
        return f"{scores.lab}: nothing to show{without}."
    low = sum(points < scores.most / 2 for points in scores.points)
    full = sum(points >= scores.most for points in scores.points)
    return (
        f"{scores.lab}: {len(scores.points)} submissions{without}, median {median(scores.points):g} of {scores.most:g}, "
        f"{full} with all points, {low} below half."
    )
