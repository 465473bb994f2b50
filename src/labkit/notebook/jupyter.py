"""What only Jupyter has, with an answer for where there is none. IPython is never imported where it is not running."""

import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def show_picture(path: Path) -> bool:
    """Show a picture below the cell. False where there are no cells."""
    if _shell() is None:
        return False
    jupyter = import_module("IPython.display")
    jupyter.display(jupyter.Image(data=path.read_bytes(), alt=path.stem))
    return True


def source_assigning(name: str) -> str | None:
    """The text of the cell that last assigned to a name; None where there is no such cell, or no cells at all."""
    shell = _shell()
    cells = [] if shell is None else shell.user_ns.get("In", [])
    assigning = re.compile(rf"^{re.escape(name)}\s*(:[^=\n]*)?=(?!=)", flags=re.MULTILINE)
    return next((text for text in reversed(cells) if isinstance(text, str) and assigning.search(text)), None)


def _shell() -> Any:  # noqa: ANN401 - IPython's, which may not be installed
    running = sys.modules.get("IPython")
    return None if running is None else running.get_ipython()
