"""nbgrader in this process, on a course directory: its commands cost seconds of imports each time they are started."""

import functools
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbgrader.api
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from labkit.classroom.layout import Classroom
from labkit.classroom.search_path import own_programs_first

EXCEPTION = re.compile(r"(\w+\.)*\w+(Error|Exception|Exists|Entry)(: |$)")
"""The last line of a traceback."""


@contextmanager
def nbgrader_api(classroom: Classroom) -> Iterator[Any]:
    """nbgrader's own interface, with the directory's configuration, while the directory is the working directory.

    What it logs is kept out of the terminal; the answers of its methods hold it.
    """
    before = Path.cwd()
    os.chdir(classroom.root)
    make_engine = nbgrader.api.create_engine
    # nbgrader opens its gradebook nine times for a submission, and each time anew: all its queries are compiled again then.
    nbgrader.api.create_engine = functools.cache(make_engine)
    try:
        config = PyFileConfigLoader(classroom.config_file.name, path=str(classroom.root)).load_config()
        coursedir = CourseDirectory(config=config)
        api = NbGraderAPI(coursedir, config=config)
        api.log.propagate = False
        api.log.handlers = [logging.NullHandler()]
        with own_programs_first():
            yield api
    finally:
        nbgrader.api.create_engine = make_engine
        os.chdir(before)


def reason_of(answer: dict[str, Any]) -> str:
    """Why something failed: the exception that nbgrader met. What it raises in the end only points to its log."""
    text = f"{answer.get('log', '')}\n{answer.get('error', '')}"
    found = [line.strip() for line in text.splitlines() if EXCEPTION.match(line.strip())]
    told = [line for line in found if "NbGraderException" not in line] or found
    return told[-1] if told else "no reason was given"
