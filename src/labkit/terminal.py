"""What the commands show a person: the board of verify, and the grade with its messages."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from labkit.report import LabResult, TaskResult
from labkit.verify import DONE, FAILING, Outcome

LOOKS = {DONE: "green", FAILING: "red"}
SHOWN_LINES_OF_OUTPUT = 12


def console() -> Console:
    """Standard output: colours on a terminal, plain and wide enough in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=not sys.stdout.isatty())


def show_board(outcomes: Sequence[Outcome]) -> None:
    """A line per lab with its status, and the next thing to do."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for outcome in outcomes:
        table.add_row(
            outcome.lab.name, Text(outcome.status, style=LOOKS.get(outcome.status, "yellow")), Text(outcome.summary)
        )
    screen = console()
    screen.print(table)
    following = next((outcome for outcome in outcomes if outcome.status != DONE), None)
    screen.print()
    if following is None:
        screen.print(Text("Everything asked for is verified."))
    else:
        screen.print(Text(f"next: {following.next_step}"))


def show_grade(results: Sequence[LabResult]) -> None:
    """Points per task; for each failed test its message; a sum when there are several labs."""
    screen = console()
    for result in results:
        screen.print(Text(f"{result.lab}  {result.points} of {result.max_points} points for code", style="bold"))
        for task in result.tasks:
            style = "green" if task.points == task.max_points else "red"
            screen.print(Text(f"  {task.points:2d} of {task.max_points:2d}  {task.task}", style=style))
            for line in _failures(task):
                screen.print(Text(f"            {line}" if line else ""))
        screen.print()
    if len(results) > 1:
        screen.print(
            Text(f"together {sum(r.points for r in results)} of {sum(r.max_points for r in results)} points for code")
        )


def _failures(task: TaskResult) -> list[str]:
    """The messages of a task's failed tests; one that several tests share is shown once."""
    lines: list[str] = []
    shared: dict[str, list[str]] = {}
    printed = {test.message: test.printed for test in task.tests}
    for test in task.tests:
        if test.outcome != "passed":
            shared.setdefault(test.message, []).append(test.name.removeprefix("test_").replace("_", " "))
    for message, names in shared.items():
        lines += [f"not: {names[0]}" if len(names) == 1 else f"{len(names)} checks:", *message.splitlines()]
        output = printed[message].splitlines()
        if output:
            lines += ["your code printed:", *output[-SHOWN_LINES_OF_OUTPUT:]]
        lines.append("")
    return lines[:-1]
