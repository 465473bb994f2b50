"""Naming the mistake behind a failed test: never a false name, rather a description of what differs, rather nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labkit.labs import Course, Lab
from labkit.mistakes import store
from labkit.mistakes.known import Known, KnownMistake
from labkit.mistakes.signature import Signature, agreements, distance, signature
from labkit.mistakes.transformations import describe_transformation
from labkit.observations import Observations
from labkit.running import PUBLIC_SEED, GradedTest, Run

NEAR = 0.05
"""A part resembles a mistake when it is this near to it, as a share of what the mistake gives and of how wrong that is."""

ENOUGH = 0.75
"""The share of a run's parts that must resemble a mistake's before anybody is told that it looks like it."""

ROUNDING = 1e-2
"""Below this relative error, a wrong answer may be one of rounding: two programs then differ in every digit that is wrong."""


@dataclass(frozen=True)
class Remark:
    """What a student is told about a failed test before the details; ``name`` only where there is no doubt."""

    text: str
    name: str | None = None
    mistake: KnownMistake | None = None

    @property
    def hints(self) -> tuple[str, ...]:
        """Of the mistake that is named or that it looks like."""
        return self.mistake.hints if self.mistake else ()


def what_is_known(course: Course, lab: Lab, tests: Sequence[GradedTest], seed: int) -> Known:
    """What the mistakes of a lab do in these tests on the inputs of a seed: stored for the public ones, else found out."""
    public = store.read(lab)
    if seed == PUBLIC_SEED:
        return public
    from labkit.mistakes.trials import find_out  # not among what students receive

    return find_out(course, lab, tests, seed, likely=public)


def remarks_on(
    runs: dict[str, Run], known: Known, tests: Sequence[GradedTest], expected: Observations, public: bool
) -> dict[str, Remark]:
    """A remark for each failed test about which there is something to say, by test."""
    wrong = {
        name: signature(run.trace)
        for name, run in runs.items()
        if run.failure is not None and run.trace.events and not isinstance(run.failure, NotImplementedError)
    }
    remarks = Recogniser(known, tests).recognise(wrong)
    for name in wrong.keys() - remarks.keys():
        sentence = describe_transformation(runs[name].trace, expected.get(name, []), public)
        if sentence is not None:
            remarks[name] = Remark(sentence)
    return remarks


class Recogniser:
    """Compares the signatures of failed tests with what is known of one lab on the same inputs."""

    def __init__(self, known: Known, tests: Sequence[GradedTest]) -> None:
        self._known = known
        self._task_of = {test.name: test.task for test in tests}
        self._tasks = list(dict.fromkeys(self._task_of.values()))

    def recognise(self, wrong: dict[str, Signature]) -> dict[str, Remark]:
        """A remark for each failed test that is as a known mistake makes it, or nearly so, by test."""
        exact = {name: self._exact(name, one) for name, one in wrong.items()}
        times = Counter(key for candidates in exact.values() for key in candidates)
        remarks = {name: self._remark(name, one, exact, times) for name, one in wrong.items()}
        return {name: remark for name, remark in remarks.items() if remark is not None}

    def _remark(
        self, test: str, one: Signature, exact: dict[str, dict[str, KnownMistake]], times: Counter[str]
    ) -> Remark | None:
        task = self._task_of[test]
        for mistake in sorted(exact[test].values(), key=lambda one: (self._tasks.index(one.task), -times[one.key])):
            # A mistake in another task of the lab, which shows there too: the code for this one uses that one.
            if mistake.task != task and self._is_consistent(mistake, exact):
                text = f"This follows from {mistake.task}: {mistake.name}. Mend that first."
                return Remark(text, mistake.name, mistake)
        candidates = [mistake for mistake in exact[test].values() if mistake.task == task]
        consistent = [mistake for mistake in candidates if self._is_consistent(mistake, exact)]
        if candidates:
            # What also explains the task's other failures goes before what explains this one alone.
            most = max(times[mistake.key] for mistake in consistent or candidates)
            best = [mistake for mistake in consistent or candidates if times[mistake.key] == most]
            return _certain(best[0]) if len(best) == 1 and consistent else _resembling(best)
        return self._nearest(test, one, task)

    def _is_consistent(self, mistake: KnownMistake, exact: Mapping[str, Mapping[str, object]]) -> bool:
        """Do all tests of the mistake's own task speak for it?

        Whoever makes it fails each test that fails on it, and in the same way. Only tests of refusals may fail in another way
        too: forgotten checks are a mistake of their own, and go with any other.
        """
        return any(
            all(
                other in exact and (mistake.key in exact[other] or "refused" in self._known.reference[other].words)
                for other in fails
                if self._task_of.get(other) == mistake.task
            )
            for fails in mistake.fails
        )

    def _exact(self, test: str, one: Signature) -> dict[str, KnownMistake]:
        """The mistakes that this run agrees with in every part, by key."""
        return {mistake.key: mistake for mistake, other in self._failing(test) if all(agreements(one, other))}

    def _failing(self, test: str) -> Iterator[tuple[KnownMistake, Signature]]:
        for mistake in self._known.mistakes:
            for program in mistake.programs:
                if test in program:
                    yield mistake, program[test]

    def _nearest(self, test: str, one: Signature, task: str) -> Remark | None:
        right = self._known.reference[test]
        scored = [
            (_resemblance(one, other, right), mistake) for mistake, other in self._failing(test) if mistake.task == task
        ]
        best = max(scored, key=lambda pair: pair[0], default=None)
        if best is None or best[0] < ENOUGH:
            return None
        return _resembling([best[1]])


def _certain(mistake: KnownMistake) -> Remark:
    return Remark(f"Your mistake: {mistake.name}.\n  {mistake.hints[0]}", mistake.name, mistake)


def _resembling(mistakes: Sequence[KnownMistake]) -> Remark:
    names = ", or ".join(mistake.name for mistake in mistakes[:2])
    return Remark(f"This looks like: {names}.\n  {mistakes[0].hints[0]}", None, mistakes[0])


def _resemblance(one: Signature, mistake: Signature, right: Signature) -> float:
    """From 0 to 1: how much of a run is as this mistake makes it, where the mistake differs from the right answer."""
    if len(one.words) != len(mistake.words):
        return 0.0
    # A right run may have more parts than both: what is compared is as far as these two go.
    same_as_right = agreements(_strict(right), mistake)[: len(one.words)]
    telling = [part for part, same in enumerate(same_as_right) if not same]
    others = set(range(len(one.words))).difference(telling)
    if not telling or any(one.words[part] != mistake.words[part] for part in others):
        return 0.0
    return sum(_is_near(one, mistake, right, part) for part in telling) / len(telling)


def _strict(right: Signature) -> Signature:
    """The right sums with next to no freedom: whatever a mistake changes, it tells something."""
    return Signature(right.words, right.sums, tuple(1e-9 * np.abs(sums) + 1e-12 for sums in right.sums))


def _is_near(one: Signature, mistake: Signature, right: Signature, part: int) -> bool:
    if one.words[part] != mistake.words[part]:
        return False
    apart, whole = distance(one, mistake, part), distance(mistake, right, part)
    if not np.isfinite(whole):
        # The mistake changes shape or dtype here: then the numbers must be right but for rounding.
        size = float(np.linalg.norm(mistake.sums[part]))
        return apart <= NEAR * size or size == 0.0
    if apart <= NEAR * min(whole, float(np.linalg.norm(mistake.sums[part]))):
        return True
    size, error = float(np.linalg.norm(right.sums[part])), distance(one, right, part)
    return whole <= ROUNDING * size and whole / 8 <= error <= whole * 8
