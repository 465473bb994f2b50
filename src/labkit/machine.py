"""What machine this is, as far as its speed depends on it."""

import os
import platform
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""The variables by which libraries learn how many threads they may use."""

CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def processor_name(information: Path = Path("/proc/cpuinfo")) -> str:
    """What the processor calls itself; where that cannot be known, its architecture."""
    try:
        lines = information.read_text(errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == "model name"]
    return next(filter(None, [*names, platform.processor(), platform.machine()]), "unknown")


def thread_settings() -> dict[str, str | int]:
    """How many processors this process may use, and what the variables in THREADS say, where they are set."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"processors": available} | {name: os.environ[name] for name in THREADS if name in os.environ}


def data_caches(folder: Path = CACHES) -> dict[str, int]:
    """Bytes of the caches for data, ``L1``, ``L2`` and so on, as Linux knows them; nothing elsewhere."""
    sizes = {}
    for cache in sorted(folder.glob("index*")):
        try:
            kind, level, size = ((cache / name).read_text().strip() for name in ("type", "level", "size"))
        except OSError:
            continue
        number, unit = size.rstrip("KMG"), size.lstrip("0123456789")
        if kind != "Instruction" and number.isdigit():
            sizes[f"L{level}"] = int(number) * {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}.get(unit, 1)
    return sizes
