"""nbgrader's form grader, started for real and used in a browser: written answers are marked, and nothing of a student's runs."""

import argparse
import csv
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support_browser import SECONDS, TRAP, Server, chromium, form_grader, need_a_browser
from support_submissions import Handed, hand_in, result

from labkit import commands_classroom
from labkit.classroom.autograde import autograde
from labkit.classroom.layout import Classroom
from labkit.cli import main
from labkit.errors import CourseError
from labkit.labs import Course, Lab

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
HONEST = r"Position 0 stays: $p\theta_i = 0$. ![my plot](attachment:plot.png)"
HOSTILE = r"""<script>window.marker = "script"; document.title = "mine"</script>

Visible words, and $a_1 + b_2$. <img src="x" onerror="window.marker='img'"> <svg onload="window.marker='svg'"></svg>
[press](javascript:window.marker='link') <a href="javascript:window.marker='a'">press too</a>
<b onmouseover="window.marker='over'">Lovelace, Ada</b> <details open ontoggle="window.marker='toggle'">more</details>
<iframe srcdoc="<script>parent.marker='frame'</script>"></iframe>
</div></div></div><form action="https://example.org"><input class="score" id="written-1" value="1"></form>"""
COVERING = """My answer. <span class="comment">I swallow comments</span>

<div class="modal-backdrop in">I lie over the page</div>"""
COMMENT = r"Say **why** it stays: $\cos 0 = 1$."

Rows = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def lab(classroom: Classroom) -> Lab:
    return classroom.course.lab("01")


def paste(handed: Handed) -> None:
    """A picture into the first written answer, as JupyterLab keeps it."""

    def edit(content: dict[str, Any]) -> None:
        (cell,) = [cell for cell in content["cells"] if cell["id"] == "written-1"]
        cell["attachments"] = {"plot.png": {"image/png": PIXEL}}

    handed.change(edit)


@pytest.fixture(scope="module")
def server(classroom: Classroom, lab: Lab) -> Iterator[Server]:
    """The form grader of a class of three whose submissions have been graded."""
    need_a_browser()
    with form_grader(classroom) as started:
        honest = hand_in(classroom, lab, "ada")
        honest.fill({"written-1": HONEST, "written-2": "Geometric."})
        paste(honest)
        hand_in(classroom, lab, "grace").code("def wavelengths(inv_freq):\n    return 1 / inv_freq\n")
        hand_in(classroom, lab, "mallory").fill({"written-1": HOSTILE, "written-2": COVERING})
        autograde(classroom, [lab], workers=2)
        yield started


@pytest.fixture(scope="module")
def browser(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("home")) as started:
        server.open(started)
        yield started


def wait(browser: Any, condition: Callable[[Any], Any], what: str) -> Any:
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, SECONDS, poll_frequency=0.1).until(condition, what)


def rows(browser: Any, page: str) -> Rows:
    """A table of the form grader's: by student, what stands in which column."""
    browser.get(page)
    wait(browser, lambda one: one.execute_script("return window.models && models.loaded"), "the table does not come")
    if "/gradebook/" in page:
        browser.execute_script("toggleAllNames()")
    found = {}
    for row in browser.find_elements("css selector", "#main-table tr"):
        cells = {cell.get_attribute("class").split()[-1]: cell.text for cell in row.find_elements("tag name", "td")}
        cells = {name.removeprefix("sorting_1"): text for name, text in cells.items()}
        found[next(text for text in row.text.split() if text in ("ada", "grace", "mallory"))] = cells
    return found


def submissions(browser: Any, server: Server, lab: Lab) -> Rows:
    return rows(browser, f"{server.address}/formgrader/manage_submissions/{lab.name}")


def notebooks(browser: Any, server: Server, lab: Lab) -> Rows:
    return rows(browser, f"{server.address}/formgrader/gradebook/{lab.name}/{lab.module}")


def open_submission(browser: Any, server: Server, lab: Lab, student: str) -> None:
    """From the list to a submission's page, ready to be marked."""
    notebooks(browser, server, lab)
    browser.find_element("link text", student).click()
    ready = "return window.formgrader && formgrader.grades && formgrader.grades.loaded && formgrader.comments.loaded"
    wait(browser, lambda one: one.execute_script(ready), "the submission does not open")


