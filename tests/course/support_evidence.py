"""What the tests of marking evidence share: honest evidence of the reference, and submissions made of it."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import labkit

from labkit.labs import Course, Lab


def honest_course(course: Course, folder: Path, lab: str | None = None) -> Course:
    """A checkout in folder whose src holds the reference, with the evidence of one lab's run or of all labs'."""
    for name in ("labs", "experiments"):
        ignore = shutil.ignore_patterns("*.png", "verify_output.txt", "manifest.json")
        shutil.copytree(course.root / name, folder / name, ignore=ignore)
    shutil.copytree(course.root / "solutions" / "ropelab", folder / "src" / "ropelab")
    run = labkit("verify", *(() if lab is None else ("--lab", lab)), course=Course(folder))
    assert run.returncode == 0, run.stdout + run.stderr
    return Course(folder)


def handed_in(honest: Course, lab: Lab, folder: Path) -> Path:
    """A submission of one lab in folder, as an honest student makes it."""
    source, module = honest.root / "experiments" / lab.name, folder / "src" / "ropelab" / f"{lab.module}.py"
    module.parent.mkdir(parents=True)
    shutil.copy(honest.root / "src" / "ropelab" / module.name, module)
    shutil.copytree(source, folder / "experiments" / lab.name)
    return folder


def evidence_of(folder: Path) -> Path:
    """Where a submission of one lab keeps its manifest."""
    return next((folder / "experiments").iterdir())


def edit(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """A change of a submission's manifest."""

    def edited(folder: Path) -> None:
        manifest = evidence_of(folder) / "manifest.json"
        content = json.loads(manifest.read_text())
        change(content)
        manifest.write_text(json.dumps(content))

    return edited


def rewrite(folder: Path, name: str, data: bytes) -> None:
    """Another content for a listed file, with its hash in the manifest."""
    (evidence_of(folder) / name).write_bytes(data)

    def rehash(content: dict[str, Any]) -> None:
        entry = next(one for one in content["files"] if one["name"] == name)
        entry["sha256"] = hashlib.sha256(data).hexdigest()

    edit(rehash)(folder)


def recode(folder: Path, text: str) -> None:
    """Another text for the module, with its hash in the manifest."""
    module = next((folder / "src" / "ropelab").iterdir())
    module.write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    edit(lambda content: content["module"].update(sha256=digest))(folder)
