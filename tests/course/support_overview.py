"""What the tests of the instructor's page share: results to put on it, and the page as a reader finds it."""

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from labkit.classroom.overview.writing import write_overview
from labkit.labs import Course

FIRST, SECOND = "01-frequencies", "02-cache"


class Page(HTMLParser):
    """A page's tags, and the rows of its tables as texts, below the heading of their section."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: dict[str, list[list[str]]] = {}
        self._section = ""
        self._in_cell = False
        self.feed(path.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "h2":
            self._section = str(dict(attrs)["id"])
        elif tag == "tr":
            self.rows.setdefault(self._section, []).append([])
        elif tag in ("th", "td"):
            self.rows[self._section][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[self._section][-1][-1] += data

    def row(self, section: str, first: str) -> list[str]:
        """The one row of a section's table that begins with this."""
        (found,) = [row for row in self.rows[section] if row[0] == first]
        return found


def result(points: float = 16, status: str = "graded", reasons: Sequence[str] = (), **more: Any) -> dict[str, Any]:
    """The content of a result's file."""
    return {"status": status, "reasons": list(reasons), "points": points, "max_points": 16} | more


def failed(task: str, *tests: tuple[str, str]) -> dict[str, Any]:
    """Code in which tests of one task fail: the mistake's name and the message of each."""
    told = [{"name": "test", "outcome": "failed", "mistake": name, "message": message} for name, message in tests]
    return {"tasks": [{"task": task, "points": 0, "max_points": 4, "tests": told}]}


def write(folder: Path, lab: str, **results: Any) -> None:
    """Write the results of a lab: one for each student."""
    for student, content in results.items():
        path = folder / "results" / lab / f"{student}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))


def page_of(course: Course, folder: Path, grades: Path | None = None) -> Page:
    """Write the page and read it."""
    return Page(write_overview(course, folder / "results", folder / "feedback", folder / "out", grades))
