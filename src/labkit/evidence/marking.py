"""Marking the evidence of a stranger's experiment: what the manifest claims, held against the files and a run of our own.

Nothing of the submission is trusted: its files are read with limits, and its module runs in a locked child only. In that child
the experiment runs too, beside the student's code. A module that takes its process apart can therefore make it report whatever
the manifest says, and so forge this one point, with any numbers; the points for code, quiz and written answers are not marked
there. Figures and measured times are not made again: that they are the run's own is the manifest's word alone.
"""

import hashlib
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labkit.clean import clean
from labkit.errors import Missing, StudentError, Unreadable
from labkit.evidence.png import is_small_png
from labkit.evidence.reproduced import differences
from labkit.evidence.strict_json import strict_json
from labkit.implementation import PACKAGE
from labkit.labs import Course, Lab
from labkit.manifest import FIELDS
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance
from labkit.sandbox.reproduction import reproduce
from labkit.sandbox.submission import LARGEST_FILE, read_plain, read_submission

LARGEST_MANIFEST = 200_000
LARGEST_PIECE = 2_000_000
"""Bytes of a figure or of the printed output; those of the reference have up to 160,000."""

MOST_FILES = 20
SHOWN = 500
"""Characters of a message that are kept: the submission may have had a hand in it."""

NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,79}")
OUTPUT = "verify_output.txt"


@dataclass(frozen=True)
class EvidenceResult:
    """What the evidence is worth, and why.

    Args:
        points: all or none.
        max_points: as lab.toml has it.
        message: one line, cleaned but not escaped; where the point is lost it says what to do.
        figures: name and bytes of each figure of the lab that is what the manifest says, and truly a small PNG.
    """

    points: int
    max_points: int
    message: str
    figures: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)

    def as_json(self) -> dict[str, Any]:
        return {"points": self.points, "max_points": self.max_points, "message": self.message}


def mark_evidence(
    course: Course, lab: Lab, folder: Path, server: Server, allowance: Allowance, largest: int = LARGEST_FILE
) -> EvidenceResult:
    """Whether the manifest in a submission is sound, is of the submitted module, and says what that module gives here.

    Args:
        course: where the labs, their experiments and the earlier labs' references are.
        lab: that is marked.
        folder: holds ``src/ropelab/<module>.py`` and ``experiments/<lab>/manifest.json`` with the files it lists.
        server: that forks the child.
        allowance: what the experiment may use there; it counts as one call.
        largest: how many bytes the module may have.

    Raises:
        CourseError: the course is not in order, or nothing can be isolated here. The submission never raises.
    """
    figures: list[tuple[str, bytes]] = []
    worth = int(lab.facts["points"]["evidence"])
    try:
        content = _manifest(lab, folder)
        files, faults = _files(lab, folder, content)
        figures += [(name, files[name]) for name in lab.facts["figures"] if is_small_png(files.get(name, b""))]
        _check_files(lab, files, faults)
        _check_claims(lab, folder, content, largest)
        found = _rerun(course, lab, read_submission(course, lab, folder, largest), server, allowance)
        differing = differences(lab, content["results_summary"], found)
        if differing:
            raise StudentError(f"{differing[0]}; {_again(lab)}")
    except StudentError as error:
        line = clean(" ".join(str(error).split())[:SHOWN])
        return EvidenceResult(0, worth, line, tuple(figures))
    message = "the manifest is in order, and your module gives the results that it names"
    return EvidenceResult(worth, worth, message, tuple(figures))


def _again(lab: Lab) -> str:
    return f"run the experiment again (`make verify LAB={lab.name}`) and hand in all that it writes, unchanged"


