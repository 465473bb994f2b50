"""What is known of a lab's mistakes: what every program that makes one does in the graded tests, on the inputs of a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labkit.mistakes.signature import Signature


@dataclass(frozen=True)
class KnownMistake:
    """A mistake, with what each program that makes it does.

    Attributes:
        task, key, name, hints: as in the catalogue.
        programs: for each program the signatures of tests that it fails, of any task.
        fails: for each program all the tests that it fails.
    """

    task: str
    key: str
    name: str
    hints: tuple[str, ...]
    programs: tuple[dict[str, Signature], ...]
    fails: tuple[frozenset[str], ...]


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known of one lab on the inputs of one seed.

    Attributes:
        hints: of each task, for somebody who has not begun.
        mistakes: in the order of the catalogue.
        reference: the signatures of right runs, by test.
    """

    hints: dict[str, tuple[str, ...]]
    mistakes: tuple[KnownMistake, ...]
    reference: dict[str, Signature]


def joined(parts: Sequence[Known]) -> Known:
    """What is known of several sets of tests of one lab, together."""
    first, *others = dict.fromkeys(parts)
    if not others:
        return first
    reference = {name: one for part in parts for name, one in part.reference.items()}
    mistakes = []
    for same in zip(*(part.mistakes for part in (first, *others)), strict=True):
        programs = tuple(
            {name: one for program in versions for name, one in program.items()}
            for versions in zip(*(mistake.programs for mistake in same), strict=True)
        )
        mistakes.append(replace(same[0], programs=programs))
    return Known(first.hints, tuple(mistakes), reference)
