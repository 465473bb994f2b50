"""Reading what is left to do out of a module's text, without running it."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Todo:
    """A function or method that still raises the stub's NotImplementedError."""

    name: str
    line: int

    @property
    def task(self) -> str:
        """The task it belongs to: the function, or the class of a method."""
        return self.name.partition(".")[0]


def functions(tree: ast.AST, prefix: str = "") -> list[tuple[str, ast.FunctionDef]]:
    """Every function and method with its qualified name, in the order of the file; functions inside functions not."""
    found: list[tuple[str, ast.FunctionDef]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            found.append((prefix + node.name, node))
        elif isinstance(node, ast.ClassDef):
            found.extend(functions(node, f"{prefix}{node.name}."))
    return found


def _raises_not_implemented(function: ast.FunctionDef) -> ast.Raise | None:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(raised, ast.Name) and raised.id == "NotImplementedError":
                return node
    return None


def todos(path: Path) -> list[Todo]:
    """What is left in a module, in order. Raises SyntaxError when the text is not Python, OSError when it is missing."""
    return todos_in(path.read_text())


def todos_in(text: str) -> list[Todo]:
    """What is left in the text of a module, in order. Raises SyntaxError when it is not Python."""
    found = []
    for name, function in functions(ast.parse(text)):
        statement = _raises_not_implemented(function)
        if statement is not None:
            found.append(Todo(name, statement.lineno))
    return found


def names_of_tasks(path: Path) -> set[str]:
    """The functions and classes that a module is asked for; what begins with an underscore is given, or the student's own."""
    return {name for name in names_of_functions(path) if "." not in name and not name.startswith("_")}


def names_of_functions(path: Path) -> dict[str, int]:
    """The line of every function, method and class in a module, by qualified name."""
    tree = ast.parse(path.read_text(), str(path))
    lines = {node.name: node.lineno for node in ast.iter_child_nodes(tree) if isinstance(node, ast.ClassDef)}
    return lines | {name: function.lineno for name, function in functions(tree)}
