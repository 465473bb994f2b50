"""Reading a notebook that somebody handed in: the text of each answer by the name of its cell, and nothing else.

The file is data from a stranger. Nothing in it is trusted to say what a cell is worth, which cells there are or how they are
graded: that comes from the released notebook (rebuilding.py).
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.clean import clean
from labkit.errors import Unreadable
from labkit.sandbox.submission import read_plain

LARGEST_NOTEBOOK = 10_000_000
"""Bytes of a notebook; one with its plots in it has about 1,000,000."""

MOST_CELLS = 2_000
LONGEST_SOURCE = 100_000
"""Characters of one cell."""

MOST_NOTEBOOKS = 20
"""How many files are looked into when the notebook is not there by its name."""

PLACED = "placed_by_the_course"
"""Metadata of a notebook that the course put where none was handed in, so that nbgrader finds one."""

CELL_TYPES = ("code", "markdown", "raw")
PICTURES = ("image/png", "image/jpeg", "image/gif")


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in.

    Attributes:
        names: what it calls itself, most trustworthy first: nbgrader's grade_id, then the cell's id.
        kind: code, markdown or raw.
        source: its text, cut to LONGEST_SOURCE.
        attachments: pictures pasted into a markdown cell: file name, then type and base64 text.
    """

    names: tuple[str, ...]
    kind: str
    source: str
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class HandedIn:
    """A notebook as it was handed in.

    Attributes:
        cells: in their order; none when there is no notebook or it cannot be read.
        notes: what was unusual, a sentence for each, for the student and the instructor.
        problem: "missing" or "unreadable"; empty when the cells could be read.
    """

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""


def read_handed_in(folder: Path, wanted: str, known: frozenset[str]) -> HandedIn:
    """The notebook of a submission, also when it goes by another name.

    Args:
        folder: the submission.
        wanted: the notebook's name, such as ``frequencies.ipynb``.
        known: the names of the released notebook's cells, by which it is recognised under another name.
    """
    try:
        content = _content(folder, wanted)
        if not content["metadata"].get(PLACED):
            return _cells_of(content, wanted)
    except Unreadable as error:
        if os.path.lexists(folder / wanted):
            return HandedIn((), (f"{clean(str(error))}: quiz and written answers could not be read",), "unreadable")
    return _under_another_name(folder, wanted, known)


def _under_another_name(folder: Path, wanted: str, known: frozenset[str]) -> HandedIn:
    found: list[tuple[int, str, HandedIn]] = []
    others = sorted(name for name in _names_in(folder) if name.endswith(".ipynb") and name != wanted)
    for name in others[:MOST_NOTEBOOKS]:
        try:
            one = _cells_of(_content(folder, name), name)
        except Unreadable:
            continue
        share = len({cell_name for cell in one.cells for cell_name in cell.names} & known)
        found.append((share, name, one))
    share, name, best = max(found, key=lambda one: one[0], default=(0, "", HandedIn(())))
    if share == 0:
        return HandedIn((), (f"{wanted} was not handed in: no quiz and no written answers",), "missing")
    note = f"{wanted} was not handed in; {clean(name)} holds its cells and was read in its place"
    return HandedIn(best.cells, (note, *best.notes))


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []


def _content(folder: Path, name: str) -> dict[str, Any]:
    """The notebook's JSON, with a list of cells and a metadata object.

    Raises:
        Unreadable: it is not such a file; says why.
    """
    data = read_plain(folder, (name,), LARGEST_NOTEBOOK)
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if not data.strip():
            raise Unreadable(f"{name} is empty") from error
        raise Unreadable(f"{name} is not a notebook: it does not hold JSON text") from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise Unreadable(f"{name} is not a notebook of format 4: save it again in JupyterLab")
    if len(content["cells"]) > MOST_CELLS:
        raise Unreadable(f"{name} has {len(content['cells']):,} cells; {MOST_CELLS:,} are allowed")
    if not isinstance(content.get("metadata"), dict):
        content["metadata"] = {}
    return content


def _cells_of(content: Mapping[str, Any], name: str) -> HandedIn:
    notes: list[str] = []
    cells = [_cell(raw, notes) for raw in content["cells"]]
    lost = cells.count(None)
    if lost:
        notes.append(f"left out of {clean(name)}, being no cells of a notebook: {lost}")
    return HandedIn(tuple(cell for cell in cells if cell is not None), tuple(dict.fromkeys(notes)))


def _cell(raw: Any, notes: list[str]) -> Cell | None:  # noqa: ANN401 - whatever JSON can hold
    if not isinstance(raw, dict) or raw.get("cell_type") not in CELL_TYPES:
        return None
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    if len(source) > LONGEST_SOURCE:
        notes.append(f"a cell of more than {LONGEST_SOURCE:,} characters was cut")
    metadata = raw.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    names = [about.get("grade_id") if isinstance(about, dict) else None, raw.get("id")]
    kept = tuple(dict.fromkeys(name for name in names if isinstance(name, str)))
    return Cell(kept, raw["cell_type"], _valid(source[:LONGEST_SOURCE]), _pictures(raw.get("attachments")))


def _valid(text: str) -> str:
    """The text without halves of characters, which JSON can hold and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _pictures(attachments: Any) -> dict[str, dict[str, str]]:  # noqa: ANN401 - whatever JSON can hold
    if not isinstance(attachments, dict):
        return {}
    kept: dict[str, dict[str, str]] = {}
    for name, types in attachments.items():
        if isinstance(types, dict):
            pictures = {kind: text for kind, text in types.items() if kind in PICTURES and isinstance(text, str)}
            if pictures:
                kept[_valid(name)] = {kind: _valid(text) for kind, text in pictures.items()}
    return kept


def is_placed(path: Path) -> bool:
    """Is this the notebook that the course put there itself?"""
    text = placed_notebook()
    try:
        return path.stat().st_size == len(text) and path.read_text() == text
    except (OSError, UnicodeDecodeError):
        return False


def placed_notebook() -> str:
    """The text of a notebook for where none was handed in."""
    content: dict[str, Sequence[object] | Mapping[str, bool] | int] = {
        "cells": [],
        "metadata": {PLACED: True},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content) + "\n"
