"""The class that does not exist: believable, the same from the same seed, and with one of each accident."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from support_synthetic import Class, cells_of, every, released_notebook

from labkit import manifest
from labkit.classroom.synthetic import writing as synthetic
from labkit.classroom.synthetic.modules import PLACEHOLDER, complete, honest_evidence, module_text
from labkit.classroom.synthetic.people import ONE_OF_EACH, Kind, SyntheticStudent
from labkit.classroom.synthetic.writing import synthetic_class
from labkit.errors import CourseError
from labkit.files import sha256
from labkit.labs import Course
from labkit.mistakes.catalogue import read_catalogue
from labkit.questions.catalogue import answers
from labkit.questions.literals import same

LATEST = datetime(2027, 3, 1, tzinfo=UTC)
Writer = Callable[[Path, int, int], tuple[SyntheticStudent, ...]]


@pytest.fixture(scope="module")
def write(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """Writes a class; the experiments run only once for all of them."""
    release = tmp_path_factory.mktemp("release")
    for lab in course.labs:
        (release / lab.name).mkdir()
        (release / lab.name / f"{lab.module}.ipynb").write_text(json.dumps(released_notebook(course, lab)))
    evidence = cache(lambda lab: honest_evidence(course, lab, answers(course, lab)))

    def written(folder: Path, size: int, seed: int) -> tuple[SyntheticStudent, ...]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(synthetic, "honest_evidence", lambda _course, lab, _keys: evidence(lab))
            due = dict.fromkeys((lab.name for lab in course.labs), LATEST)
            return synthetic_class(course, release, folder / "submitted", size, seed, due)

    return written


@pytest.fixture(scope="module")
def forty(write: Writer, tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A whole class and where it was written."""
    folder = tmp_path_factory.mktemp("class")
    return folder / "submitted", write(folder, 40, 1)


def test_a_class_has_forty_students_of_every_kind_and_a_roster_that_says_so(forty: Class) -> None:
    submitted, students = forty
    assert len({student.id for student in students}) == len(students) == 40
    assert {student.kind for student in students} == set(ONE_OF_EACH)
    assert {path.name for path in submitted.iterdir()} == {student.id for student in students}
    with (submitted.parent / "class.csv").open(newline="") as stream:
        assert [(row["id"], row["kind"]) for row in csv.DictReader(stream)] == [(one.id, one.kind) for one in students]


def test_equal_seeds_give_equal_files_and_other_seeds_others(write: Writer, tmp_path: Path) -> None:
    classes = [tmp_path / name for name in ("first", "again", "other")]
    for folder, seed in zip(classes, (3, 3, 4), strict=True):
        folder.mkdir()
        write(folder, 22, seed)
    contents = [
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and not path.is_symlink()
        }
        for folder in classes
    ]
    assert contents[0] == contents[1] != contents[2]


def test_the_perfect_have_complete_code_right_answers_and_evidence_that_holds(course: Course, forty: Class) -> None:
    for hand_in, folder in every(forty, Kind.PERFECT):
        lab = course.lab(hand_in.lab)
        module = folder / "src" / "ropelab" / f"{lab.module}.py"
        assert module.read_text() == complete(lab)
        assert "SOLUTION" not in module.read_text()
        experiment = folder / "experiments" / lab.name
        blank = (lab.experiment / "README.md").read_text()
        assert PLACEHOLDER.search(blank)
        assert not PLACEHOLDER.search((experiment / "README.md").read_text())
        assert manifest.problems(experiment, lab) == []
        told = json.loads((experiment / "manifest.json").read_text())
        assert (told["implementation"], told["verified"]) == ("src", True)
        assert told["module"]["sha256"] == sha256(module)
        cells = {cell["id"]: cell["source"] for cell in cells_of(folder)}
        keys = answers(course, lab)
        for number, key in enumerate(keys.quiz, start=1):
            given: dict[str, object] = {}
            exec(cells[f"quiz-{number}"], given)  # noqa: S102 - written two functions ago
            assert same(given[f"quiz_{number}"], key.answer)
        assert [cells[f"written-{n}"] for n in range(1, len(keys.written) + 1)] == [key.model for key in keys.written]


def test_evidence_beside_code_with_a_mistake_is_stale(course: Course, forty: Class) -> None:
    known = {
        lab.name: {one.key for task in read_catalogue(course, lab).values() for one in task.mistakes}
        for lab in course.labs
    }
    stale = 0
    for hand_in, folder in every(forty, Kind.MISTAKEN):
        lab = course.lab(hand_in.lab)
        module = folder / "src" / "ropelab" / f"{lab.module}.py"
        assert hand_in.mistake in known[lab.name]
        assert module.read_text() != complete(lab)
        kept = folder / "experiments" / lab.name / "manifest.json"
        if kept.is_file():
            stale += 1
            assert json.loads(kept.read_text())["module"]["sha256"] != sha256(module)
    assert 0 < stale < len(every(forty, Kind.MISTAKEN))


