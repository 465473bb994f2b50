"""Due dates and what lateness costs, in nbgrader's own gradebook."""

from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is not installed: the instructors extra")

from support_classroom import assembled, copy_of, hand_in

from labkit.classroom.assembly.config import config_text
from labkit.classroom.late import days_begun, penalty
from labkit.classroom.layout import Classroom
from labkit.classroom.settings import Settings, read_settings
from labkit.errors import CourseError
from labkit.labs import Course


@pytest.fixture
def own(course: Course, tmp_path: Path) -> Classroom:
    """A course directory to change."""
    return copy_of(assembled(course), tmp_path / "class")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[due]\n01-frequencies = 2027-01-18T23:59:00\n", "offset"),
        ("[due]\n01-frequencies = 2027-01-18\n", "offset"),
        ('[due]\n01-frequencies = "Monday"\n', "offset"),
        ("[due]\n99-nowhere = 2027-01-18T23:59:00Z\n", "99-nowhere.*known are 01-frequencies"),
        ("due = 3\n", "must be a table"),
        ("[later]\n", "later"),
        ("[late]\npercent = 10\n", "percent_per_day"),
        ("[late]\npercent_per_day = 101\n", "0 to 100"),
        ("[late]\npercent_per_day = nan\n", "0 to 100"),
        ("[late]\npercent_per_day = true\n", "0 to 100"),
        ("[late]\ngrace_minutes = -1\n", "grace_minutes"),
        ('[grading]\ninputs = "new"\n', "inputs must be 'fresh' or 'public'"),
        ("[grading]\ninputs = [1]\n", "inputs must be 'fresh' or 'public'"),
        ("[grading]\nseed = 3\n", "'seed' is not known; known are inputs"),
        ("[due\n", "course.toml"),
    ],
)
def test_dates_that_are_not_in_order_are_refused_in_a_line(scratch: Course, text: str, named: str) -> None:
    (scratch.root / "labs" / "course.toml").write_text(text)
    with pytest.raises(CourseError, match=named) as refusal:
        read_settings(scratch)
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("labs/course.toml")


def test_without_the_file_nothing_is_due_and_lateness_costs_nothing(scratch: Course) -> None:
    (scratch.root / "labs" / "course.toml").unlink()
    assert read_settings(scratch) == Settings()


def test_dates_of_any_time_zone_are_kept_as_the_same_moment(scratch: Course) -> None:
    (scratch.root / "labs" / "course.toml").write_text("[due]\n01-frequencies = 2027-01-19T00:59:00+01:00\n")
    assert str(read_settings(scratch).due["01-frequencies"]) == "2027-01-18 23:59:00+00:00"


@pytest.mark.parametrize(
    ("seconds", "days"), [(0, 0), (15 * 60, 0), (15 * 60 + 1, 1), (86400 + 15 * 60, 1), (86400 + 15 * 60 + 1, 2)]
)
def test_a_day_counts_from_its_first_second_after_the_minutes_of_grace(seconds: float, days: int) -> None:
    assert days_begun(seconds, grace_minutes=15) == days


def test_lateness_never_costs_more_than_all_points() -> None:
    assert penalty(20, days=3, percent_per_day=10) == 6
    assert penalty(20, days=30, percent_per_day=10) == 20


@pytest.mark.parametrize(
    ("timestamp", "lost"),
    [
        ("2027-01-18 23:58:00 UTC", None),
        ("2027-01-19 00:14:00 UTC", None),
        ("2027-01-19 00:14:01 UTC", 2.0),
        ("2027-01-19 10:00:00 UTC", 2.0),
        ("2027-01-21 10:00:00 UTC", 6.0),
    ],
)
def test_nbgrader_takes_the_share_of_the_labs_20_points(own: Classroom, timestamp: str, lost: float | None) -> None:
    points = {"check-rope_frequencies": 5.0, "check-wavelengths": 2.0}
    hand_in(own, "ada", "01-frequencies", points, timestamp)
    assert late_penalty(own, "ada") == lost


def test_lateness_costs_at_most_what_there_is_when_it_is_graded(own: Classroom) -> None:
    hand_in(own, "ada", "01-frequencies", {"check-wavelengths": 1.0}, "2027-01-21 10:00:00 UTC")
    assert late_penalty(own, "ada") == 1.0


def test_the_config_carries_what_lateness_costs(course: Course) -> None:
    text = config_text(course, Settings({}, 25.0, 5.0))
    assert "c.LatePenalty.percent_per_day = 25.0\n" in text
    assert "c.LatePenalty.grace_minutes = 5.0\n" in text


def test_the_config_carries_which_inputs_are_graded_on(course: Course) -> None:
    assert 'c.IsolatedGrading.inputs = "fresh"\n' in config_text(course, Settings())
    assert 'c.IsolatedGrading.inputs = "public"\n' in config_text(course, Settings(inputs="public"))


def late_penalty(classroom: Classroom, student: str) -> float | None:
    """What nbgrader's preprocessor writes into the gradebook for a submission of lab 01."""
    from nbformat.v4 import new_notebook
    from nbgrader.api import Gradebook
    from nbgrader.preprocessors import AssignLatePenalties
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(classroom.root)).load_config()
    url = config.CourseDirectory.db_url
    about = {"notebook": "frequencies", "assignment": "01-frequencies", "student": student, "db_url": url}
    AssignLatePenalties(config=config).preprocess(new_notebook(), {"nbgrader": about})
    with Gradebook(url, "ropelab") as gradebook:
        lost: float | None = gradebook.find_submission_notebook(
            "frequencies", "01-frequencies", student
        ).late_submission_penalty
    return lost
