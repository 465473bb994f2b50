"""torch's eager forms, as the modelling code of Hugging Face and of Meta writes them, in a process of their own.

Called as ``python -m labkit.speed.torch_forms BATCH SEQ HEADS D``; prints one line of JSON. The process is of its own because
the C library of GNU reads at its start what to do with freed memory. Usually it gives large arrays back to the system, and
new ones cost a page fault for each page: for eager torch, which makes five new arrays a rotation, most of the time. KEPT has
it keep them, as a program with an allocator of its own would.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from labkit.errors import CourseError
from labkit.speed.forms import COPY, INTERLEAVED, SPLIT_HALF, Array, Arrays, Form, measure

KEPT = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(2**40), "MALLOC_ARENA_MAX": "1"}
"""What makes the C library of GNU keep freed memory, and threads share it."""

LABELS = {"torch_split_half": "torch, eager, split-half", "torch_complex": "torch, eager, complex"}
"""The forms by their names in the record."""


@dataclass(frozen=True)
class Torch:
    """What torch's forms took beside a copy by NumPy in the same process.

    Attributes:
        version: of torch.
        threads: that torch was told to use.
        allocator: what becomes of freed memory in that process, in words.
        seconds, ratios: by the name of a form, as ``Measured`` has them.
    """

    version: str
    threads: int
    allocator: str
    seconds: dict[str, float]
    ratios: dict[str, float]


def measure_torch(shape: Sequence[int]) -> Torch | None:
    """Measure in a new process; None where torch is not installed.

    Raises:
        CourseError: that process fails.
    """
    if find_spec("torch") is None:
        return None
    command = [sys.executable, "-m", "labkit.speed.torch_forms", *map(str, shape)]
    run = subprocess.run(command, env=os.environ | KEPT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise CourseError(f"torch is installed, but its forms cannot be measured: {run.stderr.strip()[-200:]}")
    return Torch(**json.loads(run.stdout))


def eager(x: Array, cos: Array, sin: Array, freqs_cis: Array) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The formulas of Hugging Face's and of Meta's modelling code, each to be called on the memory of x, with tables ready.

    Args:
        x: float32, shape (batch, seq, heads, D).
        cos, sin: float32 of shape (seq, D), each angle twice.
        freqs_cis: complex64 of shape (seq, D/2).
    """
    import torch

    q = torch.from_numpy(x)
    wide_cos, wide_sin, factors = (torch.from_numpy(table)[None, :, None, :] for table in (cos, sin, freqs_cis))

    def rotate_half(x: torch.Tensor) -> torch.Tensor:
        x1 = x[..., : x.shape[-1] // 2]
        x2 = x[..., x.shape[-1] // 2 :]
        return torch.cat((-x2, x1), dim=-1)

    def split_half() -> torch.Tensor:
        return (q * wide_cos) + (rotate_half(q) * wide_sin)

    def by_complex() -> torch.Tensor:
        q_ = torch.view_as_complex(q.float().reshape(*q.shape[:-1], -1, 2))
        return torch.view_as_real(q_ * factors).flatten(3).type_as(q)

    return split_half, by_complex


def torch_forms(arrays: Arrays) -> dict[str, Form]:
    """Both forms on the memory of x."""
    half = arrays.x.shape[-1] // 2
    table = (arrays.cos[:, :half] + 1j * arrays.sin[:, :half]).astype(np.complex64)
    split_half, by_complex = eager(arrays.x, arrays.cos, arrays.sin, table)
    return {
        "torch_split_half": Form(LABELS["torch_split_half"], lambda: split_half().numpy(), SPLIT_HALF),
        "torch_complex": Form(LABELS["torch_complex"], lambda: by_complex().numpy(), INTERLEAVED),
    }


def main(arguments: Sequence[str]) -> None:
    """The process's main function."""
    import torch

    torch.set_num_threads(1)
    arrays = Arrays([int(argument) for argument in arguments])

    def copy() -> Array:
        np.copyto(arrays.out, arrays.x)
        return arrays.out

    forms = {COPY: Form("copy", copy, operations=0)} | torch_forms(arrays)
    measured = measure(arrays, forms)
    wrong = [name for name, error in measured.disagreements.items() if not error <= 1]
    if wrong:
        raise SystemExit(f"{wrong[0]} is off by {measured.disagreements[wrong[0]]:.1f} times what float32 allows")
    kept = platform.libc_ver()[0] == "glibc"
    found = Torch(
        version=torch.__version__,
        threads=torch.get_num_threads(),
        allocator="freed memory is kept" if kept else "the system's",
        seconds={name: measured.seconds[name] for name in LABELS},
        ratios={name: measured.ratios[name] for name in LABELS},
    )
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