def test_whoever_has_not_started_hands_in_the_stub_and_whoever_has_begun_a_part_of_it(
    course: Course, forty: Class
) -> None:
    for hand_in, folder in every(forty, Kind.NOT_STARTED):
        lab = course.lab(hand_in.lab)
        module = (folder / "src" / "ropelab" / f"{lab.module}.py").read_text()
        assert module == module_text(lab, 0)
        assert {cell["source"] for cell in cells_of(folder) if cell["id"] == "quiz-1"} == {"quiz_1 = None"}
    for hand_in, folder in every(forty, Kind.PARTIAL):
        lab = course.lab(hand_in.lab)
        text = (folder / "src" / "ropelab" / f"{lab.module}.py").read_text()
        assert 0 < text.count("is not written yet") < module_text(lab, 0).count("is not written yet")


def test_the_late_are_late_by_their_hours_and_the_others_in_time(forty: Class) -> None:
    submitted, students = forty
    late = [student for student in students if any(one.late for one in student.hand_ins)]
    assert late == [student for student in students if student.kind == Kind.LATE]
    for student in students:
        for one in student.hand_ins:
            if one.kind == Kind.NOTHING:
                continue
            text = (submitted / student.id / one.lab / "timestamp.txt").read_text()
            time = datetime.strptime(text, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
            hours = (time - LATEST).total_seconds() / 3600
            assert (0 < one.late <= hours < one.late + 1) if one.late else hours <= 0


def test_each_accident_with_a_notebook_is_what_its_name_says(course: Course, forty: Class) -> None:
    for _, folder in every(forty, Kind.NO_NOTEBOOK):
        assert not list(folder.glob("*.ipynb"))
    for hand_in, folder in every(forty, Kind.RENAMED_NOTEBOOK):
        assert [path.name for path in folder.glob("*.ipynb")] == [f"{course.lab(hand_in.lab).module} (1).ipynb"]
    for hand_in, folder in every(forty, Kind.DELETED_CELLS):
        whole = {cell["id"] for cell in released_notebook(course, course.lab(hand_in.lab))["cells"]}
        gone = whole - {cell["id"] for cell in cells_of(folder)}
        assert {"quiz-2", "check-quiz-2"} < gone
        assert len(gone) == 3
    for _, folder in every(forty, Kind.DUPLICATED_CELL):
        names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells_of(folder)]
        assert len(names) == len(set(names)) + 1
        assert len({cell["id"] for cell in cells_of(folder)}) == len(names)
    for _, folder in every(forty, Kind.STRIPPED_METADATA):
        assert all(cell["metadata"] == {} for cell in cells_of(folder))
    for _, folder in every(forty, Kind.BROKEN_NOTEBOOK):
        with pytest.raises(json.JSONDecodeError):
            cells_of(folder)


def test_each_accident_with_a_module_is_what_its_name_says(course: Course, forty: Class) -> None:
    for hand_in, folder in every(forty, Kind.LINKED_MODULE):
        lab = course.lab(hand_in.lab)
        assert (folder / "src" / "ropelab" / f"{lab.module}.py").readlink() == lab.solution
    for _, folder in every(forty, Kind.NO_MODULE):
        assert not (folder / "src").exists()
    for hand_in, folder in every(forty, Kind.SYNTAX_ERROR):
        text = (folder / "src" / "ropelab" / f"{course.lab(hand_in.lab).module}.py").read_text()
        with pytest.raises(SyntaxError):
            compile(text, "module", "exec")
    for _, folder in every(forty, Kind.NOTHING):
        assert not folder.exists()


def test_a_class_is_never_written_over_submissions(write: Writer, tmp_path: Path) -> None:
    (tmp_path / "submitted" / "somebody").mkdir(parents=True)
    with pytest.raises(CourseError, match="holds submissions already"):
        write(tmp_path, 5, 1)
    assert [path.name for path in (tmp_path / "submitted").iterdir()] == ["somebody"]


def test_a_missing_release_is_named(course: Course, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"frequencies\.ipynb is not a released notebook"):
        synthetic_class(course, tmp_path / "release", tmp_path / "submitted")
    assert not (tmp_path / "submitted").exists()


@pytest.mark.parametrize("size", [0, -1, 10_000])
def test_a_class_of_no_size_is_refused(write: Writer, tmp_path: Path, size: int) -> None:
    with pytest.raises(CourseError, match="has 1 to"):
        write(tmp_path, size, 1)
