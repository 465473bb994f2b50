"""The reference's scaled frequencies agree with the stored ones of transformers, for published configurations.

tests/oracle/README.md says where the values come from, tests/parity/rounding.py derives the bounds.
"""

from typing import Any

import numpy as np
import pytest
from rounding import EPS, EPS32, table_error
from stored import ORACLE, SCALED

YARN = {"yarn_kimi_k2": "kimi-k2", "yarn_deepseek_v3": "deepseek-v3"}
QUERY = 128 + 64
"""Features of a query of the DeepSeek models: those that are not rotated and those that are."""


def test_every_stored_set_has_an_answer() -> None:
    assert {key.split("/")[1] for key in ORACLE if key.startswith("scaled/")} == set(SCALED)


@pytest.mark.parametrize("name", SCALED)
def test_frequencies_in_float64(reference: Any, name: str) -> None:
    bound = 2 * SCALED[name].error(EPS)
    assert bound < 1e-12
    got, _ = SCALED[name].answer(reference)
    np.testing.assert_allclose(got, ORACLE[f"scaled/{name}/inv_freq"], rtol=bound, atol=0)


@pytest.mark.parametrize("name", SCALED)
def test_frequencies_as_shipped_in_float32(reference: Any, name: str) -> None:
    shipped = ORACLE[f"scaled/{name}/inv_freq_f32"]
    assert shipped.dtype == np.float32
    got, _ = SCALED[name].answer(reference)
    bound = SCALED[name].error(EPS) + SCALED[name].error(EPS32)
    np.testing.assert_allclose(got, shipped, rtol=bound, atol=0)


@pytest.mark.parametrize("name", SCALED)
def test_attention_factor(reference: Any, name: str) -> None:
    """1 for every set: the DeepSeek settings are equal, and the other rules have none."""
    _, factor = SCALED[name].answer(reference)
    assert factor == ORACLE[f"scaled/{name}/attention_factor"] == 1.0


@pytest.mark.parametrize("name", YARN)
def test_softmax_scale(reference: Any, name: str) -> None:
    preset = reference.scaling.PRESETS[YARN[name]]
    got = reference.scaling.yarn_softmax_scale(QUERY, preset["factor"], preset["mscale_all_dim"])
    # A logarithm, two products, a sum, a square, a root and a quotient, on both sides: ten roundings at most on each.
    np.testing.assert_allclose(got, ORACLE[f"scaled/{name}/softmax_scale"], rtol=10 * EPS, atol=0)
    assert got > 1.7 / np.sqrt(QUERY)


@pytest.mark.parametrize("name", YARN)
def test_tables(reference: Any, name: str) -> None:
    positions = ORACLE["positions"]
    frequencies, factor = SCALED[name].answer(reference)
    angles = np.outer(positions, frequencies)
    bound = np.array([[2 * factor * table_error(float(p), SCALED[name].error(EPS))] for p in positions])
    assert np.all(np.abs(factor * np.cos(angles) - ORACLE[f"scaled/{name}/cos"]) <= bound)
    assert np.all(np.abs(factor * np.sin(angles) - ORACLE[f"scaled/{name}/sin"]) <= bound)


@pytest.mark.parametrize("name", SCALED)
def test_unscaled_frequencies_are_far_outside_the_bound(reference: Any, name: str) -> None:
    """Up to the trained length dynamic scaling changes nothing; everywhere else it would be noticed."""
    stored = ORACLE[f"scaled/{name}/inv_freq"]
    base = {"llama31_8b": 5e5, "yarn_kimi_k2": 5e4}.get(name, 1e4)
    plain = reference.frequencies.rope_frequencies(2 * len(stored), base)
    largest = np.max(np.abs(plain / stored - 1))
    if name.endswith(("seqNone", "seq2048")):
        assert largest <= 2 * SCALED[name].error(EPS)
    else:
        assert largest > 1e-4
