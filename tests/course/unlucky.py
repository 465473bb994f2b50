"""Submissions of lab 01 that cost a class its grades in other graders: hostile ones, and unlucky ones.

Each is the reference with the right answers to the quiz, changed by one function, and says what it must earn.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support_submissions import Handed

FULL, QUIZ = 12, 3
STUB = "def {name}(*args, **kwargs):\n    raise NotImplementedError\n"
FUNCTIONS = ("rope_frequencies", "wavelengths", "position_angles", "duplicate_angles")
NOTHING_WRITTEN = "\n\n".join(STUB.format(name=name) for name in FUNCTIONS)


@dataclass(frozen=True)
class Case:
    """What is done to a submission, and what it must come to: points for code and quiz, the status, words of a reason."""

    prepare: Callable[[Handed], Any]
    code: int
    quiz: int = QUIZ
    status: str = "graded"
    reason: str = ""


def cells(content: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = content["cells"]
    return found


def with_cell(source: str) -> Callable[[Handed], None]:
    """Nothing but stubs, and a cell at the top of the notebook that would run before the checks."""

    def prepare(handed: Handed) -> None:
        handed.code(NOTHING_WRITTEN)
        cell: dict[str, Any] = {
            "cell_type": "code",
            "id": "evil",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        handed.change(lambda content: cells(content).insert(0, cell))

    return prepare


def with_code(text: str) -> Callable[[Handed], None]:
    """The reference, and this behind it."""
    return lambda handed: handed.code(text)


def instead(text: str) -> Callable[[Handed], None]:
    """Stubs, and this behind them."""
    return lambda handed: handed.code(NOTHING_WRITTEN + "\n\n" + text)


def in_wavelengths(body: str) -> Callable[[Handed], None]:
    """The reference with another body for wavelengths, which is worth 2 points."""
    return with_code(f"def wavelengths(inv_freq):\n    {body}\n")


def duplicated(handed: Handed) -> None:
    handed.change(
        lambda content: cells(content).append(
            dict(next(cell for cell in cells(content) if cell["id"].startswith("check-")))
        )
    )


def without_metadata(handed: Handed) -> None:
    handed.change(lambda content: [cell.update(metadata={}) for cell in cells(content)])


def schema_from_the_future(handed: Handed) -> None:
    def edit(content: dict[str, Any]) -> None:
        for cell in cells(content):
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"]["schema_version"] = 99

    handed.change(edit)


def more_points(handed: Handed) -> None:
    """Stubs, a check that is said to be worth 1,000 points, and its output already there."""
    handed.code(NOTHING_WRITTEN)
    value = {"output_type": "execute_result", "data": {"text/plain": "1000.0"}, "metadata": {}, "execution_count": 1}

    def edit(content: dict[str, Any]) -> None:
        for cell in cells(content):
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                cell["metadata"]["nbgrader"].update(points=1000, grade=True, solution=False, locked=False)
                cell["source"], cell["outputs"] = "1000.0", [value]

    handed.change(edit)


def without_checks(handed: Handed) -> None:
    def edit(content: dict[str, Any]) -> None:
        content["cells"] = [cell for cell in cells(content) if not cell["id"].startswith("check-")]

    handed.change(edit)


def renamed(handed: Handed) -> None:
    handed.notebook.rename(handed.folder / "My Lab-Copy1.ipynb")


def linked_module(handed: Handed) -> None:
    handed.module.unlink()
    handed.module.symlink_to("/etc/passwd")


def linked_notebook(handed: Handed) -> None:
    elsewhere = handed.folder.parent / "elsewhere.ipynb"
    handed.notebook.rename(elsewhere)
    handed.notebook.symlink_to(elsewhere)


def links_beside(handed: Handed) -> None:
    (handed.folder / "answers.txt").symlink_to("/etc/passwd")
    (handed.folder / "folder").symlink_to("/etc")
    os.mkfifo(handed.folder / "timestamp.txt")


def quiz_that_would_run(handed: Handed) -> None:
    given = {"quiz-1": "quiz_1 = __import__('os')._exit(0)", "quiz-2": "quiz_2 = (lambda: False)()"}
    handed.change(
        lambda content: [cell.update(source=given[cell["id"]]) for cell in cells(content) if cell["id"] in given]
    )


def huge_notebook(handed: Handed) -> None:
    handed.change(lambda content: cells(content)[0].update(outputs=["x" * 11_000_000]))


LYING = """
import numpy as np
class Lying(np.ndarray):
    def __eq__(self, other): return np.ones(1, bool)
    def __sub__(self, other): return np.zeros(1)
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return np.zeros(1)
def lie(*args, **kwargs): return np.zeros(3).view(Lying)
""" + "".join(f"{name} = lie\n" for name in FUNCTIONS)

PATCHED = """
import numpy as np, numpy.testing
for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
    setattr(numpy.testing, name, lambda *a, **k: None)
np.allclose = np.array_equal = lambda *a, **k: True
class Equal:
    def __eq__(self, other): return True
