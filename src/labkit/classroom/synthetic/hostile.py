"""What goes wrong in the demo class: modules that attack or hang, and notebooks that met with an accident.

A module that goes wrong in one function is right in all others, so that what it must lose is known: the points of that
function. Whoever only hopes for points has written nothing.
"""

import ast
import json
from collections.abc import Callable, Mapping
from typing import Any

from labkit.classroom.synthetic.modules import complete, module_text
from labkit.classroom.synthetic.people import Kind
from labkit.labs import Lab

IN_ONE_FUNCTION = {
    Kind.ENDLESS_LOOP: """

def {victim}(*args, **kwargs):
    while True:
        pass
""",
    Kind.ENDS_PROCESS: """

def {victim}(*args, **kwargs):
    import os

    os._exit(0)
""",
    # 4 GB, asked for and never touched: there are graders without a limit, and this class is put before one for comparison.
    Kind.MEMORY_HOG: """

def {victim}(*args, **kwargs):
    blocks = []
    while len(blocks) < 20:
        blocks.append(np.zeros(25_000_000))
    return blocks
""",
    Kind.PRINTS: """

_before_printing = {victim}


def {victim}(*args, **kwargs):
    for line in range(50_000):
        print(f"{{line:9d}}", "debug " * 15)
    return _before_printing(*args, **kwargs)
""",
}

FOR_POINTS = {
    Kind.READS_SOLUTION: """

def _solution():
    import os

    places = ("solutions/ropelab/{module}.py", "source/{lab}/src/ropelab/{module}.py")
    for steps in range(10):
        for place in places:
            path = os.path.join(*[".."] * steps, place)
            if os.path.isfile(path):
                with open(path) as stream:
                    return stream.read()
    return ""


try:
    exec(_solution(), globals())
except Exception:
    pass
""",
    Kind.LYING_ARRAY: """

class _Agreeing(np.ndarray):
    def _yes(self, *args, **kwargs):
        return True

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __array_ufunc__ = __array_function__ = _yes
    __hash__ = None

    def __getattr__(self, name):
        return _agree


def _agree(*args, **kwargs):
    return np.zeros(1).view(_Agreeing)


for _name in {tasks}:
    globals()[_name] = _agree
""",
}

FILE_OF_ITS_OWN = (Kind.NO_MODULE, Kind.LINKED_MODULE)
"""Kinds for which there is no text of a module."""


def hostile_module(kind: Kind, lab: Lab) -> str:
    """The module of somebody whose code goes wrong in this way; the complete one, where it is not the code that does."""
    if kind in IN_ONE_FUNCTION:
        return complete(lab) + IN_ONE_FUNCTION[kind].format(victim=victim(lab))
    if kind in FOR_POINTS:
        return module_text(lab, 0) + FOR_POINTS[kind].format(module=lab.module, lab=lab.name, tasks=_tasks(lab))
    if kind == Kind.SYNTAX_ERROR:
        return f'{complete(lab)}\n\nif __name__ == "__main__"\n    print({victim(lab)})\n'
    return complete(lab)


def victim(lab: Lab) -> str:
    """The function that goes wrong: the last of the module, which no other builds on."""
    tree = ast.parse(lab.solution.read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)][-1]


def _tasks(lab: Lab) -> tuple[str, ...]:
    tree = ast.parse(lab.solution.read_text())
    return tuple(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))


def _delete(notebook: dict[str, Any]) -> None:
    """Without the check of the first task, and without the second quiz question and its check."""
    names = [name_of(cell) for cell in notebook["cells"]]
    first = next((name for name in names if name.startswith("check-") and "quiz" not in name), "")
    gone = {first, "quiz-2", "check-quiz-2"}
    notebook["cells"] = [cell for cell in notebook["cells"] if name_of(cell) not in gone]


def _duplicate(notebook: dict[str, Any]) -> None:
    """A check cell copied and pasted: the editor gives the copy an id of its own, and nbgrader's name stays."""
    cells = notebook["cells"]
    place = next(number for number, cell in enumerate(cells) if name_of(cell).startswith("check-"))
    cells.insert(place + 1, {**cells[place], "id": "pasted-copy"})


def _strip(notebook: dict[str, Any]) -> None:
    """Saved by a program that knows nothing of nbgrader and gives every cell a new id."""
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"cell-{number}"


ACCIDENTS: Mapping[Kind, Callable[[dict[str, Any]], None]] = {
    Kind.DELETED_CELLS: _delete,
    Kind.DUPLICATED_CELL: _duplicate,
    Kind.STRIPPED_METADATA: _strip,
}


def notebook_file(kind: Kind, lab: Lab, notebook: dict[str, Any]) -> tuple[str, bytes] | None:
    """The name and the bytes of the notebook as it is handed in; None for none. Changes the notebook."""
    if kind == Kind.NO_NOTEBOOK:
        return None
    if kind in ACCIDENTS:
        ACCIDENTS[kind](notebook)
    data = (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()
    if kind == Kind.BROKEN_NOTEBOOK:
        data = data[: len(data) * 3 // 5]
    return f"{lab.module}{' (1)' if kind == Kind.RENAMED_NOTEBOOK else ''}.ipynb", data


def name_of(cell: Mapping[str, Any]) -> str:
    """nbgrader's name of a cell; empty for one without."""
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))
