"""Submissions that attack the grader, by theme. Each is the plain solution of lab 01 with something behind it."""

from dataclasses import dataclass, field

LOST = 10
"""Points of lab 01 when only duplicate_angles, worth 2 of 12, fails."""


@dataclass(frozen=True)
class Attempt:
    """Something that the locks must refuse. Its code defines ``attempt``, which returns True when it got through.

    The code may use what ``Targets`` names. In a submission duplicate_angles works only when the attempt succeeded: a refused
    one costs exactly that task's points, while the others show that the child was alive. As a control the same code runs
    in a plain process, where it must get through.

    Attributes:
        name: in words.
        code: defines ``attempt``.
        before: runs in the control only, in the place of what the grader's process would have to leak.
        no_control: why it cannot be expected to succeed in every plain process; empty when it can.
    """

    name: str
    code: str
    before: str = ""
    no_control: str = ""

    @property
    def submission(self) -> str:
        """What is put behind the plain solution."""
        return f"{self.code}\n{_ONLY_IF_IT_WORKED}"


@dataclass(frozen=True)
class Attack:
    """A submission that tries to get points, to end or hold up the grading, or to put something into the result.

    Attributes:
        name: in words.
        code: put behind the plain solution.
        points: that it must get: what the code earns without the trick.
        says: what each failed test's message must contain.
        alone: the code is the whole module.
    """

    name: str
    code: str
    points: int = LOST
    says: str = ""
    alone: bool = field(default=False, kw_only=True)


_ONLY_IF_IT_WORKED = """
_plain_answer = duplicate_angles


def duplicate_angles(angles):
    if attempt() is not True:
        raise RuntimeError("refused without an exception")
    return _plain_answer(angles)
"""
