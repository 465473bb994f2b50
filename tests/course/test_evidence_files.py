"""The files of a submitted run are read with limits: links, special files, bombs and pictures that are none cost the point."""

import json
import os
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support_evidence import edit, evidence_of, handed_in, honest_course, rewrite

from labkit.evidence.marking import mark_evidence
from labkit.evidence.png import SIGNATURE, is_small_png
from labkit.evidence.strict_json import DEEPEST, strict_json
from labkit.labs import Course
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")

FIGURE, OTHER = "spectrum.png", "wavelengths.png"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture(scope="module")
def honest(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A checkout in which the first experiment was run on the reference, as if a student had written it."""
    return honest_course(course, tmp_path_factory.mktemp("honest"), "01-frequencies")


def _instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else in the place of a file beside the manifest."""

    def made(folder: Path) -> None:
        path = evidence_of(folder) / name
        path.rename(folder / "elsewhere")
        make(path)

    return made


def _linked_folder(folder: Path) -> None:
    evidence = evidence_of(folder)
    evidence.rename(folder / "elsewhere")
    evidence.symlink_to(folder / "elsewhere")


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    made = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return SIGNATURE + b"".join(made)


def _grey(width: int, height: int) -> bytes:
    """A PNG of so many grey pixels; that its data are too few for a large one matters to nobody here."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))


def _manifest(text: str | bytes) -> Callable[[Path], object]:
    data = text if isinstance(text, bytes) else text.encode()
    return lambda folder: (evidence_of(folder) / "manifest.json").write_bytes(data)


def _list(*entries: Any) -> Callable[[Path], None]:
    return edit(lambda content: content["files"].extend(entries))


LIES: dict[str, tuple[Callable[[Path], object], str]] = {
    "an edited figure": (
        lambda folder: (evidence_of(folder) / FIGURE).write_bytes(_grey(1, 1)),
        "spectrum.png is not the file that the run wrote; run the experiment again (`make verify LAB=01-frequencies`)",
    ),
    "an edited output": (
        lambda folder: (evidence_of(folder) / "verify_output.txt").write_text("ok\n"),
        "verify_output.txt is not the file that the run wrote",
    ),
    "no figure": (lambda folder: (evidence_of(folder) / FIGURE).unlink(), "01-frequencies/spectrum.png is missing from"),
    "a figure not listed": (edit(lambda content: content["files"].pop(0)), "manifest.json does not list spectrum.png"),
    "a file listed twice": (edit(lambda content: content["files"].append(content["files"][0])), "not what a run writes"),
    "a file outside": (_list({"name": "../../src/ropelab/frequencies.py", "sha256": ""}), "not what a run writes"),
    "a file that is a number": (_list(7), "not what a run writes"),
    "a hash that is none": (edit(lambda content: content["files"][0].update(sha256=None)), "not what a run writes"),
    "many files": (_list(*[{"name": f"{i}.png", "sha256": ""} for i in range(30)]), "manifest.json lists 33 files"),
    "a text as a figure": (lambda folder: rewrite(folder, FIGURE, b"<script>alert(1)</script>"), "is not a PNG picture"),
    "a vast figure": (lambda folder: rewrite(folder, FIGURE, _grey(60_000, 60_000)), "is not a PNG picture"),
    "a large figure": (
        lambda folder: rewrite(folder, FIGURE, bytes(3_000_000)),
        "spectrum.png has 3,000,000 bytes; 2,000,000 are allowed",
    ),
    "a linked manifest": (_instead("manifest.json", lambda path: path.symlink_to("../../elsewhere")), "no link"),
    "a hard link": (_instead("manifest.json", lambda path: path.hardlink_to(path.parents[2] / "elsewhere")), "no link"),
    "a linked figure": (_instead(FIGURE, lambda path: path.symlink_to("/proc/self/environ")), "no link"),
    "a linked folder": (_linked_folder, "no link"),
    "a FIFO as manifest": (_instead("manifest.json", os.mkfifo), "manifest.json is not a plain file"),
    "a FIFO as figure": (_instead(FIGURE, os.mkfifo), "spectrum.png is not a plain file"),
    "a folder as manifest": (_instead("manifest.json", Path.mkdir), "manifest.json is not a plain file"),
    "10 MB": (_manifest(b" " * 10_000_000), "manifest.json has 10,000,000 bytes; 200,000 are allowed"),
    "an empty manifest": (_manifest(""), "manifest.json cannot be read: line 1 is not JSON"),
    "a list": (_manifest("[]"), "manifest.json is no manifest"),
    "nested a little": (edit(lambda content: content["config"].update(x=[[[[[[[[[[0]]]]]]]]]])), "nested too deeply"),
    "nested 90,000 times": (_manifest("[" * 90_000 + "]" * 90_000), "nested too deeply"),
    "a field of another type": (edit(lambda content: content.update(files={})), "manifest.json: files is missing or not"),
    "a result that is NaN": (
        edit(lambda content: content["results_summary"].update(first_frequency=float("nan"))),
        "a number in it is infinite or not a number; run the experiment again",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lie", "said"), LIES.values(), ids=LIES)
def test_a_file_that_is_not_what_it_should_be_costs_the_point_and_harms_nobody(
    course: Course, honest: Course, server: Server, tmp_path: Path, lie: Callable[[Path], object], said: str
) -> None:
    lab = course.lab("01-frequencies")
    folder = handed_in(honest, lab, tmp_path / "student")
    assert mark_evidence(course, lab, folder, server, Allowance()).points == 1
    lie(folder)
    start = time.monotonic()
    result = mark_evidence(course, lab, folder, server, Allowance())
    assert (result.points, len(result.message.splitlines())) == (0, 1)
    assert said in result.message, result.message
    assert time.monotonic() - start < 5.0


def test_only_figures_that_are_the_run_s_own_pictures_come_back(
    course: Course, honest: Course, server: Server, tmp_path: Path
) -> None:
    lab = course.lab("01-frequencies")
    folder = handed_in(honest, lab, tmp_path / "student")
    other = (OTHER, (evidence_of(folder) / OTHER).read_bytes())
    (evidence_of(folder) / FIGURE).write_bytes(_grey(1, 1))
    assert mark_evidence(course, lab, folder, server, Allowance()).figures == (other,)
    rewrite(folder, FIGURE, b"GIF89a")
    assert mark_evidence(course, lab, folder, server, Allowance()).figures == (other,)
    rewrite(folder, FIGURE, _grey(1, 1))
    assert mark_evidence(course, lab, folder, server, Allowance()).figures == ((FIGURE, _grey(1, 1)), other)


def test_a_png_is_one_picture_of_moderate_size_and_nothing_behind_it() -> None:
    header = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    whole = [(b"IHDR", header), (b"IDAT", b"x"), (b"IEND", b"")]
    assert is_small_png(_grey(1, 1)) and is_small_png(_grey(4000, 4000)) and is_small_png(_png(*whole))
    broken = _grey(1, 1).replace(b"IDAT", b"IDAt")
    wrong = [b"", SIGNATURE, _grey(4001, 1), _grey(1, 4001), _grey(0, 1), _grey(1, 1) + b"x", _grey(1, 1)[:-1], broken]
    wrong += [_png(*whole[1:]), _png(*whole[:2]), _png(whole[0], whole[2]), _png((b"IHDR", header[:9]), *whole[1:])]
    wrong += [_png(*whole, *whole), SIGNATURE + b"\xff\xff\xff\xffIHDR" + header]
    wrong += [_grey(1, 1).replace(SIGNATURE, b"GIF89a\r\n"), _grey(1, 1).replace(b"IDAT\x78", b"IDAT\x79")]
    assert [is_small_png(data) for data in wrong] == [False] * len(wrong)


BOMBS: dict[str, tuple[bytes, str]] = {
    "a long number": (b"1" * 50_000, "a number in it is too long"),
    "a long fraction": (b"0." + b"1" * 50_000, "too long or too large"),
    "a large number": (b"1e999", "too long or too large"),
    "infinity": (b"[Infinity]", "infinite or not a number"),
    "an entry twice": (b'{"verified": false, "verified": true}', "an entry stands in it twice"),
    "objects in objects": (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, "nested too deeply"),
    "another encoding": (b'"\xff"', "not UTF-8"),
    "two documents": (b"{}{}", "line 1 is not JSON"),
}


@pytest.mark.parametrize(("data", "said"), BOMBS.values(), ids=BOMBS)
def test_strict_json_refuses_what_could_be_read_in_two_ways_or_not_at_all(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        strict_json(data)


def test_strict_json_reads_what_json_writes() -> None:
    content = {"a": [1, -2.5e-300, True, None, {"b": "ü\ud800"}], "c": 10**20, "d": sys.float_info.max}
    assert strict_json(json.dumps(content).encode()) == content
    assert strict_json(b"[" * DEEPEST + b"1" + b"]" * DEEPEST)
