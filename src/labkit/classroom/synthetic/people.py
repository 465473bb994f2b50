"""Who is in the demo class, and what each of them hands in: drawn from a seed, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice

import numpy as np

from labkit.errors import CourseError


class Kind(StrEnum):
    """What somebody hands in for a lab; of a student, what sets them apart."""

    PERFECT = "perfect"
    COMPLETE = "complete code"
    MISTAKEN = "one mistake"
    PARTIAL = "partly written"
    LATE = "late"
    NOT_STARTED = "not started"
    NOTHING = "nothing handed in"
    NO_NOTEBOOK = "no notebook"
    RENAMED_NOTEBOOK = "renamed notebook"
    DELETED_CELLS = "deleted cells"
    DUPLICATED_CELL = "duplicated cell"
    STRIPPED_METADATA = "stripped metadata"
    BROKEN_NOTEBOOK = "broken notebook"
    SYNTAX_ERROR = "syntax error"
    NO_MODULE = "no module"
    LINKED_MODULE = "link in place of the module"
    ENDLESS_LOOP = "endless loop"
    MEMORY_HOG = "takes all memory"
    ENDS_PROCESS = "ends the process"
    PRINTS = "prints 5 MB"
    READS_SOLUTION = "runs the solution from disk"
    LYING_ARRAY = "array that agrees with everything"


ACCIDENTS = tuple(Kind)[tuple(Kind).index(Kind.NO_NOTEBOOK) :]
"""What befalls one lab of a student who is like the others in the rest."""

ONE_OF_EACH = (
    Kind.PERFECT,
    Kind.MISTAKEN,
    Kind.PARTIAL,
    Kind.LATE,
    Kind.NOT_STARTED,
    Kind.NOTHING,
    *ACCIDENTS,
)
MOST = (Kind.MISTAKEN, Kind.MISTAKEN, Kind.PERFECT, Kind.MISTAKEN, Kind.PARTIAL, Kind.MISTAKEN, Kind.LATE)
"""Of whom there are more, once there is one of each."""

FIRST_NAMES = (
    "Amara Anders Ayşe Beatriz Carlos Chidi Chiara Daniel Diego Elena Emeka Fatima Freya Giulia Hana Henrik Ines Ivan "
    "Jamal Jin Kavya Kwame Lea Leila Linh Lucas Maja Mateo Mei Nadia Noor Oskar Priya Ravi Sana Sofia Tariq Thandi Yuki Zofia"
)
LAST_NAMES = (
    "Adeyemi Bergström Castillo Demir Eriksen Ferrari Gupta Haddad Ito Jensen Kowalska Lindqvist Moreau Nguyen Okafor "
    "Petrov Quispe Rossi Schmidt Tanaka Usman Vargas Wagner Xu Yılmaz Zhang"
)
ASCII = str.maketrans("şıö", "sio")


@dataclass(frozen=True)
class HandIn:
    """What somebody hands in for one lab.

    Attributes:
        lab: which.
        kind: never LATE.
        mistake: the key in the catalogue, when the kind is MISTAKEN.
        late: hours after the due date; 0 for in time.
    """

    lab: str
    kind: Kind
    mistake: str = ""
    late: int = 0


@dataclass(frozen=True)
class SyntheticStudent:
    """A student of the demo class; the id is the name of their folder."""

    id: str
    first_name: str
    last_name: str
    kind: Kind
    hand_ins: tuple[HandIn, ...]


def people(mistakes: dict[str, Sequence[str]], size: int, seed: int) -> tuple[SyntheticStudent, ...]:
    """A class, sorted by id: one of each kind, then more of the usual ones.

    Args:
        mistakes: for each lab, in teaching order, the keys of the mistakes in its catalogue.
        size: how many; a small class has the first kinds only.
        seed: equal seeds give equal classes.

    Raises:
        CourseError: the size is not positive, or larger than there are names.
    """
    first_names, last_names = FIRST_NAMES.split(), LAST_NAMES.split()
    most = len(first_names) * len(last_names)
    if not 1 <= size <= most:
        raise CourseError(f"a synthetic class has 1 to {most} students, not {size}")
    rng = np.random.default_rng(seed)
    names = [divmod(int(number), len(last_names)) for number in rng.permutation(most)[:size]]
    kinds = [*ONE_OF_EACH, *islice(cycle(MOST), max(0, size - len(ONE_OF_EACH)))][:size]
    popular = {lab: [str(key) for key in rng.permutation(list(keys))[:4]] for lab, keys in mistakes.items()}
    draw = _Draw(rng, mistakes, popular)
    students = []
    for place, (kind, (first, last)) in enumerate(zip(kinds, names, strict=True)):
        first_name, last_name = first_names[first], last_names[last]
        student = f"{first_name}-{last_name}".translate(ASCII).lower()
        students.append(SyntheticStudent(student, first_name, last_name, kind, draw.hand_ins(kind, place)))
    return tuple(sorted(students, key=lambda student: student.id))


class _Draw:
    """What comes of chance."""

    def __init__(
        self, rng: np.random.Generator, mistakes: dict[str, Sequence[str]], popular: dict[str, list[str]]
    ) -> None:
        self._rng, self._mistakes, self._popular = rng, mistakes, popular

    def hand_ins(self, kind: Kind, place: int) -> tuple[HandIn, ...]:
        labs = list(self._mistakes)
        # One after the other, so that every lab has its share of accidents.
        special = labs[place % len(labs)]
        match kind:
            case Kind.PERFECT | Kind.NOT_STARTED:
                return tuple(HandIn(lab, kind) for lab in labs)
            case Kind.MISTAKEN:
                return tuple(self._ordinary(lab, mistaken=0.75, partial=0.0) for lab in labs)
            case Kind.PARTIAL:
                return tuple(self._ordinary(lab, mistaken=0.2, partial=1.0 if lab == special else 0.5) for lab in labs)
            case Kind.LATE:
                hours = int(self._rng.integers(2, 60))
                return tuple(self._ordinary(lab, late=hours if lab == special else 0) for lab in labs)
        return tuple(HandIn(lab, kind) if lab == special else self._ordinary(lab) for lab in labs)

    def _ordinary(self, lab: str, mistaken: float = 0.3, partial: float = 0.15, late: int = 0) -> HandIn:
        luck = self._rng.random(2)
        if luck[0] < partial:
            return HandIn(lab, Kind.PARTIAL, late=late)
        if luck[1] < mistaken and self._mistakes[lab]:
            keys = self._popular[lab] if self._rng.random() < 0.7 else self._mistakes[lab]
            return HandIn(lab, Kind.MISTAKEN, str(self._rng.choice(list(keys))), late)
        return HandIn(lab, Kind.COMPLETE, late=late)
