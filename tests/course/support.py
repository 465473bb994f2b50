"""What several course tests share: the labs there should be, and the command line as a person runs it."""

import subprocess
import sys

from labkit.labs import Course

LABS = ("01-frequencies", "02-cache", "03-forward", "04-relative", "05-rotation")


def labkit(*arguments: str, course: Course) -> subprocess.CompletedProcess[str]:
    """Run labkit in a checkout; returns its exit status and what it printed."""
    command = [sys.executable, "-m", "labkit", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
