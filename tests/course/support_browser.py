"""nbgrader's form grader as an instructor meets it: started by our command, and used in headless Chromium."""

import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support_submissions import environment

from labkit.classroom.layout import Classroom

SECONDS = 60
"""For anything that a page or the server has to do; a quiet machine needs five at most."""

TRAP = "kernel-was-started"
"""A file that appears in the course directory as soon as anything starts a Python kernel."""


def need_a_browser() -> None:
    """Skip where there is no headless Chromium to drive."""
    pytest.importorskip("selenium", reason="selenium is not installed: it comes with what `make test` installs")
    for name in ("chromium", "chromedriver"):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed: apt-get install chromium chromium-driver")


@contextmanager
def chromium(home: Path) -> Iterator[Any]:
    """A browser of its own that reaches this machine and nothing else, and writes below home."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", "window-size=1200,1000"):
        options.add_argument(f"--{argument}")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    service = webdriver.ChromeService(
        shutil.which("chromedriver"), env=os.environ | {"HOME": str(home), "TMPDIR": str(home)}
    )
    browser = webdriver.Chrome(options, service)
    try:
        browser.set_page_load_timeout(SECONDS)
        yield browser
    finally:
        browser.quit()


@dataclass(frozen=True)
class Server:
    """A form grader that is being started, or runs.

    Attributes:
        process: it.
        address: its own, without a slash at the end.
        token: what lets one in. All that it starts have it in their environment.
        log: what it has written to the terminal.
    """

    process: subprocess.Popen[bytes]
    address: str
    token: str
    log: Path

    def family(self) -> list[int]:
        """The processes that are there because of it, itself among them."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if f"JUPYTER_TOKEN={self.token}".encode() in (place / "environ").read_bytes():
                    found.append(int(place.name))
            except OSError:
                continue  # it has ended, or belongs to somebody else
        return found

    def open(self, browser: Any) -> None:
        """Log the browser in, as soon as the server answers."""
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.support.ui import WebDriverWait

        def answers(_: object) -> bool:
            if self.process.poll() is not None:
                pytest.fail(f"the form grader ended:\n{self.log.read_text()[-2000:]}")
            browser.get(f"{self.address}/formgrader?token={self.token}")
            return "/formgrader/manage_assignments" in browser.current_url

        WebDriverWait(browser, SECONDS, ignored_exceptions=[WebDriverException]).until(answers, "the server is silent")


@contextmanager
def form_grader(classroom: Classroom) -> Iterator[Server]:
    """``labkit formgrader`` on a course directory; at the end neither it nor anything that it started is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, log = secrets.token_hex(16), classroom.root / "formgrader.log"
    # Nothing of this environment is on the PATH, as when somebody has not activated it.
    more = {"PATH": os.defpath, "HOME": str(classroom.root / "home"), "BROWSER": "true"}
    more |= {"JUPYTER_PORT": str(port), "JUPYTER_PORT_RETRIES": "0", "JUPYTER_TOKEN": token}
    variables = environment(classroom) | more
    _set_trap(classroom, Path(variables["JUPYTER_DATA_DIR"]))
    command = [sys.executable, "-m", "labkit", "formgrader", "--folder", str(classroom.root)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=classroom.course.root, env=variables, stdout=output, stderr=output, start_new_session=True
        )
    server = Server(process, f"http://127.0.0.1:{port}", token, log)
    try:
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            for pid in server.family():
                _end(pid)


def _end(pid: int) -> None:
    """Kill a process, and wait until it is gone."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [], 10)
    finally:
        os.close(handle)


def _set_trap(classroom: Classroom, data: Path) -> None:
    """A kernel by the name of every notebook's that only tells that it was started."""
    kernel = data / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    argv = ["/bin/sh", "-c", f"touch {classroom.root / TRAP}; exit 1"]
    kernel.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
