"""Running tests as a user without rights when one is root, with an interpreter and a checkout that this user can read."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np

NOBODY = 65534
LEFT_OUT = ("__pycache__", "site-packages", "test", "idlelib", "ensurepip", "lib2to3", "tkinter", "config-*", "*.a")
COPIED = ("labs", "solutions", "src", "tests", "pyproject.toml")


class NotPossible(Exception):
    """Nobody cannot run this Python here; says why."""


class Nobody:
    """Python as user 65534, in a readable copy of the checkout.

    Where that user cannot reach the interpreter (below a closed home folder), a copy of interpreter and standard library
    stands in for it; the installed packages must be readable where they are.

    Raises:
        NotPossible: neither works.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.checkout = folder / "checkout"
        for name in COPIED:
            source, target = root / name, self.checkout / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        self._packages = Path(np.__file__).parents[1]
        self._python = sys.executable
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        reason = self._reason()
        if reason:
            self._python = _copied_interpreter(folder / "python")
            reason = self._reason()
        if reason:
            raise NotPossible(f"user {NOBODY} cannot run this Python with its packages: {reason}")

    def _reason(self) -> str:
        try:
            run = self.run("import numpy, pyseccomp, pytest, labkit.sandbox.client", 60)
        except PermissionError as error:
            return str(error)
        return "" if run.returncode == 0 else (run.stderr.splitlines() or ["no reason given"])[-1]

    def run(self, script: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """Run a script in the copy of the checkout. The interpreter it starts others with is the one that it runs in itself."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": f"{self.checkout / 'src'}:{self._packages}",
        }
        return subprocess.run(
            [self._python, "-c", f"import sys; sys.executable = {self._python!r}\n{script}"],
            cwd=self.checkout,
            env=environment,
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


def _copied_interpreter(folder: Path) -> str:
    """A copy of this interpreter; the path of a script that starts it with its own library."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copytree(
        sysconfig.get_path("stdlib"), folder / "lib" / version, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True
    )
    binary = folder / "bin" / version
    binary.parent.mkdir()
    shutil.copy(os.path.realpath(sys.executable), binary)
    library = Path(sysconfig.get_config_var("LIBDIR") or "/", sysconfig.get_config_var("INSTSONAME") or "none")
    if library.is_file() and library.suffix != ".a":
        shutil.copy(library, folder / "lib")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent == binary.parent else 0o644)
    starter = folder / "bin" / "python"
    starter.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH={folder / "lib"} exec {binary} "$@"\n')
    starter.chmod(0o755)
    return str(starter)
