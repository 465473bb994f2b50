"""nbgrader's form grader in a real browser: written answers are marked, and nothing that a student wrote runs."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_browser import TRAP, Server, chromium, form_grader, need_a_browser
from support_form_grader import FormGrader
from support_submissions import Handed, hand_in, result

from labkit.classroom.autograde import autograde
from labkit.classroom.grading import result_file
from labkit.classroom.layout import Classroom
from labkit.cli import main
from labkit.labs import Lab

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
HONEST = r"Position 0 stays: $p\theta_i = 0$. ![my plot](attachment:plot.png)"
HOSTILE = r"""![gone](attachment:gone.png)

<script>window.marker = "script"; document.title = "mine"</script>

Visible words, and $a_1 + b_2$. <img src="x" onerror="window.marker='img'"> <svg onload="window.marker='svg'"></svg>
[press](javascript:window.marker='link') <a href="javascript:window.marker='a'">press too</a>
<b onmouseover="window.marker='over'">Lovelace, Ada</b> <details open ontoggle="window.marker='toggle'">more</details>
<iframe srcdoc="<script>parent.marker='frame'</script>"></iframe>
</div></div></div><form action="https://example.org"><input class="score" id="written-1" value="1"></form>"""
COVERING = """My answer. <span class="comment">I swallow comments</span>

<div class="modal-backdrop in">I lie over the page</div>"""
TOUCH = """let it = [...document.querySelectorAll("a, b")].find(one => one.textContent === arguments[0]);
if (it) { it.dispatchEvent(new MouseEvent("mouseover", {bubbles: true})); it.click() }"""
"""By the page's own means: something else may lie over the element."""

COMMENT = r"Say **why** it stays: $\cos 0 = 1$."

STUDENTS = ("ada", "grace", "mallory")


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
        autograde(classroom, [lab], workers=1)
        yield started
    assert started.family() == []


@pytest.fixture(scope="module")
def pages(server: Server, lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FormGrader]:
    with chromium(tmp_path_factory.mktemp("home")) as browser:
        server.open(browser)
        yield FormGrader(server, browser, lab, STUDENTS)


@pytest.fixture(scope="module")
def marked(pages: FormGrader) -> None:
    """A person reads ada's answers: half a point and a comment for the first, full credit for the second."""
    pages.open("ada")
    pages.write("written-1", "0.5")
    pages.write("written-1-comment", COMMENT)
    pages.full_credit("written-2")


@pytest.fixture(scope="module")
def regraded(pages: FormGrader, classroom: Classroom, marked: None) -> dict[str, Any]:  # noqa: ARG001
    """What was known of ada's submission before nbgrader's own button regraded it, and what the form grader said."""
    path = result_file(classroom, pages.lab, "ada")
    before = {"time": path.stat().st_mtime_ns, "result": json.loads(path.read_text())}
    return before | {"said": pages.press("ada", "autograde")}


@pytest.fixture(scope="module")
def feedback(pages: FormGrader, classroom: Classroom, regraded: object) -> dict[str, Path]:  # noqa: ARG001
    """The feedback pages that nbgrader's button makes."""
    for student in ("ada", "mallory"):
        assert pages.press(student, "generate-feedback").startswith("Successfully generated feedback")
    notebook = Path(pages.lab.name) / f"{pages.lab.module}.html"
    return {student: classroom.feedback / student / notebook for student in ("ada", "mallory")}


@pytest.fixture(params=["form grader", "feedback"])
def reading(request: pytest.FixtureRequest, pages: FormGrader, feedback: dict[str, Path]) -> Callable[[str], Any]:
    """Shows a student's answers in the browser, where an instructor reads them and where the student does."""

    def read(student: str) -> Any:
        if request.param == "feedback":
            pages.browser.get(feedback[student].as_uri())
        else:
            pages.open(student)
        return pages.browser

    return read


