"""The course's reference solutions, as the one side of every comparison."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.implementation import Implementation, course_files
from labkit.labs import find_course


@contextmanager
def reference() -> Iterator[SimpleNamespace]:
    """The reference's modules by name, importable as ropelab within this block."""
    course = find_course(Path(__file__).resolve())
    with Implementation(course_files(course, "solutions"), course.root).active():
        yield SimpleNamespace(**{lab.module: importlib.import_module(f"ropelab.{lab.module}") for lab in course.labs})


def tables(positions: ArrayLike, inv_freq: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and sines at positions of any shape, one column a pair."""
    angles = np.asarray(positions, dtype=np.float64)[..., None] * inv_freq
    return np.cos(angles), np.sin(angles)


def full_width(table: NDArray[Any]) -> NDArray[Any]:
    """A table for the split-half layout: each row twice, side by side."""
    return np.concatenate([table, table], axis=-1)


def interleaved_layer(
    ropelab: Any, weights: tuple[NDArray[Any], ...], kv_heads: int, theta: float, head_dim: int
) -> Any:
    """Lab 06's layer with the weights (q, k, v, o) of a split-half one."""
    q_proj, k_proj, v_proj, o_proj = weights
    heads = len(q_proj) // head_dim
    layer = ropelab.attention.AttentionWithRoPE(q_proj.shape[1], heads, kv_heads, theta=theta, dtype=q_proj.dtype)
    layer.q_proj = ropelab.attention.projection_to_interleaved(q_proj, heads)
    layer.k_proj = ropelab.attention.projection_to_interleaved(k_proj, kv_heads)
    layer.v_proj, layer.o_proj = v_proj, o_proj
    return layer
