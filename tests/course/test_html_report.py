"""Reports as HTML: everything that grading says is in them, and nothing that a page would act on."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from support import grade_text

from labkit.html_report import evidence_html, note_html, quiz_html, task_html
from labkit.labs import Course
from labkit.mistakes.catalogue import read_catalogue

HOSTILE = "<script>alert(1)</script></pre></div><img src=x onerror=alert(2)> &amp; \x1b[31m \u202e"
TAGS = {"div", "strong", "em", "code", "pre", "ul", "li"}


class _Page(HTMLParser):
    """What a browser makes of a fragment: its text, its tags, and whether each is closed."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes, self.open = "", list[str](), set[str](), list[str]()
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(fragment: str) -> _Page:
    page = _Page(fragment)
    assert not page.open
    assert set(page.tags) <= TAGS
    assert page.attributes <= {"style"}
    assert "url(" not in fragment
    return page


def _task(*messages: str, points: int = 0, inputs: str = "public") -> dict[str, Any]:
    tests = [
        {"name": f"test_check_{number}", "outcome": "failed", "message": message, "mistake": None, "inputs": inputs}
        for number, message in enumerate(messages, start=1)
    ]
    return {"task": "wavelengths", "points": points, "max_points": 3, "tests": tests}


def _graded(course: Course, folder: Path, mistake: str, seed: int = 0) -> dict[str, Any]:
    lab = course.lab("01")
    (task,) = [task for task in read_catalogue(course, lab).values() if mistake in [one.name for one in task.mistakes]]
    (program, *_), *_ = [one.programs for one in task.mistakes if one.name == mistake]
    result = grade_text(course, lab, lab.solution.read_text() + program, folder, seed).as_json()
    graded: dict[str, Any] = next(one for one in result["tasks"] if one["task"] == task.name)
    return graded


def test_a_named_mistake_stands_in_bold_before_its_hint_its_checks_and_their_numbers(
    course: Course, tmp_path: Path
) -> None:
    task = _graded(course, tmp_path, "turns per token: upside down")
    fragment = task_html(task)
    page = _read(fragment)
    parts = [
        "wavelengths: 0 of 2 points",
        "Your mistake: turns per token: upside down.",
        "Hint: Should a slow pair have a long wavelength or a short one?",
        "a wavelength is the tokens of one full turn",
        "  expected  [0] = 13909.2557\n  got       [0] = 7.18945732e-05",
        "a frequency that is not above zero is refused by name",
    ]
    places = [page.text.index(part) for part in parts]
    assert places == sorted(places)
    assert "<strong>turns per token: upside down</strong>" in fragment
    assert page.text.count("Your mistake") == 1
    assert page.tags.count("pre") == 2


def test_every_line_that_grading_says_is_in_the_report(course: Course, tmp_path: Path) -> None:
    lab = course.lab("01")
    factor = "\n\n_right = wavelengths\n\n\ndef wavelengths(inv_freq):\n    return 3.5 * _right(inv_freq)\n"
    crash = "\n\ndef duplicate_angles(angles):\n    return angles.no_such_name\n"
    result = grade_text(course, lab, lab.solution.read_text() + factor + crash, tmp_path).as_json()
    messages = 0
    for task in result["tasks"]:
        page = _read(task_html(task))
        for test in task["tests"]:
            messages += bool(test["message"])
            assert all(line.strip() in page.text for line in test["message"].splitlines())
            assert test["name"].removeprefix("test_").replace("_", " ") in page.text
    assert messages >= 3
    sentence = "Your values are the right ones times a constant, 3.5."
    assert f"{sentence}</div>" in task_html(result["tasks"][1])


def test_what_passed_takes_one_line() -> None:
    passed = [{"name": f"test_claim_{number}", "outcome": "passed", "message": ""} for number in (1, 2)]
    full = {"task": "wavelengths", "points": 3, "max_points": 3, "tests": passed}
    assert _read(task_html(full)).text == "wavelengths: 3 of 3 pointsBoth checks passed: claim 1; claim 2."
    partial = _task("wrong", points=2)
    partial["tests"] += passed
    assert _read(task_html(partial)).text.endswith("Passed: claim 1; claim 2.")


