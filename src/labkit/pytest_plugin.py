"""The graded tests under plain pytest: ``pytest tests/labs`` judges this checkout's src on the public inputs.

It runs each test as ``labkit grade`` does (running.py), so the two cannot disagree.
"""

from collections.abc import Generator

import pytest

from labkit.errors import CheckFailed
from labkit.implementation import Implementation, course_files
from labkit.labs import Course, find_course
from labkit.observations import Observations, read
from labkit.running import PUBLIC_SEED, Run, graded_test, message_of, run

COURSE = pytest.StashKey[Course]()
CODE = pytest.StashKey[Implementation]()
EXPECTED = pytest.StashKey[dict[str, Observations]]()
RUN = pytest.StashKey[Run]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "task(name, points): a graded test, the task it judges and what it is worth")


def _is_graded(item: pytest.Item) -> bool:
    return item.path.parent.name == "labs" and item.path.parent.parent.name == "tests"


@pytest.fixture
def lab() -> None:
    """The module under test; the runner hands it in."""


@pytest.fixture
def check() -> None:
    """The checks; the runner hands them in."""


@pytest.fixture
def draw() -> None:
    """The inputs; the runner hands them in."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a graded test on this checkout's src, against the golden values."""
    if not _is_graded(pyfuncitem):
        return None
    config = pyfuncitem.config
    if COURSE not in config.stash:
        course = config.stash[COURSE] = find_course(config.rootpath)
        config.stash[CODE] = Implementation(course_files(course, "src"), course.root)
        config.stash[EXPECTED] = {}
    lab = config.stash[COURSE].lab(pyfuncitem.path.stem.removeprefix("test_"))
    test = graded_test(pyfuncitem.name, pyfuncitem.obj, pyfuncitem.path.name)
    stored = config.stash[EXPECTED]
    if lab.name not in stored:
        stored[lab.name] = read(lab.golden)
    outcome = run(test, config.stash[CODE], lab.module, PUBLIC_SEED, stored[lab.name].get(test.name, []))
    pyfuncitem.stash[RUN] = outcome
    if outcome.failure is not None:
        raise CheckFailed(message_of(outcome.failure, config.stash[CODE]), "") from outcome.failure
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed graded test reports its message, without the course's own frames."""
    report = yield
    if _is_graded(item) and RUN in item.stash and call.excinfo is not None:
        report.longrepr = str(call.excinfo.value)
    return report
