"""What one run of one graded test saw, in order: the material of the verdict, of the golden values and of naming mistakes."""

from dataclasses import dataclass, field
from typing import Any

from labkit.tolerance import EXACT, Bound


@dataclass(frozen=True)
class Event:
    """One check of a test.

    Attributes:
        outcome: "value" for a value that is compared, otherwise in a word what the check saw ("refused", "overwritten", ...).
        value: what was compared; a copy.
        bound: how far it may be from the expected one.
        number: which of the expected values it is compared with.
    """

    outcome: str
    value: Any = None
    bound: Bound = EXACT
    number: int = 0


@dataclass
class Trace:
    """The events of one run; ``ending`` names the exception that ended it early, and is empty where none did."""

    events: list[Event] = field(default_factory=list)
    ending: str = ""

    @property
    def values(self) -> list[Any]:
        """The compared values alone, which are what the golden files store."""
        return [event.value for event in self.events if event.outcome == "value"]
