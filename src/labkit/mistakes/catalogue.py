"""The catalogue of wrong answers: ``tests/misconceptions/<module>/<task>.py``, read as text.

A task with many of them has a folder of its name instead, with a file for each theme. Every function or class of such a file
whose name has no leading underscore is one wrong answer to the task, and its docstring tells the rest::

    def one_based_pair_index(d_head: int, base: float = 10000.0) -> Floats:
        \"\"\"one-based pair index

        met: where it was seen
        hint: a nudge
        hint: an explanation
        \"\"\"
        return base ** (-2.0 * np.arange(1, d_head // 2 + 1) / d_head)

In its body the task's own name means the reference, so a wrong answer may be a small change to the right one, and a class
inherits from it. A function refuses what the reference refuses, and is given arrays for lists, unless a line
``checks: its own`` says otherwise. A line ``variant of: other_function`` makes it a second program with the same mistake.
Hints in the file's docstring belong to the task: they are for somebody who has not begun, or whose mistake has no name.
"""

import ast
import copy
import re
from dataclasses import dataclass, field

from labkit.errors import CourseError
from labkit.labs import Course, Lab

FIELDS = ("met", "hint", "checks", "variant of")


@dataclass(frozen=True)
class Mistake:
    """One wrong answer to one task.

    Attributes:
        task: the function or class it answers wrongly.
        key: its identifier, unique in the lab: ``task.function``, the same for a variant as for what it is a variant of.
        name: what the student reads.
        met: where it was seen.
        hints: from a nudge to an explanation.
        programs: text to append to the reference's module, one for each way of writing the mistake.
    """

    task: str
    key: str
    name: str
    met: str
    hints: tuple[str, ...]
    programs: list[str] = field(hash=False)


@dataclass(frozen=True)
class Task:
    """What the catalogue knows about one task."""

    name: str
    hints: tuple[str, ...]
    mistakes: tuple[Mistake, ...]


def read_catalogue(course: Course, lab: Lab) -> dict[str, Task]:
    """The tasks of a lab with their mistakes, by name, in the order of the files' names.

    Raises:
        CourseError: a file is not as the module's docstring says; names file and line.
    """
    tasks: dict[str, Task] = {}
    for path in sorted(lab.misconceptions.rglob("*.py")):
        name = path.stem if path.parent == lab.misconceptions else path.parent.name
        before = tasks.get(name, Task(name, (), ()))
        hints, mistakes = _read_file(course.shown(path), path.read_text(), name, lab.module)
        tasks[name] = Task(name, before.hints + hints, before.mistakes + mistakes)
    for name, task in tasks.items():
        names = [mistake.name for mistake in task.mistakes]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None or not task.hints:
            problem = (
                f"two mistakes are called {twice!r}" if twice else "no file's docstring has `hint:` lines for the task"
            )
            raise CourseError(f"{course.shown(lab.misconceptions / name)}: {problem}")
    return tasks


def _read_file(shown: str, text: str, task: str, module: str) -> tuple[tuple[str, ...], tuple[Mistake, ...]]:
    """The hints for the task in the docstring of a file, and its mistakes."""
    tree = ast.parse(text, shown)
    shared: list[ast.stmt] = []
    entries: list[ast.FunctionDef | ast.ClassDef] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            entries.append(node)
        elif not (isinstance(node, ast.ImportFrom) and node.module == f"ropelab.{module}") and not _is_text(node):
            shared.append(node)
    mistakes: dict[str, Mistake] = {}
    for node in entries:
        name, told = _told(node, f"{shown}:{node.lineno}")
        program = _program(shared, node, task, refusing=not told["checks"])
        if told["variant of"]:
            if told["variant of"][0] not in mistakes:
                raise CourseError(f"{shown}:{node.lineno}: there is no {told['variant of'][0]} above")
            mistakes[told["variant of"][0]].programs.append(program)
            continue
        if len(told["met"]) != 1 or not 2 <= len(told["hint"]) <= 3:
            raise CourseError(f"{shown}:{node.lineno}: needs one `met:` line and two or three `hint:` lines")
        key = f"{task}.{node.name}"
        mistakes[node.name] = Mistake(task, key, name, told["met"][0], tuple(told["hint"]), [program])
    return tuple(_told(tree, shown)[1]["hint"]), tuple(mistakes.values())


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _told(node: ast.Module | ast.FunctionDef | ast.ClassDef, place: str) -> tuple[str, dict[str, list[str]]]:
    """The first line of a docstring, and its fields."""
    first, *lines = (ast.get_docstring(node) or "").splitlines() or [""]
    if not first:
        raise CourseError(f"{place}: needs a docstring that names the mistake")
    told: dict[str, list[str]] = {name: [] for name in FIELDS}
    current: list[str] | None = None
    for line in lines:
        found = re.match(rf"({'|'.join(FIELDS)}): *(.*)", line)
        if found:
            current = told[found[1]]
            current.append(found[2].strip())
        elif line.strip() and current is not None:
            current[-1] = f"{current[-1]} {line.strip()}"
    return first.rstrip("."), told


class _Renamed(ast.NodeTransformer):
    """In the body of a wrong answer, the task's name means the reference."""

    def __init__(self, task: str) -> None:
        self.task = task

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("_reference", node.ctx) if node.id == self.task else node


REFUSING = """
def _refusing(right, wrong):
    import functools

    def array(value):
        return np.asarray(value) if isinstance(value, list) else value

    @functools.wraps(wrong)
    def answer(*args, **kwargs):
        right(*args, **kwargs)
        return wrong(*map(array, args), **{{name: array(value) for name, value in kwargs.items()}})

    return answer


{task} = _refusing(_reference, {task})
"""


def _program(shared: list[ast.stmt], node: ast.FunctionDef | ast.ClassDef, task: str, refusing: bool) -> str:
    wrong: ast.FunctionDef | ast.ClassDef = _Renamed(task).visit(copy.deepcopy(node))
    wrong.name = task
    wrong.body = wrong.body[1:] or [ast.Pass()]  # without its docstring, which names the mistake
    helpers = [ast.unparse(_Renamed(task).visit(copy.deepcopy(other))) for other in shared]
    parts = [f"\n\n_reference = {task}", *helpers, ast.unparse(ast.fix_missing_locations(wrong))]
    if refusing and isinstance(wrong, ast.FunctionDef):
        parts.append(REFUSING.format(task=task))
    return "\n\n".join(parts) + "\n"
