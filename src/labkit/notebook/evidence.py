"""Is an experiment's evidence sound, and was it made with the module as it is now?"""

import json
from typing import Any

from labkit import manifest
from labkit.errors import CourseError
from labkit.files import sha256
from labkit.notebook.place import Place


def judged(place: Place) -> tuple[float, str]:
    """1.0 or 0.0, and why; with 0.0 also what to do."""
    reasons = _reasons(place)
    if not reasons:
        kept = "The manifest is in order, and belongs to your module as it is now."
        return 1.0, f"{kept} When you hand in, the experiment is run again, and its results must come out the same."
    again = f"Run the cell with run_experiment() again, or make verify LAB={place.lab.name}."
    return 0.0, "\n".join([*reasons, again])


def _reasons(place: Place) -> list[str]:
    path = place.lab.experiment / "manifest.json"
    if not path.is_file():
        return ["There is no manifest yet: the experiment has not been run."]
    try:
        found = manifest.problems(place.lab.experiment, place.lab)
        content: dict[str, Any] = json.loads(path.read_text())
        return found or _mismatches(place, content)
    except (CourseError, AttributeError, KeyError, TypeError, ValueError, OSError):
        return [f"{place.course.shown(path)} is not a manifest as the experiment writes it."]


def _mismatches(place: Place, content: dict[str, Any]) -> list[str]:
    shown = place.course.shown(place.module)
    if not place.module.is_file():
        return [f"{shown} is missing."]
    if content["module"] != {"name": place.module.name, "sha256": sha256(place.module)}:
        return [f"The manifest belongs to another version of {shown}: the file has changed since the run."]
    if content["implementation"] != place.implementation:
        return [f"The manifest says that {content['implementation']} was run, not {place.implementation}."]
    if not content["verified"]:
        failed = [check["claim"] for check in content["checks"] if not check["holds"]]
        what = f"the first check that does not hold: {failed[0]}" if failed else "it ended early"
        return [f"The run did not verify your module; {what}."]
    return []
