"""What must reach no student: the code of the solutions, the model answers and the marking scheme."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from labkit.labs import Course, Lab
from labkit.stubs import REGION, make_stub


def leaked(files: Mapping[str, bytes], secrets: set[str]) -> list[str]:
    """Where a secret stands in files that students receive: "path: the secret"."""
    found = []
    for path, data in files.items():
        text = text_of(path, data)
        found += [f"{path}: {secret}" for secret in sorted(secrets) if secret in text]
    return found


def text_of(path: str, data: bytes) -> str:
    """The text of a file, with every run of white space as one blank; of a notebook every text that is in it."""
    text = data.decode(errors="replace")
    if path.endswith(".ipynb"):
        text = "\n".join(_texts(json.loads(text)))
    return _plain(text)


def code_of(lab: Lab) -> set[str]:
    """Of a lab's solution the bodies, and every two lines of them that follow each other and are not in the stub."""
    solution = lab.solution.read_text()
    stub = _plain(make_stub(solution, lab.name))
    bodies = [region.group() for region in REGION.finditer(solution)]
    secrets = set()
    for body in bodies:
        lines = [line for line in body.splitlines()[1:-1] if line.strip()]
        secrets.add(_plain("\n".join(lines)))
        secrets |= {_plain("\n".join(pair)) for pair in pairwise(lines)}
    return {secret for secret in secrets if len(secret) > 30 and secret not in stub}


def answers_of(course: Course, lab: Lab) -> set[str]:
    """Every sentence of a lab's model answers, marking scheme, and mistakes and hints of the quiz."""
    told = tomllib.loads((course.root / "solutions" / "written" / f"{lab.name}.toml").read_text())
    for question in told["quiz"]:
        del question["form"]  # which students are told
    sentences = {_plain(part) for text in _texts(told) for part in re.split(r"(?<=[.:])\s|\n\n", text)}
    handout = _plain(lab.handout.read_text())
    return {sentence for sentence in sentences if len(sentence) > 40 and sentence not in handout}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(part, str) for part in value):
        yield "".join(value)
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _plain(text: str) -> str:
    return " ".join(text.split())
