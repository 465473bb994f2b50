"""manifest.json: what an experiment's run was, so that somebody else can check it."""

import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from labkit.errors import CourseError
from labkit.experiment import Record
from labkit.files import sha256
from labkit.labs import Lab

FIELDS: dict[str, type] = {
    "experiment": str,
    "implementation": str,
    "verified": bool,
    "date": str,
    "seed": int,
    "versions": dict,
    "config": dict,
    "results_summary": dict,
    "checks": list,
    "module": dict,
    "files": list,
}


def build(lab: Lab, implementation: str, module: Path, record: Record, verified: bool, files: list[Path]) -> str:
    """The text of the manifest for one run, as JSON."""
    timed = {figure["name"] for figure in record.figures if figure["timed"]}
    content = {
        "experiment": lab.name,
        "implementation": implementation,
        "verified": verified,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": record.config.get("seed", 0),
        "versions": {"python": platform.python_version(), "numpy": np.__version__, **_drawn_with(files)},
        "config": record.config,
        "results_summary": record.results_summary,
        "checks": record.checks,
        "module": {"name": module.name, "sha256": sha256(module) if module.is_file() else None},
        "files": [{"name": path.name, "sha256": sha256(path), "timed": path.name in timed} for path in files],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _drawn_with(files: list[Path]) -> dict[str, str]:
    return {"matplotlib": version("matplotlib")} if any(path.suffix == ".png" for path in files) else {}


def problems(folder: Path, lab: Lab) -> list[str]:
    """What is wrong with the manifest in folder: fields, hashes, missing figures and results. Empty when it is sound.

    Raises:
        CourseError: there is no readable manifest.
    """
    path = folder / "manifest.json"
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CourseError(f"{path}: {error}") from error
    found = [
        f"{name} is missing or not {kind.__name__}"
        for name, kind in FIELDS.items()
        if type(content.get(name)) is not kind
    ]
    if found:
        return found
    if content["experiment"] != lab.name:
        found.append(f"experiment is {content['experiment']}, not {lab.name}")
    for entry in content["files"]:
        file = folder / entry["name"]
        if not file.is_file():
            found.append(f"{entry['name']} is missing")
        elif sha256(file) != entry["sha256"]:
            found.append(f"{entry['name']} is not the file that the run wrote")
    names = {entry["name"] for entry in content["files"]}
    found += [
        f"{name} is not among the files" for name in [*lab.facts["figures"], "verify_output.txt"] if name not in names
    ]
    found += [f"result {name} is missing" for name in lab.facts["results"] if name not in content["results_summary"]]
    return found
