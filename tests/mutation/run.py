"""Mutation testing of the reference solutions: does a graded test fail for every small change to them?

cosmic-ray changes one operator, number or keyword of a solution at a time, and the lab is graded on the result. A change
that still earns full points survives: a graded test is missing, or the change cannot matter. Those of the second kind are
listed in equivalent.toml with the reason. Run by ``make mutation``, for some labs with their modules as arguments.
Exit status: 0 every survivor is listed, 1 one is not, 2 it could not be run.
"""

import ast
import contextlib
import json
import os
import resource
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """[cosmic-ray]
module-path = "solutions/ropelab/{module}.py"
timeout = 20.0
excluded-modules = []
test-command = {command}
[cosmic-ray.distributor]
name = "local"
"""
QUERY = "SELECT test_outcome, diff, start_pos_row, start_pos_col FROM mutation_specs NATURAL LEFT JOIN work_results"
Change = tuple[str, str, str]


def stop(message: str) -> NoReturn:
    print(f"mutation: {message}", file=sys.stderr)
    raise SystemExit(2)


def change(module: str, old: str, new: str) -> Change:
    """What a mutant is known by: its module and the changed text before and after; blanks do not count."""
    return module, "".join(old.split()), "".join(new.split())


def listed() -> set[Change]:
    """Every change of equivalent.toml: ``part`` of ``line`` replaced by each text of ``becomes``."""
    changes = set()
    for entry in tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text())["equivalent"]:
        line, part = entry["line"], entry["part"]
        if line.count(part) != 1:
            stop(f"equivalent.toml: {part!r} must stand once in {line!r}")
        changes |= {change(entry["module"], line, line.replace(part, new)) for new in entry["becomes"]}
    return changes


def run(module: str) -> list[tuple[str | None, str | None, int, int]]:
    """Every mutant of one module: outcome, diff, line and column. In a copy of its own: the mutants are written to it."""
    copy = ROOT / "build" / "mutation" / module
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("build", ".git", ".venv", ".*_cache", "__pycache__"))
    command = shlex.join([sys.executable, "-m", "labkit", "grade", "--lab", module, "--impl", "solutions"])
    (copy / "mutation.toml").write_text(CONFIG.format(module=module, command=json.dumps(command)))
    cosmic_ray, session = [sys.executable, "-m", "cosmic_ray.cli"], ["mutation.toml", "session.sqlite"]
    environment = os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    for step in (shlex.split(command), [*cosmic_ray, "init", *session], [*cosmic_ray, "exec", *session]):
        done = subprocess.run(step, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            stop(f"{shlex.join(step)} failed in {copy}: {(done.stdout + done.stderr).strip()[-500:]}")
    with contextlib.closing(sqlite3.connect(copy / "session.sqlite")) as database:
        return database.execute(QUERY).fetchall()


def annotations(module: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where a solution's annotations begin and end: they change no result, and Python 3.14 does not even evaluate them."""
    tree = ast.parse((ROOT / "solutions" / "ropelab" / f"{module}.py").read_text())
    found = (getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns"))
    spans = (a for a in found if isinstance(a, ast.expr))
    return [((a.lineno, a.col_offset), (a.end_lineno or 0, a.end_col_offset or 0)) for a in spans]


def main(names: list[str]) -> int:
    if find_spec("cosmic_ray") is None:
        stop("cosmic-ray is not installed here: pip install -c constraints.txt -e '.[mutation]'")
    known = sorted(path.stem for path in (ROOT / "solutions" / "ropelab").glob("[!_]*.py"))
    modules = names or known
    if not set(modules) <= set(known):
        stop(f"there is no solution {', '.join(sorted(set(modules) - set(known)))}; there are {', '.join(known)}")
    with contextlib.suppress(ValueError, OSError):  # a mutant may ask for any amount of memory
        resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))
    equivalent, unused, unlisted = listed(), listed(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for module, mutants in zip(modules, pool.map(run, modules), strict=True):
            spans = annotations(module)
            killed = same = 0
            for outcome, diff, row, column in mutants:
                texts = [line for line in (diff or "").splitlines() if not line.startswith(("---", "+++"))]
                old, new = ("\n".join(line[1:] for line in texts if line.startswith(sign)).strip() for sign in "-+")
                key = change(module, old, new)
                if outcome == "KILLED":
                    killed += 1
                elif key in equivalent or any(first <= (row, column) < end for first, end in spans):
                    same += 1
                    unused.discard(key)
                else:
                    unlisted += 1
                    print(f"{module}.py:{row} {outcome or 'was not run'}\n- {old}\n+ {new}")
            left, score = len(mutants) - killed - same, killed / (len(mutants) - same or 1)
            print(f"{module}: {len(mutants)} mutants, {killed} killed, {same} equivalent, {left} left: {score:.1%}")
    for module, old, new in sorted(change for change in unused if change[0] in modules):
        print(f"equivalent.toml lists what is no survivor any more: {module}: {old} -> {new}")
    return 1 if unlisted else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
