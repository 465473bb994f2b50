"""The class loop of ``labkit demo``: a course directory, forty students, their grades and feedback, the instructor's page."""

import shutil
import time
from pathlib import Path

from labkit.classroom.assembly.assemble import assemble
from labkit.classroom.autograde import autograde, feedback
from labkit.classroom.grades import write_grades
from labkit.classroom.overview.writing import write_overview
from labkit.classroom.synthetic.writing import synthetic_class
from labkit.labs import Course

SIZE = 40


def class_demo(course: Course, folder: Path, show_progress: bool = False) -> Path:
    """Do everything that an instructor does in a term, once; says each step and what came of it.

    Args:
        course: the checkout.
        folder: for the page; the course directory is made below it, anew.
        show_progress: draw bars on standard error.

    Returns:
        The instructor's page.

    Raises:
        CourseError: nothing can be isolated here, or the course is not in order.
    """
    started = time.monotonic()
    shutil.rmtree(folder / "course", ignore_errors=True)
    print("assembling an nbgrader course: assignments, gradebook, the students' zip")
    classroom = assemble(course, folder / "course")
    print(f"handing in for {SIZE} synthetic students: perfect, partial, mistaken, late, unlucky and hostile ones")
    synthetic_class(course, classroom.release, classroom.submitted, SIZE)
    print("autograding, isolated")
    graded = autograde(classroom, course.labs, None, show_progress=show_progress)
    counts = ", ".join(f"{count} {status}" for status, count in graded.statuses.items())
    print(f"  {graded.done} submissions in {graded.seconds:.0f} s: {counts}")
    print("writing feedback pages")
    written = feedback(classroom, course.labs, None, show_progress)
    print(f"  {written.done} pages in {written.seconds:.0f} s")
    grades = write_grades(classroom)
    page = write_overview(course, classroom.results, classroom.feedback, folder, grades)
    print(f"  {course.shown(grades)}")
    print(f"the whole class took {time.monotonic() - started:.0f} s")
    return page
