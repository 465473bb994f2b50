"""Where a notebook is: which lab it belongs to, and whose code its checks look at."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from labkit.errors import CourseError
from labkit.implementation import course_files
from labkit.labs import Course, Lab, find_course


@dataclass(frozen=True)
class Place:
    """The lab of a notebook.

    Attributes:
        course: a checkout, or the folder of one released assignment, which is a course of one lab.
        lab: that the notebook belongs to.
        implementation: ``src``, or ``solutions`` where the environment variable IMPL says so.
    """

    course: Course
    lab: Lab
    implementation: str

    @cached_property
    def files(self) -> dict[str, Path]:
        """The file of each module.

        Raises:
            CourseError: there is no such implementation.
        """
        return course_files(self.course, self.implementation)

    @property
    def module(self) -> Path:
        """The file that the lab fills."""
        return self.files[self.lab.module]


def find_place(start: Path) -> Place:
    """The lab of a notebook that runs in the folder start.

    Raises:
        CourseError: start belongs to no lab, or the environment variable IMPL names no implementation.
    """
    course = find_course(start)
    place = Place(course, _lab(course, start), os.environ.get("IMPL") or "src")
    _ = place.files
    return place


def _lab(course: Course, start: Path) -> Lab:
    above, *below = start.relative_to(course.root).parts or ("",)
    for lab in course.labs:
        if len(course.labs) == 1 or (above == "labs" and below[:1] == [lab.name]):
            return lab
    raise CourseError(f"{start} belongs to no lab: open the notebook in labs/NN-name, or in its assignment's folder")
