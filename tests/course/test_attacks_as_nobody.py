"""The locks hold without any help from rights: the attacks again, by a grader that is no more than its submissions are."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from attacks.unprivileged import Nobody, NotPossible

from labkit.labs import Course
from labkit.sandbox import lockdown

pytestmark = [
    pytest.mark.skipif(lockdown.missing() is not None, reason=str(lockdown.missing())),
    pytest.mark.skipif(os.geteuid() != 0, reason="this run is by a user without rights already"),
]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="nobody-"))
    yield folder
    shutil.rmtree(folder)


def test_what_the_locks_forbid_fails_for_a_user_without_rights_too(course: Course, open_folder: Path) -> None:
    try:
        nobody = Nobody(course.root, open_folder)
    except NotPossible as reason:
        pytest.skip(str(reason))
    script = """
import os, pytest
assert os.getresuid() == (65534, 65534, 65534)
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "tests/course/test_attacks.py", "-k", "forbid or unlocked or locked"]))
"""
    run = nobody.run(script, 300)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    assert " passed" in run.stdout
