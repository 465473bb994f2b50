"""How ``labkit formgrader`` starts Jupyter."""

import argparse
import os
from collections.abc import Callable

import pytest

from labkit import commands_classroom
from labkit.classroom.layout import Classroom
from labkit.errors import CourseError
from labkit.labs import Course


@pytest.fixture
def executed(course: Course, classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """How the command starts Jupyter: its arguments, for options and a user."""

    def run(port: int | None, user: int) -> list[str]:
        seen: list[str] = []
        monkeypatch.chdir(course.root)
        monkeypatch.setattr(os, "geteuid", lambda: user)
        monkeypatch.setattr(os, "execve", lambda _path, arguments, _variables: seen.extend(arguments))
        commands_classroom.formgrader(course, argparse.Namespace(folder=classroom.root, port=port))
        return seen

    return run


def test_root_is_allowed_where_there_is_nobody_else(executed: Callable[..., list[str]]) -> None:
    assert "--allow-root" in executed(None, 0)
    assert "--allow-root" not in executed(None, 1000)


def test_the_port_can_be_chosen(executed: Callable[..., list[str]]) -> None:
    assert "--ServerApp.port=9123" in executed(9123, 1000)
    assert not any("port" in argument for argument in executed(None, 1000))
    with pytest.raises(CourseError, match="70000"):
        executed(70_000, 1000)
