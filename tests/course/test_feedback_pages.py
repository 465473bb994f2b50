"""The pages that students receive: what they must find there, and what nobody may find there."""

import base64
import html
import re
import shutil
from pathlib import Path

import pytest
from support_evidence import honest_course
from support_feedback import TOLD, digits_of, inputs_and_answers, leaking, numbers_in, what_could_run
from support_submissions import hand_in

from labkit.classroom.autograde import autograde, feedback
from labkit.classroom.layout import Classroom
from labkit.labs import Lab
from labkit.mistakes.catalogue import Mistake, read_catalogue
from labkit.questions.catalogue import answers
from labkit.running import PUBLIC_SEED

SEED = 987_654_321
LABS = ("01", "03")
"""One whose inputs are whole numbers and bases, and one whose inputs are arrays."""

TASK = "duplicate_angles"
WRITTEN = "My own words."
HOSTILE = """![gone](attachment:gone.png) <script>document.title = "mine"</script>

My own words. <img src=x onerror="alert(1)"><svg onload="alert(1)">
[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) <a href="file:///etc/passwd">c</a> ![d](http://example.org/d.png)
<iframe srcdoc="x"></iframe><form action="x"><base href="//example.org"><link rel=stylesheet href="//example.org"></form>
<math><mtext></mtext><style><img src=x onerror=alert(1)></style></math> <b onclick=alert(1) id="written-1">e</b>"""

Pages = dict[tuple[str, str], str]
"""The text of the pages, by lab and student."""


@pytest.fixture(scope="module")
def mistake(classroom: Classroom) -> Mistake:
    return read_catalogue(classroom.course, classroom.course.lab("01"))[TASK].mistakes[0]


@pytest.fixture(scope="module")
def figures(classroom: Classroom, mistake: Mistake, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The plots of the honest student's evidence, when the class has handed in: leaking code, and in lab 01 others."""
    classroom.seed_file.write_text(f"{SEED}\n")
    for lab in (classroom.course.lab(number) for number in LABS):
        hand_in(classroom, lab, "leaking", leaking(lab, lab.solution.read_text()))
    lab = classroom.course.lab("01")
    honest = hand_in(classroom, lab, "honest").folder
    evidence = honest_course(classroom.course, tmp_path_factory.mktemp("honest"), lab.name).root
    shutil.copytree(evidence / "experiments" / lab.name, honest / "experiments" / lab.name)
    hand_in(classroom, lab, "mistaken", lab.solution.read_text() + mistake.programs[0]).fill({"written-1": WRITTEN})
    hand_in(classroom, lab, "hostile").fill({"written-1": HOSTILE})
    return sorted((honest / "experiments" / lab.name).glob("*.png"))


def made(classroom: Classroom, labs: tuple[Lab, ...], workers: int = 1) -> Pages:
    """Grade all again, and read the pages."""
    assert autograde(classroom, labs, workers, force=True).problems == ()
    assert feedback(classroom, labs, workers=1).problems == ()
    paths = classroom.feedback.glob("*/*/*.html")
    return {(path.parent.name, path.parent.parent.name): path.read_text() for path in paths}


@pytest.fixture(scope="module")
def fresh(classroom: Classroom, figures: list[Path]) -> Pages:  # noqa: ARG001
    return made(classroom, tuple(classroom.course.lab(number) for number in LABS), workers=2)


@pytest.fixture(scope="module")
def public(classroom: Classroom, fresh: Pages) -> Pages:  # noqa: ARG001 - after it, for a page replaces the other
    with classroom.config_file.open("a") as config:
        config.write('c.IsolatedGrading.inputs = "public"\n')
    return made(classroom, (classroom.course.lab("01"),))


def text_of(page: str) -> str:
    """What one reads."""
    visible = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL | re.IGNORECASE)
    return " ".join(html.unescape(visible).split())


@pytest.fixture(scope="module")
def first(classroom: Classroom) -> Lab:
    return classroom.course.lab("01")


def numbers_everybody_has(classroom: Classroom, lab: Lab) -> set[str]:
    """Those of the released notebook."""
    return numbers_in((classroom.release / lab.name / classroom.notebook(lab)).read_text())


def test_the_page_names_the_mistake_and_gives_its_hint(fresh: Pages, first: Lab, mistake: Mistake) -> None:
    page = text_of(fresh[first.name, "mistaken"])
    assert f"Your mistake: {mistake.name}" in page
    assert mistake.hints[0] in page
    assert "wrong on fresh inputs" in page
    assert WRITTEN in page


@pytest.mark.parametrize(("number", "student"), [("01", "mistaken"), ("01", "leaking"), ("03", "leaking")])
def test_nothing_of_the_fresh_inputs_and_answers_is_in_the_page(
    classroom: Classroom, fresh: Pages, number: str, student: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = classroom.course.lab(number)
    page = fresh[lab.name, student]
    secret = digits_of(inputs_and_answers(lab, SEED, monkeypatch))
    assert len(secret) > 30
    assert sorted((numbers_in(page) - numbers_everybody_has(classroom, lab)) & secret) == []
    assert TOLD not in page
    assert str(SEED) not in page


def test_on_public_inputs_the_page_shows_expected_and_got(
    classroom: Classroom, public: Pages, first: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = public[first.name, "mistaken"]
    assert re.search(r"expected\s.*got\s", text_of(page))
    assert TOLD in public[first.name, "leaking"]
    # What proves that nothing secret is there would see it if it were.
    values = digits_of(inputs_and_answers(first, PUBLIC_SEED, monkeypatch))
    for student in ("mistaken", "leaking"):
        assert (numbers_in(public[first.name, student]) - numbers_everybody_has(classroom, first)) & values


def test_the_plots_of_honest_evidence_are_shown(fresh: Pages, first: Lab, figures: list[Path]) -> None:
    assert figures
    page = fresh[first.name, "honest"]
    for figure in figures:
        encoded = base64.b64encode(figure.read_bytes()).decode()
        place = page.index(encoded)
        tag = page[page.rindex("<img", 0, place) : page.index(">", place)]
        assert re.search(r'width="?800\b', tag.replace(encoded, "")), "wider than the page"
    assert "data:image/png" not in fresh[first.name, "mistaken"]


def test_model_answers_and_marking_schemes_are_not_in_any_page(
    classroom: Classroom, fresh: Pages, public: Pages
) -> None:
    for (name, student), page in [*fresh.items(), *public.items()]:
        text = text_of(page)
        for key in answers(classroom.course, classroom.course.lab(name)).written:
            for line in [*key.model.splitlines(), *key.scheme.splitlines()]:
                assert len(line) < 40 or " ".join(line.split()) not in text, (student, line)
        assert "MARK SCHEME" not in text
        assert "BEGIN SOLUTION" not in text


def test_nothing_that_a_student_wrote_can_run_or_load(fresh: Pages, first: Lab) -> None:
    page = fresh[first.name, "hostile"]
    assert WRITTEN in text_of(page)
    assert what_could_run(page) == what_could_run(fresh[first.name, "mistaken"])
