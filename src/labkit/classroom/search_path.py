"""Where programs are looked for that come with this interpreter."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def search_path() -> str:
    """The PATH with this interpreter's folder in front: nbgrader starts alembic by its name, Jupyter starts python."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH") or os.defpath])


@contextmanager
def own_programs_first() -> Iterator[None]:
    """Within this block PATH is ``search_path()``; afterwards all is as before."""
    before = os.environ.get("PATH")
    os.environ["PATH"] = search_path()
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before
