"""The rows as a table of a Markdown page, between two markers, and read back from there."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from row import Row

BEGIN, END = "<!-- written by make parity: begin -->", "<!-- end -->"
HEADINGS = ("peer", "compared", "precision", "ours", "largest difference", "allowed", "digits")
PRECISIONS = ("float64", "float32")
SUMMARY = ("peer", "comparisons", *(f"digits in {precision}" for precision in PRECISIONS))
Cells = tuple[str, ...]


class PageError(Exception):
    """The page cannot take the table. The message names it."""


def figure(value: float, row: Row) -> str:
    return f"{value:.1e}{' rel.' if row.relative else ''}" if value else "0"


def cells(row: Row) -> Cells:
    """What the page prints of a row."""
    shown = (figure(row.difference, row), figure(row.bound, row), str(row.digits))
    return (row.peer, row.compared, row.dtype, row.ours, *shown)


def summary(lines: Sequence[Cells]) -> list[Cells]:
    """A line a peer: how many comparisons, and how many digits agree in each precision, fewest to most."""
    found = []
    for peer in dict.fromkeys(line[0] for line in lines):
        of_peer = [line for line in lines if line[0] == peer]
        shown = []
        for precision in PRECISIONS:
            digits = [int(line[6]) for line in of_peer if line[2] == precision]
            shown.append(" to ".join(str(count) for count in sorted({min(digits), max(digits)})) if digits else "")
        found.append((peer, str(len(of_peer)), *shown))
    return found


def table(headings: Cells, lines: Iterable[Cells], numbers: int) -> str:
    """Markdown, the last columns set to the right."""
    rule = ("---",) * (len(headings) - numbers) + ("---:",) * numbers
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, rule, *lines))


def between(text: str, path: Path) -> tuple[str, str, str]:
    """What stands before, between and behind the markers, the markers apart.

    Raises:
        PageError: they do not stand there once each, in this order.
    """
    before, begin, rest = text.partition(BEGIN)
    inside, end, after = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in after:
        raise PageError(f"{path} must hold {BEGIN} once, and {END} once behind it")
    return before, inside, after


def write(path: Path, heading: str, rows: Iterable[Row]) -> None:
    """Put the table between the markers, with the heading over it."""
    try:
        before, _, after = between(path.read_text(), path)
    except OSError as error:
        raise PageError(f"{path}: {error.strerror}") from error
    lines = [cells(row) for row in rows]
    parts = (BEGIN, heading, "", table(SUMMARY, summary(lines), 3), "", table(HEADINGS, lines, 3), END)
    path.write_text(before + "\n".join(parts) + after)


def written(path: Path) -> tuple[list[Cells], list[Cells]]:
    """The lines of the two tables that the page holds: the summary's, and the rows as ``cells`` prints them."""
    _, inside, _ = between(path.read_text(), path)
    tables: list[list[Cells]] = []
    for line in inside.splitlines():
        if line.startswith("|"):
            tables[-1].append(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif not tables or tables[-1]:
            tables.append([])
    first, second = (lines[2:] for lines in tables if lines)
    return first, second
