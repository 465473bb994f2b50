"""What grading found, as fragments of HTML: for a notebook, for nbgrader's feedback page and for its form grader.

Every fragment stands alone: no script, nothing loaded, all text cleaned and escaped. Its tags are those that nbconvert keeps
when it is told to sanitise (no ``p``, no headings), and it reads well without the styles, which are dropped then. Colours are
only an edge, since the page may be light or dark.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from labkit.clean import LONGEST, clean
from labkit.report import sentence

GOOD, PARTIAL, BAD, NEUTRAL = "#2e8b57", "#d08a00", "#c0392b", "#7f8c8d"

BOX = "border-left:4px solid {colour};padding:2px 12px;margin:4px 0 8px 0;text-align:left"
NUMBERS = (
    "white-space:pre-wrap;overflow-wrap:anywhere;overflow-y:auto;max-height:30em;text-align:left;font-size:90%;"
    "margin:2px 0 8px 0;padding:4px 8px;border-left:2px solid #b0b0b0"
)

OTHER_INPUTS = (
    "Graded on inputs that you do not have. Your own check cell shows expected and got on those that you have."
)
HOW_MANY = {1: "The check", 2: "Both checks"}
FIRST_WORD = re.compile(r"^[a-z]+(?=[ ,;:]|$)")
"""A word in lower case, and not the name of a file."""

CODE = re.compile(r"`([^`]+)`")

# A failed test's message begins with what grading recognised (labkit.mistakes.naming), or with a sentence about what is wrong
# (labkit.mistakes.transformations): what checks saw begins with neither a capital letter nor ends its first line with a stop.
RECOGNISED = re.compile(
    r"(?P<lead>Your mistake|This looks like|This follows from \w+): (?P<name>[^\n]+?)\.(?P<then> Mend that first\.)?(?:\n|$)"
    r"(?:  (?P<hint>[^\n]*)(?:\n|$))?"
    r"|(?P<sentence>[A-Z][^\n]*[.?])\n"
)


def task_html(task: Mapping[str, Any]) -> str:
    """One task of LabResult.as_json(): its points, what failed and why, and in one line what passed."""
    failed = [test for test in task["tests"] if test["outcome"] != "passed"]
    passed = [test for test in task["tests"] if test["outcome"] == "passed"]
    parts = [_heading(f"<code>{_text(task['task'])}</code>", task)]
    if passed and not failed:
        parts.append(_paragraph(f"{HOW_MANY.get(len(passed), f'All {len(passed)} checks')} passed: {_names(passed)}."))
    mistakes: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for test in failed:
        # What several checks share, a mistake or all that was seen, is said once.
        lead, seen = _divided(test["message"])
        mistakes.setdefault(lead, {}).setdefault(seen, []).append(test)
    for lead, checks in mistakes.items():
        items = "".join(f"<li>{_names(tests)}{_details(seen)}</li>" for seen, tests in checks.items())
        parts.append(f"{lead}{_paragraph('Not passed:')}<ul>{items}</ul>")
    if any(test.get("inputs") == "fresh" for test in failed):
        parts.append(_paragraph(OTHER_INPUTS))
    if failed and passed:
        parts.append(_paragraph(f"Passed: {_names(passed)}."))
    return _box(parts, task)


def quiz_html(result: Mapping[str, Any]) -> str:
    """One marked answer of QuizResult.as_json()."""
    told = _prose(result["message"])
    if result["mistake"]:
        name = _text(result["mistake"])
        told = told.replace(name, f"<strong>{name}</strong>", 1)
    return _box([_heading(f"Quiz question {_text(result['number'])}", result), told], result)


def evidence_html(result: Mapping[str, Any]) -> str:
    """What came of looking at an experiment's evidence."""
    return _box([_heading("Evidence of the experiment", result), _prose(result["message"])], result)


def note_html(title: str, text: str) -> str:
    """Something to say that has no points: what was recorded, or why nothing could be done."""
    return _box([_title(_text(title)), _prose(text)], None)


def _divided(message: str) -> tuple[str, str]:
    """What was recognised, as HTML, and what the check saw, as text."""
    found = RECOGNISED.match(message)
    if found is None:
        return "", message
    if found["name"] is None:
        return _paragraph(_text(found["sentence"])), message[found.end() :]
    lead = _paragraph(f"{_text(found['lead'])}: <strong>{_text(found['name'])}</strong>.{_text(found['then'] or '')}")
    if found["hint"]:
        lead += _paragraph(f"Hint: <em>{_text(found['hint'])}</em>")
    return lead, message[found.end() :]


def _heading(title: str, result: Mapping[str, Any]) -> str:
    return _title(f"{title}: {result['points']:g} of {result['max_points']:g} points")


def _title(content: str) -> str:
    return f'<div style="font-size:110%;margin:2px 0 6px 0"><strong>{content}</strong></div>'


def _paragraph(content: str) -> str:
    return f'<div style="margin:4px 0;overflow-wrap:anywhere">{content}</div>'


def _prose(text: str) -> str:
    """Lines of text as sentences: what stands between backticks is code."""
    begun = [FIRST_WORD.sub(lambda found: found[0].capitalize(), line) for line in _text(text).splitlines()]
    lines = [CODE.sub(r"<code>\1</code>", line) for line in begun]
    return "".join(_paragraph(line) for line in lines)


def _names(tests: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(_text(sentence(test["name"])) for test in tests)


def _details(text: str) -> str:
    """One line reads as prose; several keep their columns."""
    return f'<pre style="{NUMBERS}">{_text(text)}</pre>' if "\n" in text.strip() else _paragraph(_text(text))


def _box(parts: Sequence[str], result: Mapping[str, Any] | None) -> str:
    colour = NEUTRAL
    if result is not None:
        full = result["points"] >= result["max_points"]
        colour = GOOD if full else PARTIAL if result["points"] > 0 else BAD
    return f'<div style="{BOX.format(colour=colour)}">{"".join(parts)}</div>'


def _text(value: object) -> str:
    # Twice the longest message: a remark stands before it.
    return html.escape(clean(str(value), 2 * LONGEST))
