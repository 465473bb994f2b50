"""Nothing in the results, nor in the names of students, can spoil the instructor's page."""

import json
from pathlib import Path
from typing import Any

import pytest
from support_overview import FIRST, failed, page_of, result, write

from labkit.labs import Course

HOSTILE = '<img src=x onerror="alert(1)">&amp;\x1b[31m\u202e'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "cannot be read: line 1 is not JSON"),
        ("\udcff", "cannot be read"),
        ("[" * 100_000, "cannot be read: it is nested too deeply"),
        ("[]", "cannot be read: it is not a table of names"),
        ('{"points": ' + "9" * 5_000 + "}", "cannot be read"),
        ('{"points": NaN}', "cannot be read"),
        ("{}", "no sound status"),
        (result(status="full marks"), "no sound status"),
        ({"status": ["graded"], "points": 16, "max_points": 16}, "no sound status"),
        (result(points=17), "no sound points"),
        (result(points=-1), "no sound points"),
        ({"status": "graded", "points": "16", "max_points": 16}, "no sound points"),
        ({"status": "graded", "points": True, "max_points": 1}, "no sound points"),
        (result(code=" " * 5_000_000), "4,000,000 are allowed"),
    ],
)
def test_a_result_that_cannot_be_read_is_a_row_with_the_reason(
    course: Course, tmp_path: Path, content: Any, reason: str
) -> None:
    write(tmp_path, FIRST, good=result())
    path = tmp_path / "results" / FIRST / "bad.json"
    path.write_bytes((content if isinstance(content, str) else json.dumps(content)).encode(errors="surrogateescape"))
    page = page_of(course, tmp_path)
    assert page.row("students", "bad")[1] == "no result"
    assert reason in page.row("attention", "bad")[1]
    assert page.row("students", "good")[1] == "16"


@pytest.mark.parametrize(
    "more",
    [
        {"code": 3, "quiz": "x", "reasons": 4},
        {"code": {"tasks": [None, {"tests": [None, {"mistake": 3}, {"mistake": "m", "message": 5}]}]}, "quiz": [1]},
        {"code": {"tasks": {"task": "x"}}, "reasons": [None, {}, 1.5]},
    ],
)
def test_fields_of_the_wrong_kind_cost_no_more_than_themselves(
    course: Course, tmp_path: Path, more: dict[str, Any]
) -> None:
    write(tmp_path, FIRST, odd=result(11) | more)
    assert page_of(course, tmp_path).row("students", "odd")[1] == "11"


def test_a_link_or_a_folder_in_place_of_a_result_is_not_followed(course: Course, tmp_path: Path) -> None:
    write(tmp_path, FIRST, good=result())
    (tmp_path / "elsewhere").write_text(json.dumps(result()))
    (tmp_path / "results" / FIRST / "link.json").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "results" / FIRST / "folder.json").mkdir()
    page = page_of(course, tmp_path)
    assert [page.row("students", name)[1] for name in ("link", "folder")] == ["no result", "no result"]


def test_hostile_names_and_texts_stay_text(course: Course, tmp_path: Path) -> None:
    name = HOSTILE.replace("/", "") + "\udcff"
    code = failed(HOSTILE, (HOSTILE, "x"))
    crashed = result(3, "crashed", [HOSTILE], code=code, quiz=[{"mistake": HOSTILE}], student=HOSTILE)
    write(tmp_path, FIRST, **{name: crashed, "a" * 240: result()})
    there = tmp_path / "feedback" / name / FIRST / "frequencies.html"
    there.parent.mkdir(parents=True)
    there.write_text("")
    page = page_of(course, tmp_path)
    shown = '<img src=x onerror="alert(1)">&amp;\\x1b[31m\\u202e'
    assert page.row("students", shown + "\\udcff")[1] == "3 (crashed)"
    assert shown in page.row("attention", shown + "\\udcff")[1]
    assert [row[:3] for row in page.rows["mistakes"][1:]] == [[shown, FIRST, shown], [shown, FIRST, "quiz question 1"]]
    assert {str(attrs["src"]) for tag, attrs in page.tags if tag == "img"} == {"score-distribution.png"}
    assert not [tag for tag, attrs in page.tags if tag == "script" or any(name.startswith("on") for name in attrs)]
    assert not set("\x1b\u202e") & set((tmp_path / "out" / "index.html").read_text())
    assert "../feedback/%3Cimg%20src%3Dx" in str([attrs.get("href") for tag, attrs in page.tags if tag == "a"])
