"""The notebook of each lab: the nbgrader source, generated from handout, tests and answers."""

import json
from collections import Counter
from pathlib import Path

from labkit.errors import CourseError
from labkit.files import differing, write_all
from labkit.labs import Course, Lab
from labkit.notebook_cells import Cell, check, code, notebook, prose, quiz_answer, read_only, written_answer
from labkit.questions import handout
from labkit.questions.catalogue import Answers, answers, quiz_questions, written_questions
from labkit.questions.quiz import answer_name
from labkit.running import graded_tests


def contents(course: Course) -> dict[Path, bytes]:
    """The notebooks of all labs, by path.

    Raises:
        CourseError: a lab's handout, tests, answers and lab.toml do not fit together.
    """
    return {lab.notebook: generate(course, lab) for lab in course.labs}


def write(course: Course) -> list[Path]:
    """Write the notebooks that differ; returns them."""
    return write_all(differing(contents(course)))


def drifted(course: Course) -> list[str]:
    """The notebooks that differ from what is generated now."""
    return [course.shown(path) for path in differing(contents(course))]


def generate(course: Course, lab: Lab) -> bytes:
    """The notebook of one lab, the same bytes each time: as nbformat writes it, without outputs.

    Raises:
        CourseError: handout, tests, answers and lab.toml do not fit together.
    """
    keys = answers(course, lab)
    cells = [
        *_introduction(lab),
        *_tasks(course, lab),
        *_experiment(lab),
        *_quiz(lab, keys),
        *_written(lab, keys),
        prose("hand-in", _hand_in(lab)),
    ]
    return (json.dumps(notebook(cells), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _introduction(lab: Lab) -> list[Cell]:
    points = {part: int(number) for part, number in lab.facts["points"].items()}
    title = f"""\
# Lab {lab.number}: {lab.facts["title"]}

**Time box** {lab.facts["minutes"]} minutes · **Points** {sum(points.values())}: code {points["code"]}, quiz \
{points["quiz"]}, written answers {points["written"]}, evidence {points["evidence"]}

The [handout](README.md) has the theory, the steps and the pitfalls. Read it first. This notebook shows your points and
holds your answers.
"""
    how_to = f"""\
## How to work with it

- Your code goes into `src/ropelab/{lab.module}.py`, not into this notebook. Open that file in an editor (JupyterLab's own
  will do), fill in a function, save, and run its check cell here again. The file is read anew each time, so the kernel
  need not be restarted.
- The notebook finds `src/ropelab`, `tests` and `experiments` from the folder it lies in. Leave them where they are, and
  leave the notebook its name.
- Cells that begin with `from labkit.notebook import` only show where you stand. What you change in them is put back
  before grading, so your points come from your module, your answers and your evidence.
"""
    return [prose("title", title.strip()), prose("how-to", how_to.strip())]


def _tasks(course: Course, lab: Lab) -> list[Cell]:
    """One section with one check cell for each task, in the order of the tests."""
    points: Counter[str] = Counter()
    for test in graded_tests(course, lab):
        points[test.task] += test.points
    told = handout.tasks(lab)
    if {name: worth for name, (_, worth) in told.items()} != points or points.total() != lab.facts["points"]["code"]:
        raise CourseError(f"{handout.place(lab)}: the table of tasks does not give the tasks and points of the tests")
    cells = [prose("code", f"## Code ({points.total()} points)")]
    for task, worth in points.items():
        returns = told[task][0]
        section = f"### `{task}`: {worth} {_points(worth)}\n\n{returns[:1].upper()}{returns[1:]}."
        cells += [prose(f"task-{task}", section), check(f"check-{task}", "check", f'"{task}"', worth)]
    return cells


def _experiment(lab: Lab) -> list[Cell]:
    worth = lab.facts["points"]["evidence"]
    running = f"""\
## Experiment

The first cell runs the experiment on your code, as `make verify LAB={lab.name}` does, and writes its files into
`experiments/{lab.name}/`. The second shows the figures.
"""
    evidence = f"""\
## Evidence ({worth} {_points(worth)})

This looks at the files that the experiment wrote: all there, as they were written, and made by the code that you have
now. If you change your code, run the experiment again.
"""
    return [
        prose("experiment", running.strip()),
        code("run-experiment", "from labkit.notebook import run_experiment, show_plots\n\nrun_experiment()"),
        code("show-plots", "show_plots()"),
        prose("evidence", evidence.strip()),
        check("check-evidence", "check_evidence", "", worth),
    ]


def _quiz(lab: Lab, keys: Answers) -> list[Cell]:
    questions = quiz_questions(lab)
    introduction = f"""\
## Quiz ({len(questions)} points)

Write each answer in place of `None`: one Python value, written out. It is read, not run, so it cannot be a formula or a
call of a function.
"""
    cells = [prose("quiz", introduction.strip())]
    for question, key in zip(questions, keys.quiz, strict=True):
        number, variable = question.number, answer_name(question.number)
        text = f"**Quiz {number}.** {question.text}\n\n*To write: {key.form}.*"
        cells += [
            read_only(prose(f"quiz-{number}-question", text)),
            quiz_answer(f"quiz-{number}", variable, key.answer),
            check(f"check-quiz-{number}", "check_quiz", f"{number}, {variable}", 1),
        ]
    return cells


def _written(lab: Lab, keys: Answers) -> list[Cell]:
    questions = written_questions(lab)
    total = sum(question.points for question in questions)
    introduction = f"""\
## Written questions ({total} points)

Write each answer into the cell below its question, in Markdown; mathematics goes between dollar signs. A paragraph with
numbers beats a page without. A person reads these, and may give half points.
"""
    cells = [prose("written", introduction.strip())]
    for question, key in zip(questions, keys.written, strict=True):
        number, worth = question.number, question.points
        end = "" if question.title.endswith("?") else "."
        text = f"**Written {number}: {question.title}{end}** ({worth} {_points(worth)})\n\n{question.text}"
        if key.sections:
            headings = " and ".join(f"*{section}*" for section in key.sections)
            text += (
                f"\n\nYou may answer in `experiments/{lab.name}/README.md` instead, under {headings}: "
                "where the cell is left as it is, that section is read."
            )
        cells += [
            read_only(prose(f"written-{number}-question", text)),
            written_answer(f"written-{number}", key.model, key.scheme, worth),
        ]
    return cells


def _hand_in(lab: Lab) -> str:
    return f"""\
## Before you hand in

Save the notebook. Hand it in together with `src/ropelab/{lab.module}.py` and the folder `experiments/{lab.name}`, under
the names that they have. The end of the [handout](README.md) lists what must be there."""


def _points(number: int) -> str:
    return "point" if number == 1 else "points"