""" + "".join(f"{name} = lambda *a, **k: Equal()\n" for name in FUNCTIONS)

FRAMES = """
import sys
def rewrite(*args, **kwargs):
    frame = sys._getframe()
    while frame:
        frame.f_globals["np"] = None
        for name in ("expected", "expected_values"):
            if name in frame.f_locals: return frame.f_locals[name]
        frame = frame.f_back
""" + "".join(f"{name} = rewrite\n" for name in FUNCTIONS)

FROM_DISK = "exec(open('{root}/solutions/ropelab/frequencies.py').read())"
TRIGGER = "import sqlite3\nsqlite3.connect('{root}/gradebook.db').execute('UPDATE grade SET auto_score = 99')"
DETACHED = "import os\n    for _ in range(40):\n        if os.fork() == 0: os.setsid(); import time; time.sleep(600)"

CASES: dict[str, Case] = {
    "honest": Case(lambda _: None, FULL),
    # Full marks for nothing, elsewhere.
    "patched-numpy": Case(instead(PATCHED), 0),
    "lying-array": Case(instead(LYING), 0),
    "frames": Case(instead(FRAMES), 0),
    "input-transformer": Case(with_cell("get_ipython().input_transformers_cleanup.append(lambda lines: [])"), 0),
    "display-hook": Case(with_cell("get_ipython().displayhook('full')\nraise SystemExit"), 0),
    "patched-run-code": Case(with_cell("type(get_ipython()).run_code = lambda *a, **k: False"), 0),
    "more-points": Case(more_points, 0),
    "quiz-that-would-run": Case(quiz_that_would_run, FULL, quiz=1),
    # Grades lost, elsewhere.
    "exits": Case(in_wavelengths("import os; os._exit(0)"), FULL - 2, status="crashed", reason="the process ended"),
    "warns": Case(with_code("import warnings, sys\nwarnings.warn('careful')\nprint('hello', file=sys.stderr)"), FULL),
    "without-checks": Case(without_checks, FULL),
    "without-metadata": Case(without_metadata, FULL),
    "renamed": Case(renamed, FULL, reason="My Lab-Copy1.ipynb holds its cells and was read in its place"),
    "no-notebook": Case(
        lambda handed: handed.notebook.unlink(), FULL, quiz=0, reason="frequencies.ipynb was not handed in"
    ),
    "empty-notebook": Case(
        lambda handed: handed.notebook.write_text(""), FULL, 0, "unreadable", "frequencies.ipynb is empty"
    ),
    "binary-notebook": Case(
        lambda handed: handed.notebook.write_bytes(b"\x80\x00\xff"), FULL, 0, "unreadable", "does not hold JSON text"
    ),
    "no-module": Case(lambda handed: handed.module.unlink(), 0, reason="src/ropelab/frequencies.py is missing"),
    "syntax-error": Case(with_code("def f(:"), 0),
    # Denial of service, elsewhere.
    "endless": Case(in_wavelengths("while True: pass"), FULL - 2, status="timed out", reason="it took too long"),
    "endless-in-c": Case(
        in_wavelengths("return sum(range(10**13))"), FULL - 2, status="timed out", reason="it took too long"
    ),
    "prints": Case(in_wavelengths("print('x' * 5_000_000)"), FULL - 2),
    "memory": Case(in_wavelengths("import numpy; return numpy.ones(500_000_000)"), FULL - 2),
    "detached": Case(in_wavelengths(DETACHED), FULL - 2),
    "huge-notebook": Case(huge_notebook, FULL, 0, "unreadable", "10,000,000 are allowed"),
    # The whole class stopped, elsewhere.
    "copied-check": Case(duplicated, FULL, reason="is there 2 times"),
    "schema-99": Case(schema_from_the_future, FULL),
    "time-of-nothing": Case(
        lambda handed: (handed.folder / "timestamp.txt").write_text("soon"),
        FULL,
        reason="timestamp.txt was moved aside",
    ),
    # What must not be copied.
    "linked-module": Case(linked_module, 0, status="unreadable", reason="frequencies.py was moved aside: a link"),
    "linked-notebook": Case(linked_notebook, FULL, 0, reason="frequencies.ipynb was moved aside: a link"),
    "links-beside": Case(links_beside, FULL, reason="folder was moved aside: a link to a folder"),
    "huge-file": Case(
        lambda handed: (handed.folder / "film.mp4").write_bytes(b"x" * 20_000_001),
        FULL,
        reason="film.mp4 was moved aside",
    ),
}


def with_root(handed: Handed, root: str) -> None:
    """Fill in where the course is, for code that looks for it."""
    for path in (handed.module, handed.notebook):
        if path.is_file() and not path.is_symlink() and b"{root}" in path.read_bytes():
            path.write_text(path.read_text().replace("{root}", root))


CASES["from-disk"] = Case(instead(FROM_DISK), 0)
CASES["gradebook"] = Case(instead(TRIGGER), 0)
CASES["gradebook-later"] = Case(in_wavelengths(TRIGGER.replace("\n", "; ")), FULL - 2)


def json_of(handed: Handed) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(handed.notebook.read_text())
    return content
