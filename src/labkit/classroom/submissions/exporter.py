"""nbgrader's way in: what stands in for its reading of a submitted notebook."""

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter

from labkit.classroom.layout import Classroom, find_classroom
from labkit.classroom.submissions.reading import read_handed_in
from labkit.classroom.submissions.rebuilding import names_of_cells, rebuilt
from labkit.classroom.submissions.write_up import sections_of_write_up
from labkit.errors import CourseError
from labkit.labs import Lab


class SubmissionExporter(NotebookExporter):  # type: ignore[misc] # nbconvert has no types
    """Reads a submission's notebook as data of a stranger, and what nbgrader itself wrote as usual.

    It is named in nbgrader_config.py as ``Autograde.exporter_class``.
    """

    def from_filename(
        self,
        filename: str,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[str, dict[str, Any]]:
        """Convert a notebook; one of a submission is rebuilt from the released one first.

        Raises:
            CourseError: the release is missing.
        """
        folder = Path(self.parent.coursedir.root).resolve()
        submitted = folder / self.parent.coursedir.submitted_directory
        path = (folder / filename).absolute()
        if resources is None or not path.is_relative_to(submitted):
            converted: tuple[str, dict[str, Any]] = super().from_filename(filename, resources=resources, **kw)
            return converted
        classroom = find_classroom(folder)
        lab = classroom.course.lab(resources["nbgrader"]["assignment"])
        released = _released(classroom, lab)
        handed_in = read_handed_in(path.parent, path.name, names_of_cells(released))
        resources.setdefault("metadata", {})["name"] = path.stem
        notebook = rebuilt(released, handed_in, sections_of_write_up(classroom.course, lab, path.parent))
        made: tuple[str, dict[str, Any]] = self.from_notebook_node(notebook, resources=resources, **kw)
        return made


def _released(classroom: Classroom, lab: Lab) -> nbformat.NotebookNode:
    path = classroom.release / lab.name / classroom.notebook(lab)
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: run `make course` again ({type(error).__name__})") from error
