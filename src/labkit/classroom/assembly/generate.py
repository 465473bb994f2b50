"""nbgrader's own generate_assignment and gradebook, in this process: its command line spends seconds on imports each time."""

import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from labkit.classroom.assembly.config import COURSE_ID, GRADEBOOK
from labkit.classroom.layout import Classroom
from labkit.classroom.search_path import own_programs_first
from labkit.classroom.settings import Settings
from labkit.errors import CourseError, told


class Generator:
    """nbgrader on one course directory, as its nbgrader_config.py has it.

    Args:
        classroom: whose config is already written.

    Raises:
        CourseError: nbgrader is not installed, or does not take the config.
    """

    def __init__(self, classroom: Classroom) -> None:
        self._classroom = classroom
        with _quiet():
            try:
                from nbgrader.coursedir import CourseDirectory
                from traitlets.config.loader import PyFileConfigLoader
            except ImportError as error:
                raise CourseError(
                    f"a course needs nbgrader ({error}): pip install -c constraints.txt -e '.[instructors]'"
                ) from error
            loader = PyFileConfigLoader(classroom.config_file.name, path=str(classroom.root))
            self._config: Any = loader.load_config()
            self._url = CourseDirectory(config=self._config).db_url

    def ensure_gradebook(self) -> None:
        """Make the gradebook where there is none, whole or not at all.

        Raises:
            CourseError: it cannot be made, or the one that is there is none.
        """
        from nbgrader.api import Gradebook

        if not self._classroom.gradebook.exists():
            new = self._classroom.root / f".{GRADEBOOK}.new"
            new.unlink(missing_ok=True)
            with _quiet(), _refusing("the gradebook cannot be made"):
                Gradebook(f"sqlite:///{new}", COURSE_ID).close()
            new.replace(self._classroom.gradebook)
        with _quiet(), _refusing(f"{self._classroom.gradebook} is not a gradebook that nbgrader can use"):
            Gradebook(self._url, COURSE_ID).close()

    def release(self, lab_name: str, source: Path, destination: Path) -> None:
        """Make an assignment's student version, and record its cells and points in the gradebook.

        Args:
            lab_name: the assignment.
            source: a folder of the course directory that holds a folder of that name.
            destination: a folder of the course directory that will hold one.

        Raises:
            CourseError: nbgrader refuses, for instance because cells have changed for which there are grades; says why.
        """
        from nbgrader.converters import GenerateAssignment
        from nbgrader.coursedir import CourseDirectory

        root, seen = self._classroom.root, _Seen()
        log = logging.Logger("nbgrader")  # apart from all others: nothing of it reaches the terminal
        log.addHandler(seen)
        with _quiet():
            directory = CourseDirectory(
                config=self._config,
                log=log,
                assignment_id=lab_name,
                source_directory=str(source.relative_to(root)),
                release_directory=str(destination.relative_to(root)),
            )
            converter = GenerateAssignment(coursedir=directory, config=self._config, log=log)
            converter.force = True
            try:
                converter.start()
            except (Exception, SystemExit) as error:
                raise CourseError(f"nbgrader cannot release {lab_name}: {_line(seen.error or error)}") from error

    def set_due(self, labs: tuple[str, ...], settings: Settings) -> None:
        """Write the due dates into the gradebook; a lab without one loses what it had."""
        from nbgrader.api import Gradebook

        with _quiet(), _refusing("the due dates cannot be written"), Gradebook(self._url, COURSE_ID) as gradebook:
            for name in labs:
                gradebook.update_or_create_assignment(name, duedate=settings.due.get(name))

    def points(self, lab_name: str) -> Mapping[str, float]:
        """The points that the gradebook has for each graded cell of an assignment, by the cell's name."""
        from nbgrader.api import Gradebook

        with _quiet(), _refusing("the gradebook cannot be read"), Gradebook(self._url, COURSE_ID) as gradebook:
            notebooks = gradebook.find_assignment(lab_name).notebooks
            return {cell.name: cell.max_score for notebook in notebooks for cell in notebook.grade_cells}


class _Seen(logging.Handler):
    """Keeps the first exception that is being handled while an error is logged: nbgrader tells it to the log alone."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.error: BaseException | None = None

    def emit(self, _record: logging.LogRecord) -> None:
        self.error = self.error or sys.exc_info()[1]


def _line(error: BaseException) -> str:
    said = told(error).partition("[SQL:")[0]  # what SQLAlchemy adds to the database's own words
    return " ".join(said.split())[:500]


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """An exception of nbgrader's or the database's as a CourseError that says what it means."""
    try:
        yield
    except Exception as error:
        raise CourseError(f"{what} ({_line(error)})") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader finds alembic beside this interpreter, and no warning of other people's packages is shown."""
    with own_programs_first(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
