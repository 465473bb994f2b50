"""Answers that were written into an experiment's write-up instead of the notebook."""

import re
from pathlib import Path

from labkit.errors import Unreadable
from labkit.labs import Course, Lab
from labkit.questions.catalogue import answers
from labkit.sandbox.submission import read_plain

LARGEST = 200_000
HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


def sections_of_write_up(course: Course, lab: Lab, folder: Path) -> dict[str, str]:
    """For each written question whose answer may stand in the write-up: its cell's name, and what the student wrote there.

    Args:
        course: where the questions are.
        lab: of the submission.
        folder: the submission.

    Returns:
        Only what differs from the write-up as it was released; nothing when there is none.
    """
    keys = answers(course, lab).written
    if not any(key.sections for key in keys):
        return {}
    try:
        text = read_plain(folder, ("experiments", lab.name, "README.md"), LARGEST).decode("utf-8", "replace")
    except Unreadable:
        return {}
    blank = _sections((lab.experiment / "README.md").read_text())
    filled = {name: body for name, body in _sections(text).items() if blank.get(name) not in (None, body) and body}
    taken = {}
    for number, key in enumerate(keys, start=1):
        parts = [f"**{name}.** {filled[name]}" for name in key.sections if name in filled]
        if parts:
            taken[f"written-{number}"] = "\n\n".join(
                [f"*From the write-up, experiments/{lab.name}/README.md:*", *parts]
            )
    return taken


def _sections(text: str) -> dict[str, str]:
    _, *pieces = HEADING.split(text)
    return {name: body.strip() for name, body in zip(pieces[::2], pieces[1::2], strict=True)}
