"""The catalogue: which labs there are, and where each keeps its parts. One lab is one name in every folder."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from labkit.errors import CourseError


@dataclass(frozen=True)
class Lab:
    """One lab, such as ``04-relative``: its folder names and what its lab.toml says."""

    name: str
    course: Path

    @property
    def module(self) -> str:
        """The module of ropelab that the lab fills, and the name of its tests: ``relative``."""
        return self.name.partition("-")[2]

    @property
    def number(self) -> str:
        """The two digits that order the labs: ``04``."""
        return self.name.partition("-")[0]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The content of lab.toml.

        Raises:
            CourseError: the file is missing or is not TOML.
        """
        path = self.course / "labs" / self.name / "lab.toml"
        try:
            return tomllib.loads(path.read_text())
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise CourseError(f"{path.relative_to(self.course)}: {error}") from error

    @property
    def needs(self) -> tuple[str, ...]:
        """The modules of earlier labs that this one's module and experiment import.

        Raises:
            CourseError: there is no readable lab.toml.
        """
        return tuple(self.facts.get("needs", ()))

    @property
    def handout(self) -> Path:
        return self.course / "labs" / self.name / "README.md"

    @property
    def notebook(self) -> Path:
        """The instructor's version, generated beside the handout."""
        return self.course / "labs" / self.name / f"{self.module}.ipynb"

    @property
    def answers(self) -> Path:
        """The answers to the handout's questions, which no student receives."""
        return self.course / "solutions" / "written" / f"{self.name}.toml"

    @property
    def stub(self) -> Path:
        return self.course / "src" / "ropelab" / f"{self.module}.py"

    @property
    def solution(self) -> Path:
        return self.course / "solutions" / "ropelab" / f"{self.module}.py"

    @property
    def experiment(self) -> Path:
        return self.course / "experiments" / self.name

    @property
    def graded_tests(self) -> Path:
        return self.course / "tests" / "labs" / f"test_{self.module}.py"

    @property
    def golden(self) -> Path:
        return self.course / "tests" / "golden" / f"{self.module}.npz"

    @property
    def known_mistakes(self) -> Path:
        return self.course / "tests" / "golden" / "mistakes" / f"{self.module}.npz"

    @property
    def misconceptions(self) -> Path:
        return self.course / "tests" / "misconceptions" / self.module


@dataclass(frozen=True)
class Course:
    """A checkout of the course."""

    root: Path

    @cached_property
    def labs(self) -> tuple[Lab, ...]:
        """All labs, in teaching order."""
        folders = sorted(path.parent.name for path in (self.root / "labs").glob("*/lab.toml"))
        return tuple(Lab(name, self.root) for name in folders)

    def lab(self, name: str) -> Lab:
        """The lab called name: ``04-relative``, or shorter ``04``, ``4`` or ``relative``.

        Raises:
            CourseError: there is no such lab; lists those there are.
        """
        for lab in self.labs:
            if name in (lab.name, lab.module, lab.number, lab.number.lstrip("0")):
                return lab
        known = ", ".join(lab.name for lab in self.labs)
        raise CourseError(f"there is no lab {name!r}; the labs are {known}")

    def select(self, name: str | None) -> tuple[Lab, ...]:
        """The lab called name, or all labs when no name is given."""
        return self.labs if name is None else (self.lab(name),)

    def judged_by(self, lab: Lab) -> tuple[Path, ...]:
        """The files that say what a lab's code is worth: tests, expected values, known mistakes, the reference up to it."""
        references = (other.solution for other in self.labs if other.number <= lab.number)
        return (lab.graded_tests, lab.golden, lab.known_mistakes, *references)

    def shown(self, path: Path) -> str:
        """The path as a person types it: relative to the checkout where it lies inside."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def find_course(start: Path) -> Course:
    """The checkout that start lies in.

    Raises:
        CourseError: start is not inside a checkout.
    """
    for folder in (start, *start.parents):
        if (folder / "labs").is_dir() and (folder / "src" / "ropelab").is_dir():
            return Course(folder)
    raise CourseError(f"{start} is not inside the course: change into its folder first")
