"""The instructor's page says what the results say."""

from pathlib import Path

import pytest
from support_overview import FIRST, SECOND, failed, page_of, result, write

from labkit.errors import CourseError
from labkit.labs import Course


def test_each_student_has_a_row_with_points_that_link_to_the_feedback_that_exists(
    course: Course, tmp_path: Path
) -> None:
    write(tmp_path, FIRST, amara=result(16), ben=result(9.5))
    write(tmp_path, SECOND, amara=result(12))
    there = tmp_path / "feedback" / "amara" / SECOND / "cache.html"
    there.parent.mkdir(parents=True)
    there.write_text("")
    page = page_of(course, tmp_path)
    not_yet = ["not yet"] * (len(course.labs) - 2)
    assert page.row("students", "amara") == ["amara", "16", "12", *not_yet, "28"]
    assert page.row("students", "ben")[1:3] == ["9.5", "none"]
    links = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a" and not str(attrs["href"]).startswith("#")]
    assert links == [f"../feedback/amara/{SECOND}/cache.html"]
    assert (tmp_path / "out" / links[0]).resolve() == there


def test_whoever_needs_attention_is_named_with_every_reason_and_nobody_else_is(course: Course, tmp_path: Path) -> None:
    loop = result(10, "timed out", ["it took too long: in 'doubles each row'"])
    write(tmp_path, FIRST, fine=result(8), loops=loop, little=result(7.5), renamed=result(16, reasons=["renamed"]))
    write(tmp_path, SECOND, fine=result(), loops=result(0, "missing"), renamed=result())
    page = page_of(course, tmp_path)
    told = {row[0]: row[1] for row in page.rows["attention"][1:]}
    assert told == {
        "loops": f"{FIRST}: timed out: it took too long: in 'doubles each row'nothing handed in: {SECOND}",
        "little": f"nothing handed in: {SECOND}below half of the points: {FIRST} (7.5 of 16)",
        "renamed": f"{FIRST}: graded, with a note: renamed",
    }
    assert list(told) == ["loops", "little", "renamed"], "the most urgent first"
    assert page.row("labs", FIRST) == [FIRST, "4 of 4", "2", "9 of 16", "1", "1"]
    assert page.row("labs", SECOND) == [SECOND, "2 of 4", "2", "16 of 16", "2", "0"]


def test_a_mistake_counts_once_for_each_student_and_only_in_the_task_where_it_is(
    course: Course, tmp_path: Path
) -> None:
    swapped = failed("wavelengths", ("swapped", "Your mistake: swapped."), ("swapped", "Your mistake: swapped."))
    follows = failed("position_angles", ("swapped", "This follows from wavelengths: swapped. Mend that first."))
    quiz = [{"mistake": None}, {"mistake": "a half"}]
    write(tmp_path, FIRST, a=result(code=swapped), b=result(code=swapped, quiz=quiz), c=result(code=follows))
    assert page_of(course, tmp_path).rows["mistakes"] == [
        ["Mistake", "Lab", "Task", "Students"],
        ["swapped", FIRST, "wavelengths", "2"],
        ["a half", FIRST, "quiz question 2", "1"],
    ]


def test_the_page_is_complete_in_itself_and_says_in_words_what_it_shows(course: Course, tmp_path: Path) -> None:
    write(tmp_path, FIRST, a=result(4), b=result(16), c=result(14))
    page = page_of(course, tmp_path)
    images = [attrs for tag, attrs in page.tags if tag == "img"]
    words = f"{FIRST}: 3 submissions, median 14 of 16, 1 with all points, 1 below half."
    assert [str(attrs["alt"]).partition(". ")[2] for attrs in images] == [words]
    for attrs in images:
        assert (tmp_path / "out" / str(attrs["src"])).read_bytes().startswith(b"\x89PNG")
    assert {attrs.get("scope") for tag, attrs in page.tags if tag == "th"} == {"col", "row"}
    assert [attrs.get("lang") for tag, attrs in page.tags if tag == "html"] == ["en"]
    assert not [tag for tag, attrs in page.tags if tag in ("script", "link", "iframe")]
    assert "http" not in (tmp_path / "out" / "index.html").read_text()
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    page_of(course, tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_totals_come_from_the_table_of_grades_beside_the_results(course: Course, tmp_path: Path) -> None:
    write(tmp_path, FIRST, amara=result(16), ben=result(8), **{"=sum": result()})
    header = "assignment,student_id,score,max_score,late_submission_penalty,needs_manual_grade"
    rows = f"{FIRST},amara,19.5,20,0.0,no\n{FIRST},ben,8.5,20,1.5,yes\n{FIRST},'=sum,18,20,0,no\n{FIRST},c,x,,,\n,\n"
    (tmp_path / "grades.csv").write_text(f"{header}\n{rows}")
    page = page_of(course, tmp_path)
    assert page.rows["students"][0][-4:] == ["Sum of 16", "Late", "Total of 20", "Labs to mark"]
    assert page.row("students", "amara")[-4:] == ["16", "", "19.5", ""]
    assert page.row("students", "ben")[-4:] == ["8", "−1.5", "8.5", "1"]
    assert page.row("students", "=sum")[-4:] == ["16", "", "18", ""]
    assert (tmp_path / "out" / "total-distribution.png").is_file()


def test_a_table_of_grades_without_its_columns_is_refused_in_a_line(course: Course, tmp_path: Path) -> None:
    write(tmp_path, FIRST, amara=result())
    (tmp_path / "other.csv").write_text("student,points\n")
    with pytest.raises(CourseError, match=r"has no column assignment, .*: export the grades again"):
        page_of(course, tmp_path, tmp_path / "other.csv")
    with pytest.raises(CourseError, match="cannot be read"):
        page_of(course, tmp_path, tmp_path / "missing.csv")


def test_without_results_there_is_no_page(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"there are no results in .*: autograde first"):
        page_of(course, tmp_path)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_a_line(course: Course, tmp_path: Path) -> None:
    write(tmp_path, FIRST, amara=result())
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(CourseError, match="cannot write in"):
        page_of(course, tmp_path)
