"""Reading a handout: sections, numbered items, the table of tasks."""

import re
from textwrap import dedent

from labkit.errors import CourseError
from labkit.labs import Lab

ITEM = re.compile(r"^(\d+)\. ", flags=re.MULTILINE)
TASK = re.compile(r"^\| `(\w+)[^`]*` \| (.+?) \| (\d+) \|$", flags=re.MULTILINE)


def place(lab: Lab) -> str:
    """The handout's path, as a message names it."""
    return str(lab.handout.relative_to(lab.course))


def text(lab: Lab) -> str:
    """The handout.

    Raises:
        CourseError: it is missing or is not text.
    """
    try:
        return lab.handout.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{place(lab)} cannot be read: {type(error).__name__}") from error


def section(lab: Lab, heading: str) -> str:
    """What stands under "## heading", or under "## heading (4 points)".

    Raises:
        CourseError: there is no such section, or there are several.
    """
    pattern = rf"^## {re.escape(heading)}(?: \(\d+ points\))?\n(.*?)(?=^## |\Z)"
    found = re.findall(pattern, text(lab), flags=re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        raise CourseError(f"{place(lab)}: needs one section '## {heading}'")
    return str(found[0]).strip()


def items(lab: Lab, heading: str) -> tuple[str, list[str]]:
    """What a section says before its list, and the items of the list without number and indentation.

    Raises:
        CourseError: there is no such section, or its items are not numbered from 1.
    """
    introduction, *parts = ITEM.split(section(lab, heading))
    numbers, bodies = parts[::2], parts[1::2]
    if numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        raise CourseError(f"{place(lab)}: the items of '{heading}' must be numbered from 1")
    return introduction.strip(), [dedent(f"   {body}").strip() for body in bodies]


def tasks(lab: Lab) -> dict[str, tuple[str, int]]:
    """The table of tasks: what each one returns, and its points."""
    return {name: (returns, int(points)) for name, returns, points in TASK.findall(section(lab, "Tasks"))}
