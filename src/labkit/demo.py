"""``labkit demo``: the main job once, on the reference and for a class, in a scratch folder."""

import json
import shutil
import sys
from importlib.util import find_spec

from labkit.files import write_whole
from labkit.grade import grade
from labkit.labs import Course
from labkit.terminal import show_board, show_grade
from labkit.verify import DONE, verify


def demo(course: Course) -> int:
    """Run every experiment and every graded test on the reference, then grade a class; write all of it below build/demo.

    Returns the exit status: 0 when all labs verify and earn full points.

    Raises:
        CourseError: the class cannot be graded here; says why. The reference's part is done then.
    """
    folder = course.root / "build" / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    outcomes = []
    for lab in course.labs:
        print(f"running the experiment of {lab.name} on the reference")
        outcomes.append(verify(course, lab, "solutions", folder / lab.name, show=lambda _: None))
    results = grade(course, course.labs, "solutions")
    write_whole(folder / "grades.json", json.dumps([result.as_json() for result in results], indent=2) + "\n")
    print()
    show_board(outcomes)
    print()
    show_grade(results)
    if find_spec("nbgrader") is None:
        print("\nnbgrader is not installed: the class of forty is left out (`make demo` installs it)")
    else:
        from labkit.classroom.demo import class_demo

        print()
        page = class_demo(course, folder, sys.stderr.isatty())
        print(f"\nOpen {course.shown(page)}: how the class did, what went wrong most, and every student's feedback.")
    print(f"\nLook at {course.shown(folder)}: each lab's plots, verify_output.txt and manifest.json, and grades.json.")
    print("Then open labs/01-frequencies/README.md and start with src/ropelab/frequencies.py.")
    complete = all(outcome.status == DONE for outcome in outcomes) and all(r.points == r.max_points for r in results)
    return 0 if complete else 1
