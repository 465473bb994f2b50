"""Running the command line as a person would."""

import subprocess
import sys

from labkit.labs import Course


def labkit(*arguments: str, course: Course) -> subprocess.CompletedProcess[str]:
    """Run labkit in a checkout; returns its exit status and what it printed."""
    command = [sys.executable, "-m", "labkit", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
