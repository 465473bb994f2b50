"""Which code is run: the student's, the reference, or a mixture, file by file, under the one name ``ropelab``.

Modules are compiled from the text of their files at every load, never from a bytecode cache: a file saved twice within one
second must not run as its first version.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from labkit.errors import CourseError, StudentError, located, told
from labkit.labs import Course, Lab
from labkit.student import Student

PACKAGE = "ropelab"
IMPLEMENTATIONS = ("src", "solutions")


def course_files(course: Course, implementation: str) -> dict[str, Path]:
    """Every lab's module, and those that it needs, taken from one folder of the checkout, ``src`` or ``solutions``.

    No other module can be imported, a student's own neither: only these are handed in.
    """
    if implementation not in IMPLEMENTATIONS:
        raise CourseError(f"there is no implementation {implementation!r}; choose one of {', '.join(IMPLEMENTATIONS)}")
    folder = course.root / implementation / PACKAGE
    modules = dict.fromkeys(module for lab in course.labs for module in (*lab.needs, lab.module))
    return {module: folder / f"{module}.py" for module in modules}


def submission_files(course: Course, lab: Lab, submission: Path) -> dict[str, Path]:
    """The graded lab's module from ``submission/src/ropelab``; those before it from the reference where it exists.

    An earlier mistake is then charged once, in its own lab.

    Raises:
        CourseError: the submission holds no such module.
    """
    folder = submission / "src" / PACKAGE
    graded = folder / f"{lab.module}.py"
    if not graded.is_file():
        raise CourseError(f"{graded} is missing: a submission holds src/{PACKAGE}/{lab.module}.py")
    files = {}
    for other in course.labs:
        earlier = other.number < lab.number and other.solution.is_file()
        files[other.module] = other.solution if earlier else folder / f"{other.module}.py"
    return files


class _TextLoader(importlib.machinery.SourceFileLoader):
    """Compiles from the text, without reading or writing a bytecode cache."""

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class Implementation(importlib.abc.MetaPathFinder):
    """A choice of files, importable as ``ropelab`` while it is active.

    Args:
        files: the file that provides each module, by module name.
        root: paths in messages are shown relative to this folder.
    """

    def __init__(self, files: Mapping[str, Path], root: Path) -> None:
        self.files = dict(files)
        self.root = root
        self._modules: dict[str, ModuleType] = {}

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for ropelab and its modules, and for nothing else (importlib's protocol)."""
        if fullname == PACKAGE:
            return importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
        package, _, module = fullname.partition(".")
        if package != PACKAGE:
            return None
        if module not in self.files or not self.files[module].is_file():
            raise ModuleNotFoundError(f"there is no module {fullname}", name=fullname)
        file = str(self.files[module])
        return importlib.util.spec_from_file_location(fullname, file, loader=_TextLoader(fullname, file))

    @contextmanager
    def active(self) -> Iterator[None]:
        """Within this block, ``import ropelab...`` means these files; afterwards all is as before."""
        before = {name: module for name, module in sys.modules.items() if _is_ours(name)}
        for name in before:
            del sys.modules[name]
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self._modules = {name: module for name, module in sys.modules.items() if _is_ours(name)}
            for name in self._modules:
                del sys.modules[name]
            sys.modules.update(before)

    def load(self, module: str) -> ModuleType:
        """Import one module of ropelab.

        Raises:
            StudentError: the file is missing, has a syntax error, or raises while it is imported. Names file and line.
        """
        with self.active():
            try:
                return importlib.import_module(f"{PACKAGE}.{module}")
            except ModuleNotFoundError as error:
                if module in self.files and not self.files[module].is_file():
                    raise StudentError(f"{self.shown(self.files[module])} is missing") from error
                raise StudentError(self.explain(error)) from error
            except Exception as error:
                raise StudentError(self.explain(error)) from error

    @contextmanager
    def opened(self, module: str) -> Iterator[Student]:
        """The module under test, importable as ropelab meanwhile. Raises StudentError as ``load`` does."""
        loaded = self.load(module)
        with self.active():
            yield Student(loaded, self.shown(self.files[module]))

    def printed(self) -> str:
        """Nothing: what code in this process writes goes where this process's output goes."""
        return ""

    def shown(self, path: Path) -> str:
        """A file of the implementation as a person types it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def place(self, error: BaseException) -> tuple[str, int, str] | None:
        """Where in these files an exception came from: (shown path, line, function); None where it did not."""
        found = None
        known = {str(path) for path in self.files.values()}
        if isinstance(error, SyntaxError) and error.filename is not None and error.filename in known:
            return self.shown(Path(error.filename)), error.lineno or 1, "<module>"
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename in known:
                found = (self.shown(Path(code.co_filename)), trace.tb_lineno, code.co_qualname)
            trace = trace.tb_next
        return found

    def explain(self, error: BaseException) -> str:
        """One line: where in these files it happened, and what."""
        return located(told(error), self.place(error))


def _is_ours(name: str) -> bool:
    return name == PACKAGE or name.startswith(PACKAGE + ".")
