"""The course's reference solutions, as the one side of every comparison."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.implementation import Implementation, course_files
from labkit.labs import Course


@contextmanager
def active_reference(course: Course) -> Iterator[SimpleNamespace]:
    """The reference's modules by name, importable as ropelab within this block."""
    with Implementation(course_files(course, "solutions"), course.root).active():
        yield SimpleNamespace(**{lab.module: importlib.import_module(f"ropelab.{lab.module}") for lab in course.labs})


def tables(
    ropelab: Any, positions: NDArray[Any], d_head: int, base: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and sines of the reference's angles at any positions, shape positions.shape + (D/2,)."""
    inv_freq = ropelab.frequencies.rope_frequencies(d_head, base)
    angles = ropelab.frequencies.position_angles(positions.ravel(), inv_freq).reshape(*positions.shape, d_head // 2)
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