def write(browser: Any, field: str, text: str) -> None:
    """Type into a field and leave it: then the page saves it."""
    place = browser.find_element("id", field)
    place.click()
    place.send_keys(text)
    browser.execute_script("arguments[0].blur()", place)
    wait(browser, lambda one: one.execute_script("return jQuery.active === 0"), "it is not saved")


def press(browser: Any, server: Server, lab: Lab, student: str, button: str) -> str:
    """Press a button in a student's row; returns what the form grader says then."""
    submissions(browser, server, lab)
    for row in browser.find_elements("css selector", "#main-table tr"):
        if student in row.text.split():
            row.find_element("css selector", f"td.{button} a").click()
    box = wait(browser, lambda one: one.find_elements("css selector", ".modal-body"), "no answer to the button")[0]
    said: str = box.get_attribute("textContent")
    return said


@pytest.fixture(scope="module")
def marked(browser: Any, server: Server, lab: Lab) -> None:
    """A person reads ada's answers: half a point and a comment for the first, full credit for the second."""
    open_submission(browser, server, lab, "ada")
    write(browser, "written-1", "0.5")
    write(browser, "written-1-comment", COMMENT)
    cell = browser.find_element("xpath", "//input[@id='written-2']/ancestor::div[contains(@class, 'nbgrader_cell')]")
    cell.find_element("css selector", ".full-credit").click()
    wait(browser, lambda one: one.execute_script("return jQuery.active === 0"), "it is not saved")


@pytest.fixture(scope="module")
def regraded(browser: Any, server: Server, classroom: Classroom, lab: Lab, marked: None) -> dict[str, Any]:  # noqa: ARG001
    """What was known of ada's submission before nbgrader's own button regraded it, and what the form grader said."""
    path = classroom.results / lab.name / "ada.json"
    before = {"time": path.stat().st_mtime_ns, "result": json.loads(path.read_text())}
    return before | {"said": press(browser, server, lab, "ada", "autograde")}


@pytest.fixture(scope="module")
def pages(browser: Any, server: Server, classroom: Classroom, lab: Lab, regraded: object) -> dict[str, Path]:  # noqa: ARG001
    """The feedback pages that nbgrader's button makes."""
    for student in ("ada", "mallory"):
        said = press(browser, server, lab, student, "generate-feedback")
        assert said.startswith("Successfully generated feedback"), said
    return {name: classroom.feedback / name / lab.name / f"{lab.module}.html" for name in ("ada", "mallory")}


def test_the_list_shows_each_student_with_status_and_points(browser: Any, server: Server, lab: Lab) -> None:
    found = {name: (row["status"], row["score"]) for name, row in submissions(browser, server, lab).items()}
    waiting = "needs manual grading"
    assert found == {"ada": (waiting, "15 / 20"), "grace": ("graded", "13 / 20"), "mallory": (waiting, "15 / 20")}


def test_points_for_a_written_answer_change_the_total(browser: Any, server: Server, lab: Lab, marked: None) -> None:  # noqa: ARG001
    row = notebooks(browser, server, lab)["ada"]
    assert (row["score"], row["code-score"], row["written-score"]) == ("16.5 / 20", "15 / 16", "1.5 / 4")
    assert submissions(browser, server, lab)["ada"]["score"] == "16.5 / 20"


