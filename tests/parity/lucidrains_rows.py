"""The reference beside the package rotary-embedding-torch (interleaved layout)."""

from collections.abc import Iterator
from contextlib import nullcontext
from importlib.metadata import version
from typing import Any

import numpy as np
from precision import array, in_float64, tensor
from rotary_embedding_torch import RotaryEmbedding, apply_rotary_emb
from rounding import EPS, EPS32, dynamic_frequency_error, frequency_error, table_error
from row import Row, compare

from labkit.rounding import rotation_error

PEER = f"rotary-embedding-torch {version('rotary-embedding-torch')}"
LAB_06 = "06 apply_rotary_pos_emb"
SIZE, THETA, OFFSET = 32, 50000, 4090


def rotation_rows(ropelab: Any) -> Iterator[Row]:
    x = np.random.default_rng(3).standard_normal((2, 9, 3, 40))  # batch, seq, heads, D
    positions = np.arange(OFFSET, OFFSET + x.shape[1])
    for dtype, eps in ((np.float64, EPS), (np.float32, EPS32)):
        given = tensor(x.swapaxes(1, 2).astype(dtype))
        with in_float64() if dtype is np.float64 else nullcontext():
            theirs = array(RotaryEmbedding(SIZE, theta=THETA).rotate_queries_or_keys(given, offset=OFFSET))
        ours = ropelab.attention.apply_rotary_pos_emb(x, positions, THETA, SIZE).swapaxes(1, 2)
        largest, farthest = float(np.max(np.abs(x))), float(positions.max())
        errors = [(table_error(farthest, frequency_error(THETA, SIZE, e), e), e) for e in (EPS, eps)]
        bound = sum(rotation_error(largest, error, e) for error, e in errors)
        compared = f"{SIZE} of 40 features, positions {OFFSET:,} to {int(farthest):,}"
        yield compare((PEER, compared, np.dtype(dtype).name, LAB_06), ours, theirs, bound)


def single_row(ropelab: Any) -> Row:
    """One vector at a time, and any angles: the package's function takes these as they are."""
    rng = np.random.default_rng(4)
    x, angles = rng.standard_normal((6, SIZE)), rng.uniform(-9.0, 9.0, (6, SIZE // 2))
    with in_float64():
        theirs = array(apply_rotary_emb(tensor(np.repeat(angles, 2, axis=-1)), tensor(x)))
    ours = [ropelab.relative.apply_rope_single(v, np.cos(a), np.sin(a)) for v, a in zip(x, angles, strict=True)]
    bound = 2 * rotation_error(float(np.max(np.abs(x))), 4 * EPS)
    return compare((PEER, "given angles", "float64", "04 apply_rope_single"), ours, theirs, bound)


def frequency_rows(ropelab: Any) -> Iterator[Row]:
    factor = 8
    with in_float64():
        rescaled = array(RotaryEmbedding(SIZE, theta=THETA, theta_rescale_factor=factor).freqs)
        interpolated = RotaryEmbedding(SIZE, theta=THETA, interpolate_factor=float(factor))
        angles = array(interpolated(interpolated.get_seq_pos(2)))[1, ::2]  # those of position 1: the frequencies
    ntk = ropelab.scaling.ntk_frequencies(SIZE, float(THETA), factor)
    error = 2 * dynamic_frequency_error(THETA, SIZE, 1.0, float(factor))  # a text of 8 times the length, factor 1
    labels = (PEER, "theta_rescale_factor 8: NTK-aware frequencies", "float64", "07 ntk_frequencies")
    yield compare(labels, ntk, rescaled, error, relative=True)
    plain = ropelab.frequencies.rope_frequencies(SIZE, float(THETA))
    labels = (PEER, "interpolate_factor 8: angles of position 1", "float64", "07 linear_frequencies")
    bound = 2 * (frequency_error(THETA, SIZE) + EPS)
    yield compare(labels, ropelab.scaling.linear_frequencies(plain, factor), angles, bound, relative=True)


def rows(ropelab: Any) -> Iterator[Row]:
    yield from rotation_rows(ropelab)
    yield single_row(ropelab)
    yield from frequency_rows(ropelab)
