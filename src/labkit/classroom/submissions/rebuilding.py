"""A submitted notebook made anew: the released cells, with the student's answers in them.

What a cell is worth, that it is there, and that it is there once, follows from the release and not from what was handed in. So
nothing that a student did to the notebook's structure can stop nbgrader, for this student or for the rest of the class.
"""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from labkit.classroom.submissions.reading import Cell, HandedIn

NOTES = "labkit_notes"
"""Where the rebuilt notebook's metadata keep what was unusual."""

PROBLEM = "labkit_problem"
NEW_CELL = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def names_of_cells(released: NotebookNode) -> frozenset[str]:
    """The names by which cells of a released notebook are known."""
    return frozenset(cell["id"] for cell in released.cells)


def rebuilt(released: NotebookNode, handed_in: HandedIn, write_up: Mapping[str, str]) -> NotebookNode:
    """The released notebook with what was handed in.

    Args:
        released: as the student received it. It is changed in place.
        handed_in: what came back.
        write_up: text for answer cells that were left as they were, by name.

    Returns:
        The notebook. An answer goes into its cell; cells that the student added follow the cell that they followed, without
        their outputs; changed text around the answers is restored, and the student's version kept behind it.
    """
    found = _found(released, handed_in)
    notes = list(handed_in.notes)
    after = _additions(released, handed_in, found, notes)
    lost = [cell["id"] for cell in released.cells if "nbgrader" in cell["metadata"] and cell["id"] not in found]
    if lost and not handed_in.problem:
        notes.append(f"cells were missing and have been put back: {', '.join(lost)}")
    cells = list(after.get("", ()))
    for cell in released.cells:
        candidates = found.get(cell["id"], [])
        if len(candidates) > 1:
            notes.append(f"{cell['id']} is there {len(candidates)} times: the last that was filled in counts")
        if _is_answer(cell):
            filled_in = _filled_in(cell, candidates)
            if filled_in:
                cell["source"] = filled_in[-1].source
                if cell["cell_type"] == "markdown" and filled_in[-1].attachments:
                    cell["attachments"] = filled_in[-1].attachments
            elif cell["id"] in write_up:
                cell["source"] = write_up[cell["id"]]
        cells += [cell, *after.get(cell["id"], ())]
    released.cells = cells
    released.metadata[NOTES] = list(dict.fromkeys(notes))
    released.metadata[PROBLEM] = handed_in.problem
    return released


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution", False))


def _found(released: NotebookNode, handed_in: HandedIn) -> dict[str, list[Cell]]:
    """For each released cell those that were handed in for it: by name, or else by the text before it."""
    known = names_of_cells(released)
    found: dict[str, list[Cell]] = {}
    for cell in handed_in.cells:
        name = next((name for name in cell.names if name in known), None)
        if name is not None:
            found.setdefault(name, []).append(cell)
    for before, answer in zip(released.cells, released.cells[1:], strict=False):
        if _is_answer(answer) and answer["id"] not in found:
            for one, following in zip(handed_in.cells, handed_in.cells[1:], strict=False):
                unknown = not any(name in known for name in following.names)
                if unknown and one.source.strip() == before["source"].strip() != "":
                    found[answer["id"]] = [following]
    return found


def _filled_in(cell: NotebookNode, candidates: list[Cell]) -> list[Cell]:
    """Those that say something of their own; the last of them counts."""
    return [one for one in candidates if one.source.strip() not in ("", cell["source"].strip())]


def _additions(
    released: NotebookNode, handed_in: HandedIn, found: Mapping[str, list[Cell]], notes: list[str]
) -> dict[str, list[NotebookNode]]:
    """The student's own cells, by the released cell that they follow ("" for those in front)."""
    by_name = {cell["id"]: cell for cell in released.cells}
    used = {id(cell): name for name, cells in found.items() for cell in cells}
    after: dict[str, list[NotebookNode]] = {}
    anchor = ""
    for cell in handed_in.cells:
        name = used.get(id(cell))
        if name is None:
            if cell.source.strip():
                after.setdefault(anchor, []).append(_own_cell(cell))
            continue
        anchor = name
        released_cell = by_name[name]
        if _is_answer(released_cell):
            if any(cell is other for other in _filled_in(released_cell, found[name])[:-1]):
                after.setdefault(anchor, []).append(_own_cell(cell))
            continue
        if cell.source.strip() == released_cell["source"].strip():
            continue
        notes.append(f"{name} had been changed: it counts as it was released")
        if cell.kind == "markdown":
            after.setdefault(anchor, []).append(_own_cell(cell))
    return after


def _own_cell(cell: Cell) -> NotebookNode:
    made: Any = NEW_CELL[cell.kind](source=cell.source)
    if cell.kind == "markdown" and cell.attachments:
        made["attachments"] = cell.attachments
    return made