def test_the_table_of_grades_has_the_points_that_a_person_gave(
    classroom: Classroom,
    lab: Lab,
    marked: None,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    assert main(["grades", "--folder", str(classroom.root), "--to", str(tmp_path / "grades.csv")]) == 0
    with (tmp_path / "grades.csv").open() as stream:
        table = {row["student_id"]: row for row in csv.DictReader(stream) if row["assignment"] == lab.name}
    assert (table["ada"]["raw_score"], table["ada"]["needs_manual_grade"]) == ("16.5", "no")
    assert (table["mallory"]["raw_score"], table["mallory"]["needs_manual_grade"]) == ("15.0", "yes")


def test_the_autograde_button_grades_isolated_and_no_kernel_starts(
    classroom: Classroom, lab: Lab, regraded: dict[str, Any]
) -> None:
    assert regraded["said"].startswith("Successfully autograded"), regraded["said"]
    assert (classroom.results / lab.name / "ada.json").stat().st_mtime_ns > regraded["time"]
    assert result(classroom, lab, "ada") == regraded["result"]
    assert not (classroom.root / TRAP).exists()


def test_points_and_comment_survive_a_regrade(browser: Any, server: Server, lab: Lab, regraded: object) -> None:  # noqa: ARG001
    assert submissions(browser, server, lab)["ada"]["score"] == "16.5 / 20"
    open_submission(browser, server, lab, "ada")
    values = [
        browser.find_element("id", field).get_attribute("value")
        for field in ("written-1", "written-1-comment", "written-2")
    ]
    assert values == ["0.5", COMMENT, "1"]


def test_the_feedback_button_makes_a_page_with_points_and_comment(pages: dict[str, Path]) -> None:
    page = pages["ada"].read_text()
    assert "(Score: 16.5 / 20.0)" in page
    assert "Score: 0.5 / 1.0" in page
    assert "Say <strong>why</strong> it stays" in page


@pytest.mark.parametrize("where", ["form grader", "feedback"])
def test_nothing_in_an_answer_runs_and_its_words_are_shown(
    browser: Any, server: Server, lab: Lab, pages: dict[str, Path], where: str
) -> None:
    if where == "feedback":
        browser.get(pages["mallory"].as_uri())
    else:
        open_submission(browser, server, lab, "mallory")
    body = browser.find_element("tag name", "body")
    for word in ("press", "press too", "Lovelace, Ada"):
        # By the page's own click: another element may lie over it.
        browser.execute_script(
            "let it = [...document.querySelectorAll('a, b')].find(one => one.textContent === arguments[0]);"
            "it.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); it.click()",
            word,
        )
    assert browser.execute_script("return [window.marker || 'none', document.title]") == ["none", lab.module]
    for text in ("Visible words, and $a_1 + b_2$.", "Lovelace, Ada", 'document.title = "mine"'):
        assert text in body.text
    assert len(browser.find_elements("css selector", "form, iframe, svg, details")) == 0


@pytest.mark.parametrize("where", ["form grader", "feedback"])
def test_formulas_and_pasted_pictures_are_shown(
    browser: Any, server: Server, lab: Lab, pages: dict[str, Path], where: str
) -> None:
    if where == "feedback":
        browser.get(pages["ada"].as_uri())
    else:
        open_submission(browser, server, lab, "ada")
    assert r"Position 0 stays: $p\theta_i = 0$." in browser.find_element("tag name", "body").text
    picture = browser.find_element("css selector", "img[alt='my plot']")
    assert browser.execute_script("return [arguments[0].complete, arguments[0].naturalWidth]", picture) == [True, 1]


def test_no_answer_can_cover_the_page_or_swallow_a_comment(
    browser: Any, server: Server, classroom: Classroom, lab: Lab
) -> None:
    open_submission(browser, server, lab, "mallory")
    write(browser, "written-2-comment", "Not an answer.")
    query = (
        "SELECT comment.manual_comment FROM comment JOIN base_cell ON comment.cell_id = base_cell.id "
        "WHERE base_cell.name = 'written-2' AND comment.manual_comment IS NOT NULL"
    )
    with closing(sqlite3.connect(classroom.gradebook)) as database:
        assert database.execute(query).fetchall() == [("Not an answer.",)]


@pytest.fixture
def executed(course: Course, classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """How the command starts Jupyter: its arguments, for options and a user."""

    def run(port: int | None, user: int) -> list[str]:
        seen: list[str] = []
        monkeypatch.chdir(course.root)
        monkeypatch.setattr(os, "geteuid", lambda: user)
        monkeypatch.setattr(os, "execve", lambda _path, arguments, _variables: seen.extend(arguments))
        commands_classroom.formgrader(course, argparse.Namespace(folder=classroom.root, port=port))
        return seen

    return run


def test_root_is_allowed_where_there_is_nobody_else(executed: Callable[..., list[str]]) -> None:
    assert "--allow-root" in executed(None, 0)
    assert "--allow-root" not in executed(None, 1000)


def test_the_port_can_be_chosen(executed: Callable[..., list[str]]) -> None:
    assert "--ServerApp.port=9123" in executed(9123, 1000)
    assert not any("port" in argument for argument in executed(None, 1000))
    with pytest.raises(CourseError, match="70000"):
        executed(70_000, 1000)
