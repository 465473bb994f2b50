"""Whether the results of two runs of an experiment are the same, on what may have been two machines.

Two machines give float64 results that differ by rounding: their mathematical functions are right to a few units in the last
place, and their matrix products add in another order. What the experiments do with that magnifies it to no more than 2e-8 of a
result's size: in lab 02 four such units in a frequency move an angle of 866,000 radians by 8e-10 rad, and with it a difference
of 0.05 rad. RELATIVE leaves a factor of 50 above that.

Results that are nothing but rounding (1e-15) differ by all of their size, even between two runs on one machine: where an array
lies in memory decides in which order it is added. For these lab.toml names an absolute tolerance, the bound that the
experiment itself holds them against.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from labkit.labs import Lab

RELATIVE = 1e-6
SHOWN = 40


def differences(lab: Lab, claimed: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """A line for each result of the lab that one run claims and the other does not give.

    Measured times (``timed_results`` of lab.toml) do not come out the same twice: they are numbers above 0, no more is asked.

    Args:
        lab: says in lab.toml which results there are, which of them are timed, and their absolute tolerances.
        claimed: by a manifest, as JSON has it.
        found: by a run of our own, of any type.
    """
    timed, tolerances = lab.facts.get("timed_results", []), lab.facts.get("tolerances", {})
    lines = []
    for name in lab.facts["results"]:
        if name not in claimed:
            lines.append(f"result {name} is missing from the manifest")
        elif name in timed:
            if not (is_number(claimed[name]) and claimed[name] > 0):
                lines.append(
                    f"{name} is a measured time ratio and must be a number above 0, not {_shown(claimed[name])}"
                )
        elif not same(claimed[name], found.get(name), float(tolerances.get(name, 0.0))):
            told = f"{_shown(claimed[name])} in the manifest, and {_shown(found.get(name))} when your module runs here"
            lines.append(f"{name} is {told}")
    return lines


def is_number(value: object) -> bool:
    """Whether value is a plain finite number of a size that arithmetic takes."""
    return (type(value) is int and abs(value) < 2**63) or (type(value) is float and math.isfinite(value))


def same(claimed: object, found: object, tolerance: float = 0.0) -> bool:
    """Whether two results agree: whole numbers and texts exactly, other numbers within rounding, lists entry by entry.

    Args:
        claimed, found: the two results.
        tolerance: absolute, for results that are nothing but rounding.
    """
    if isinstance(claimed, list) and isinstance(found, list):
        pairs = zip(claimed, found, strict=False)
        return len(claimed) == len(found) and all(same(one, other, tolerance) for one, other in pairs)
    if type(claimed) is float and type(found) is float:
        if not (math.isfinite(claimed) and math.isfinite(found)):
            return False
        return math.isclose(claimed, found, rel_tol=RELATIVE, abs_tol=tolerance)
    return type(claimed) is type(found) and isinstance(claimed, int | str | None) and claimed == found


def _shown(value: object) -> str:
    """A value of a few kinds in a few characters; anything else is not repeated."""
    if value is None:
        return "nothing"
    return json.dumps(value)[:SHOWN] if is_number(value) or isinstance(value, str) else "no number"
