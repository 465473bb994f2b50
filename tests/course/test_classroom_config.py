"""The config that nbgrader's commands and its form grader read: what it names exists; no student's script runs in a page."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed: the instructors extra")

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from support import LABS
from support_classroom import assembled

from labkit.classroom.assembly.config import students_files
from labkit.classroom.layout import Classroom
from labkit.classroom.sanitise import clean_html
from labkit.labs import Course

ATTACKS = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    '<img src="https://elsewhere.example/seen.png">',
    "<a href='javascript:alert(1)'>here</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>here</a>",
    "[here](javascript:alert(1))",
    "<svg onload=alert(1)></svg>",
    "<iframe src='https://elsewhere.example'></iframe>",
    "<form action='https://elsewhere.example'><input name=q></form>",
    "<div style='background: url(https://elsewhere.example/seen.png)'>x</div>",
    "<style>body { display: none }</style>",
    "<div id='written-1-comment' onclick='alert(1)'>x</div>",
]


RESOURCES: dict[str, Any] = {
    "nbgrader": {"notebook": "n", "score": 0, "max_score": 0, "late_penalty": 0},
    "submission_id": "1", "notebook_id": "n", "assignment_id": "a", "base_url": "", "index": 0, "total": 1,
    "student": "ada", "resubmissions": [], "last_name": "", "first_name": "", "mathjax_url": "", "user": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def classroom(course: Course) -> Classroom:
    return assembled(course)


@cache
def config_of(classroom: Classroom) -> Any:
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(classroom.root)).load_config()


@cache
def exporter(classroom: Classroom, template: str) -> Any:
    """The exporter that makes feedback or the form grader's page, as nbgrader sets it up."""
    import nbgrader
    from nbconvert.exporters import HTMLExporter

    formgrader = Path(nbgrader.__file__).parent / "server_extensions" / "formgrader"
    config = config_of(classroom).copy()
    config.HTMLExporter.template_name = template
    config.HTMLExporter.extra_template_basedirs = [str(formgrader / "templates")]
    css = formgrader / "static" / "node_modules" / "bootstrap" / "dist" / "css"
    config.HTMLExporter.extra_template_paths = [str(css)]
    config.Exporter.default_preprocessors = []
    return HTMLExporter(config=config)


def page(classroom: Classroom, template: str, *cells: Any) -> str:
    """The page for a notebook with these cells, from its first cell on."""
    html: str = exporter(classroom, template).from_notebook_node(new_notebook(cells=list(cells)), dict(RESOURCES))[0]
    return html[html.index('id="notebook-container"') :]


def written(source: str) -> Any:
    cell = new_markdown_cell(source)
    cell.metadata.nbgrader = {"grade": True, "solution": True, "grade_id": "written-1", "points": 1, "score": 0}
    return cell


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_student_writes_can_neither_run_nor_load_anything(
    classroom: Classroom, template: str, attack: str
) -> None:
    quiet = elements(page(classroom, template, written("x"), new_markdown_cell("x"), shown("x")))
    loud = elements(page(classroom, template, written(attack), new_markdown_cell(attack), shown(attack)))
    for name in ("script", "style", "iframe", "svg", "form", "input"):
        assert [str(one) for one in loud if one.name == name] == [str(one) for one in quiet if one.name == name]
    for element in loud:
        assert not [name for name, value in element.attrs.items() if name.startswith("on") and "alert" in value]
        assert not str(element.get("href", "")).lower().startswith(("javascript:", "data:"))
        assert "elsewhere" not in str(element.get("src", "")) + str(element.get("style", ""))
        assert element.get("id") != "written-1-comment" or element.name == "textarea"


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_formulas_cannot_make_links_that_run_code(classroom: Classroom, template: str) -> None:
    html: str = exporter(classroom, template).from_notebook_node(new_notebook(), dict(RESOURCES))[0]
    loaded = [one["src"] for one in elements(html) if "mathjax" in str(one.get("src", "")).lower()]
    assert loaded
    assert all(source.endswith(",Safe") for source in loaded)


def elements(html: str) -> list[Any]:
    from bs4 import BeautifulSoup

    return list(BeautifulSoup(html, "html.parser").find_all())


def shown(html: str) -> Any:
    return new_code_cell("1", outputs=[new_output("display_data", {"text/html": html})])


@pytest.mark.parametrize("template", ["feedback", "formgrade"])
def test_answers_and_reports_look_as_they_were_written(classroom: Classroom, template: str) -> None:
    answer = "## My answer\n\nA *clear* paragraph, `a < b`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x < 1$"
    report = '<div><h4>rope_frequencies</h4><p style="color: red">2 of 5</p><pre>got 1</pre></div>'
    html = page(classroom, template, written(answer), shown(report))
    for piece in ("My answer</h2>", "<em>clear</em>", "<code>a &lt; b</code>", "<td>1</td>", "<h4>rope_frequencies</h4>",
                  '<p style="color: red;">2 of 5</p>', "<pre>got 1</pre>", "$x &lt; 1$"):  # fmt: skip
        assert piece in html


def test_pictures_are_shown_when_they_come_along() -> None:
    picture = '<img alt="a plot" src="data:image/png;base64,iVBORw0KGgo=">'
    assert clean_html(picture) == picture
    assert "src" not in clean_html('<img src="data:image/svg+xml;base64,iVBORw0KGgo=">')


def test_whatever_the_config_names_is_there(classroom: Classroom) -> None:
    config = config_of(classroom)
    named = [
        config.Autograde.exporter_class,
        *config.Autograde.autograde_preprocessors,
        config.AssignLatePenalties.plugin_class,
        config.ExportApp.plugin_class,
        *config.HTMLExporter.filters.values(),
    ]
    from traitlets.utils.importstring import import_item

    for name in named:
        if find_spec(name.rpartition(".")[0]) is not None or name.startswith("labkit"):
            assert callable(import_item(name)), name


def test_nothing_of_a_notebook_is_executed(classroom: Classroom) -> None:
    from nbgrader.converters import Autograde

    stock = [pp.__name__ for pp in Autograde.autograde_preprocessors.default_args[0]]
    ours = [name.rpartition(".")[2] for name in config_of(classroom).Autograde.autograde_preprocessors]
    # The notebook is made anew before, so that there are no cells to check.
    assert [{"Execute": "IsolatedGrading"}.get(name, name) for name in stock if name != "CheckCellMetadata"] == ours


@pytest.mark.parametrize("lab", LABS)
def test_what_students_change_is_not_taken_from_the_source(classroom: Classroom, lab: str) -> None:
    kept = config_of(classroom).Autograde.exclude_overwriting[lab]
    module = lab.partition("-")[2]
    assert kept == [f"src/ropelab/{module}.py", f"experiments/{lab}/README.md"]
    assert all((classroom.source / lab / path).is_file() for path in kept)


def test_with_modules_of_their_own_students_keep_the_earlier_ones_too(course: Course) -> None:
    assert students_files(course, course.lab("02"), own_earlier=True) == [
        "src/ropelab/frequencies.py",
        "src/ropelab/cache.py",
        "experiments/02-cache/README.md",
    ]


def test_a_locked_gradebook_is_waited_for(classroom: Classroom) -> None:
    from sqlalchemy import create_engine, make_url

    url = config_of(classroom).CourseDirectory.db_url
    assert make_url(url).database == str(classroom.gradebook)
    arguments = create_engine(url).dialect.create_connect_args(make_url(url))
    assert arguments[1]["timeout"] == 60