def _manifest(lab: Lab, folder: Path) -> dict[str, Any]:
    """The manifest, each field of which has the type that it should have."""
    try:
        content = strict_json(_read(lab, folder, "manifest.json", LARGEST_MANIFEST))
    except Missing as error:
        todo = f"run the experiment (`make verify LAB={lab.name}`) and hand in all that it writes"
        raise Missing(f"{error}: {todo}") from error
    except ValueError as error:
        raise Unreadable(f"manifest.json cannot be read: {error}; {_again(lab)}") from error
    if not isinstance(content, dict):
        raise StudentError(f"manifest.json is no manifest; {_again(lab)}")
    wrong = [name for name, kind in FIELDS.items() if type(content.get(name)) is not kind]
    if wrong:
        raise StudentError(f"manifest.json: {wrong[0]} is missing or not what a run writes; {_again(lab)}")
    if content["experiment"] != lab.name:
        raise StudentError(f"the manifest is of another lab than {lab.name}; {_again(lab)}")
    return content


def _read(lab: Lab, folder: Path, name: str, largest: int = LARGEST_PIECE) -> bytes:
    return read_plain(folder, ("experiments", lab.name, name), largest)


def _files(lab: Lab, folder: Path, content: dict[str, Any]) -> tuple[dict[str, bytes], list[str]]:
    """The listed files that are what the manifest says, and what is wrong with the others."""
    entries = content["files"]
    if len(entries) > MOST_FILES:
        raise StudentError(f"manifest.json lists {len(entries)} files; {_again(lab)}")
    files: dict[str, bytes] = {}
    faults: list[str] = []
    for entry in entries:
        match entry:
            case {"name": str(name), "sha256": str(claimed)} if NAME.fullmatch(name) and name not in files:
                try:
                    data = _read(lab, folder, name)
                except Unreadable as error:
                    faults.append(str(error))
                    continue
                if hashlib.sha256(data).hexdigest() == claimed:
                    files[name] = data
                else:
                    faults.append(f"{name} is not the file that the run wrote")
            case _:
                faults.append("files in manifest.json is not what a run writes")
    return files, faults


def _check_files(lab: Lab, files: dict[str, bytes], faults: list[str]) -> None:
    """That every listed file is what the manifest says, that none of the lab's is left out, and that pictures are pictures."""
    wanted = [*lab.facts["figures"], OUTPUT]
    found = [
        *faults,
        *(f"manifest.json does not list {name}" for name in wanted if name not in files),
        *(
            f"{name} is not a PNG picture of at most 4,000 by 4,000 pixels"
            for name in lab.facts["figures"]
            if not is_small_png(files.get(name, b""))
        ),
    ]
    if found:
        raise StudentError(f"{found[0]}; {_again(lab)}")


def _check_claims(lab: Lab, folder: Path, content: dict[str, Any], largest: int) -> None:
    """That the run was one of the submitted module, that all its checks held, and that its results are the lab's."""
    if content["implementation"] != "src":
        raise StudentError(f"the manifest is not of a run on your own code in src; {_again(lab)}")
    own = read_plain(folder, ("src", PACKAGE, f"{lab.module}.py"), largest)
    claimed = content["module"]
    if claimed.get("name") != f"{lab.module}.py" or claimed.get("sha256") != hashlib.sha256(own).hexdigest():
        raise StudentError(f"the run was not made with the {lab.module}.py that you handed in; {_again(lab)}")
    if content["verified"] is not True:
        raise StudentError(f"verified is false: a check of the run did not hold; mend the code, then {_again(lab)}")
    for name in content["results_summary"]:
        if name not in lab.facts["results"]:
            raise StudentError(f"the experiment has no result {json.dumps(name[:60])}; {_again(lab)}")


def _rerun(
    course: Course, lab: Lab, texts: dict[str, tuple[str, str]], server: Server, allowance: Allowance
) -> dict[str, Any]:
    """The results that the experiment gives here. A claim that does not hold here costs the point, whatever verified says."""
    try:
        found = reproduce(course, lab, texts, server, allowance)
    except StudentError as error:
        raise StudentError(f"the experiment does not run on your module: {error}") from error
    if found.failed or not found.checks:
        which = found.failed[0] if found.failed else "it made none"
        raise StudentError(f"when the experiment runs on your module here, a check does not hold: {which}")
    return found.results
