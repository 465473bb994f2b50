"""A bar that shows how far a class has come."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextlib.contextmanager
def progress(total: int, shown: bool, what: str = "grading") -> Iterator[Callable[[], None]]:
    """A bar on standard error while submissions are worked through; yields what is to be called after each."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    done = 0
    with Progress(*columns, console=Console(stderr=True), disable=not shown or total == 0) as bars:
        bar = bars.add_task(what, total=total)

        def advance() -> None:
            nonlocal done
            done += 1
            bars.advance(bar)

        try:
            yield advance
        except KeyboardInterrupt:
            bars.console.print(f"{done} of {total} done: the same command goes on from there")
            raise
