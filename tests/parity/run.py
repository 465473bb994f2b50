"""The reference solutions beside installed implementations of others: a table of the largest differences.

Run by ``make parity``. Every row says how far both sides may be apart; that is derived from the roundings on both sides
(rounding.py), never fitted. ``--write docs/how-we-know.md`` puts the table into that page.
Exit status: 0 every row is within its bound, 1 one is not, 2 it could not be run.
"""

import argparse
import importlib
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from page import PageError, cells, write
from reference import active_reference
from rich.console import Console
from rich.table import Table
from row import Row

from labkit.labs import find_course

PEERS = {
    "onnx": "onnx",
    "torch": "torch",
    "transformers": "transformers",
    "rotary_embedding_torch": "rotary-embedding-torch",
}
"""The distribution of each module that this needs."""

SOURCES = (
    "stored_rows",
    "onnx_rows",
    "rotation_rows",
    "scaling_rows",
    "attention_rows",
    "speed_rows",
    "lucidrains_rows",
)
"""Modules with a function ``rows``, in the order of the table."""


def missing() -> list[str]:
    return [distribution for module, distribution in PEERS.items() if find_spec(module) is None]


def all_rows() -> Iterator[Row]:
    with active_reference(find_course(Path(__file__).resolve())) as ropelab:
        for name in SOURCES:
            yield from importlib.import_module(name).rows(ropelab)


def heading(day: date) -> str:
    """When and with what the table was made."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", *PEERS.values()))
    return f"Measured on {day.isoformat()}, Python {platform.python_version()} on {platform.machine()}: {versions}."


def show(rows: Sequence[Row]) -> None:
    """The comparisons of each peer below its name."""
    table = Table(box=None, pad_edge=False)
    for name in ("compared", "precision", "ours"):
        table.add_column(name, overflow="fold")
    for name in ("difference", "allowed", "digits", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for peer in dict.fromkeys(row.peer for row in rows):
        table.add_row(f"[bold]{peer}[/]")
        for row in (one for one in rows if one.peer == peer):
            _, *told = cells(row)
            table.add_row(*told, "[green]ok[/]" if row.holds else "[red]OUTSIDE[/]")
    # A table that is piped or kept in a log needs its full width.
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    outside = sum(not row.holds for row in rows)
    console.print(f"{len(rows)} comparisons, {outside or 'none'} outside what rounding allows.", highlight=False)


def main() -> int:
    description, _, _ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(prog="parity", description=description)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page, between its markers")
    arguments = parser.parse_args()
    if absent := missing():
        print(f"parity: not installed: {', '.join(absent)}; `make parity` installs what it needs", file=sys.stderr)
        return 2
    rows = list(all_rows())
    show(rows)
    if not all(row.holds for row in rows):
        return 1
    if arguments.write:
        try:
            write(arguments.write, heading(date.today()), rows)
        except PageError as error:
            print(f"parity: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
