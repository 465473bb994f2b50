"""What ``labkit doctor`` found, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

WAY_OUT = (
    "Use a Linux machine, a Linux container or WSL2, with libseccomp and a kernel that closes these locks; "
    "--trust-this-code grades your own work without them"
)
VERDICTS = {True: "held", False: "OPEN", None: "cannot tell"}


@dataclass(frozen=True)
class Finding:
    """What became of one protection.

    Args:
        protection: in words that a teacher understands.
        held: None where the attack says nothing: it failed without locks, or the child gave no answer.
        needed: without it strangers' code must not be graded here.
        detail: one line.
    """

    protection: str
    held: bool | None
    needed: bool
    detail: str

    @property
    def safe(self) -> bool:
        return self.held is True or not self.needed

    def line(self) -> str:
        """For the terminal."""
        verdict = VERDICTS[self.held] if self.needed or self.held else "missing"
        return f"{verdict:<12} {self.protection}: {self.detail}"


def is_safe(findings: Sequence[Finding]) -> bool:
    """May strangers' code be graded here?"""
    return bool(findings) and all(finding.safe for finding in findings)


def render(findings: Sequence[Finding]) -> str:
    """A line each, and what follows from them."""
    lines = [finding.line() for finding in findings]
    if is_safe(findings):
        return "\n".join([*lines, "", "Grading strangers' code is safe here."])
    return "\n".join([*lines, "", f"Do not grade strangers' code here: {opened(findings)}. {WAY_OUT}."])


def opened(findings: Sequence[Finding]) -> str:
    """What is not safe, in words."""
    return ", ".join(f"{one.protection} ({VERDICTS[one.held]})" for one in findings if not one.safe)
