"""What the commands show a person: the board of verify, and the grade with its messages."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from labkit.report import LabResult, TaskResult, TestResult, sentence
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


def show_watch(result: LabResult, following: str) -> None:
    """A board that fits on a screen: the tasks, the first thing that is wrong, and what to do next."""
    screen = console()
    screen.clear()  # on a terminal only
    screen.print(Text(f"{result.lab}  {result.points} of {result.max_points} points for code", style="bold"))
    for task in result.tasks:
        style = "green" if task.points == task.max_points else "red"
        screen.print(Text(f"  {task.points:2d} of {task.max_points:2d}  {task.task}", style=style))
    wrong = next((task for task in result.tasks if task.points < task.max_points), None)
    if wrong is not None:
        screen.print()
        for line in _failures(wrong):
            screen.print(Text(f"  {line}" if line else ""))
    screen.print()
    screen.print(Text(f"next: {following}"))


def _failures(task: TaskResult) -> list[str]:
    """The messages of a task's failed tests; what several tests share, a mistake or a message, is shown once."""
    lines: list[str] = []
    shared: dict[str, list[TestResult]] = {}
    for test in task.tests:
        if test.outcome != "passed":
            shared.setdefault(test.remark or test.message, []).append(test)
    for tests in shared.values():
        first = tests[0]
        seen = (
            f"not: {sentence(first.name)}"
            if len(tests) == 1
            else f"{len(tests)} checks, the first: {sentence(first.name)}"
        )
        lines += [*first.remark.splitlines(), seen, *first.message.splitlines()]
        output = first.printed.splitlines()
        if output:
            lines += ["your code printed:", *output[-SHOWN_LINES_OF_OUTPUT:]]
        lines.append("")
    return lines[:-1]
