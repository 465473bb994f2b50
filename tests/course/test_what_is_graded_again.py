"""A submission that changes while it is graded is graded again."""

from types import SimpleNamespace

from support_submissions import hand_in

from labkit.classroom import worker
from labkit.classroom.changes import fingerprint, judge
from labkit.classroom.layout import Classroom


def test_what_is_remembered_is_what_was_there_before_it_was_graded(classroom: Classroom) -> None:
    lab = classroom.course.lab("01")
    handed = hand_in(classroom, lab, "amara")
    (handed.folder / "link").symlink_to("/etc/passwd")
    judged_by = judge(classroom, lab)

    def while_grading(*_: object, **__: object) -> dict[str, bool]:
        seen.append(fingerprint(classroom, lab, "amara", judged_by))
        handed.code("wavelengths = None")
        return {"success": True}

    seen: list[str] = []
    setup = {"task": worker.AUTOGRADE, "judges": {lab.name: judged_by}}
    answer = worker._done(SimpleNamespace(autograde=while_grading), classroom, setup, lab.name, "amara")
    assert answer == {"done": seen[0]}
    assert fingerprint(classroom, lab, "amara", judged_by) != seen[0]


def test_another_seed_grades_everything_again(classroom: Classroom) -> None:
    lab = classroom.course.lab("02")
    before = judge(classroom, lab)
    assert judge(classroom, lab) == before
    classroom.seed_file.write_text("7\n")
    assert judge(classroom, lab) != before