def test_the_list_shows_each_student_with_status_and_points(pages: FormGrader) -> None:
    found = {name: (row["status"], row["score"]) for name, row in pages.submissions().items()}
    waiting = "needs manual grading"
    assert found == {"ada": (waiting, "15 / 20"), "grace": ("graded", "13 / 20"), "mallory": (waiting, "15 / 20")}


@pytest.mark.usefixtures("marked")
def test_points_for_a_written_answer_change_the_total(pages: FormGrader) -> None:
    row = pages.notebooks()["ada"]
    assert (row["score"], row["code-score"], row["written-score"]) == ("16.5 / 20", "15 / 16", "1.5 / 4")
    assert pages.submissions()["ada"]["score"] == "16.5 / 20"


@pytest.mark.usefixtures("marked")
def test_the_table_of_grades_has_the_points_that_a_person_gave(classroom: Classroom, lab: Lab, tmp_path: Path) -> None:
    assert main(["grades", "--folder", str(classroom.root), "--to", str(tmp_path / "grades.csv")]) == 0
    with (tmp_path / "grades.csv").open() as stream:
        table = {row["student_id"]: row for row in csv.DictReader(stream) if row["assignment"] == lab.name}
    assert (table["ada"]["raw_score"], table["ada"]["needs_manual_grade"]) == ("16.5", "no")
    assert (table["mallory"]["raw_score"], table["mallory"]["needs_manual_grade"]) == ("15.0", "yes")


def test_the_autograde_button_grades_isolated_and_no_kernel_starts(
    classroom: Classroom, lab: Lab, regraded: dict[str, Any]
) -> None:
    assert regraded["said"].startswith("Successfully autograded")
    assert result_file(classroom, lab, "ada").stat().st_mtime_ns > regraded["time"]
    assert result(classroom, lab, "ada") == regraded["result"]
    assert not (classroom.root / TRAP).exists()


@pytest.mark.usefixtures("regraded")
def test_points_and_comment_survive_a_regrade(pages: FormGrader) -> None:
    assert pages.submissions()["ada"]["score"] == "16.5 / 20"
    pages.open("ada")
    values = [pages.written(field) for field in ("written-1", "written-1-comment", "written-2")]
    assert values == ["0.5", COMMENT, "1"]


def test_the_feedback_button_makes_a_page_with_points_and_comment(feedback: dict[str, Path]) -> None:
    page = feedback["ada"].read_text()
    assert "(Score: 16.5 / 20.0)" in page
    assert "Score: 0.5 / 1.0" in page
    assert "Say <strong>why</strong> it stays" in page


def test_nothing_in_an_answer_runs_and_its_words_are_shown(reading: Callable[[str], Any], lab: Lab) -> None:
    browser = reading("mallory")
    for word in ("press", "press too", "Lovelace, Ada"):
        browser.execute_script(TOUCH, word)
    assert browser.execute_script("return [window.marker || 'none', document.title]") == ["none", lab.module]
    shown = browser.find_element("tag name", "body").text
    for text in ("Visible words, and $a_1 + b_2$.", "Lovelace, Ada", 'document.title = "mine"'):
        assert text in shown
    assert browser.find_elements("css selector", "form, iframe, svg, details") == []


def test_formulas_and_pasted_pictures_are_shown(reading: Callable[[str], Any]) -> None:
    browser = reading("ada")
    assert r"Position 0 stays: $p\theta_i = 0$." in browser.find_element("tag name", "body").text
    picture = browser.find_element("css selector", "img[alt='my plot']")
    assert browser.execute_script("return [arguments[0].complete, arguments[0].naturalWidth]", picture) == [True, 1]


def test_no_answer_can_cover_the_page_or_swallow_a_comment(pages: FormGrader) -> None:
    pages.open("mallory")
    pages.write("written-2-comment", "Not an answer.")
    pages.open("mallory")
    assert pages.written("written-2-comment") == "Not an answer."