def test_a_message_that_several_checks_share_is_said_once() -> None:
    page = _read(task_html(_task("src/ropelab/x.py:1: not written yet", "src/ropelab/x.py:1: not written yet")))
    assert page.text.count("not written yet") == 1
    assert "check 1; check 2" in page.text


def test_on_fresh_inputs_there_are_no_numbers_to_show(course: Course, tmp_path: Path) -> None:
    page = _read(task_html(_graded(course, tmp_path, "turns per token: upside down", seed=7)))
    assert "wrong on fresh inputs: the values of what comes back" in page.text
    assert page.text.count("Your own check cell shows expected and got") == 1
    assert "pre" not in page.tags


@pytest.mark.parametrize("where", ["one line", "several lines", "name", "quiz", "evidence", "note"])
def test_hostile_text_is_shown_and_not_obeyed(where: str) -> None:
    marked = {"number": HOSTILE, "points": 0, "max_points": 1, "message": HOSTILE, "mistake": HOSTILE}
    fragment = {
        "one line": lambda: task_html(_task(HOSTILE) | {"task": HOSTILE}),
        "several lines": lambda: task_html(_task(f"{HOSTILE}\n{HOSTILE}")),
        "name": lambda: task_html(_task(f"Your mistake: {HOSTILE}.\n  {HOSTILE}\n{HOSTILE}")),
        "quiz": lambda: quiz_html(marked),
        "evidence": lambda: evidence_html(marked),
        "note": lambda: note_html(HOSTILE, HOSTILE),
    }[where]()
    page = _read(fragment)
    assert "<script>alert(1)</script></pre></div><img src=x onerror=alert(2)> &amp; \\x1b[31m \\u202e" in page.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", fragment)


def test_a_very_long_message_is_cut_and_says_so() -> None:
    fragment = task_html(_task("\n".join(["<long>"] * 20_000)))
    assert len(fragment) < 20_000
    assert "(cut after 8,000 characters)" in _read(fragment).text


def test_a_quiz_result_shows_points_and_the_name_of_the_mistake_in_bold() -> None:
    result = {"number": 2, "points": 0, "max_points": 1, "message": "64 is not right: all features. Why?"}
    fragment = quiz_html(result | {"mistake": "all features"})
    assert _read(fragment).text == "Quiz question 2: 0 of 1 points64 is not right: all features. Why?"
    assert "<strong>all features</strong>" in fragment
    right = {"number": 1, "points": 1, "max_points": 1, "message": "right", "mistake": None}
    assert _read(quiz_html(right)).text == "Quiz question 1: 1 of 1 pointsRight"


def test_evidence_and_notes_say_what_they_are_given() -> None:
    evidence = evidence_html({"points": 1, "max_points": 1, "message": "all reproduced by `make verify`"})
    assert _read(evidence).text == "Evidence of the experiment: 1 of 1 pointsAll reproduced by make verify"
    assert "<code>make verify</code>" in evidence
    assert "labs/x.png is" in evidence_html({"points": 0, "max_points": 1, "message": "labs/x.png is gone"})
    assert _read(note_html("Nothing was checked", "there is no task 'x'")).text.endswith("There is no task 'x'")


def test_the_sanitiser_of_nbconvert_takes_nothing_but_the_styles(course: Course, tmp_path: Path) -> None:
    filters = pytest.importorskip("nbconvert.filters", reason="nbconvert comes with nbgrader, which is not installed")
    for fragment in (
        task_html(_graded(course, tmp_path, "turns per token: upside down")),
        task_html(_task("one line", "two\nlines", points=1)),
        note_html("Quiz question 1", "Recorded: (64,), a tuple."),
    ):
        assert filters.clean_html(fragment) == re.sub(' style="[^"]*"', "", fragment).replace("&#x27;", "'")
