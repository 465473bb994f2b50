"""The reference agrees with other implementations: 50-digit arithmetic and the code of shipping language models.

tests/oracle/README.md says where each value comes from. No bound here was fitted to a measured difference: each is
derived from how often, and at what size, a number is rounded. One rounding is half an eps, relative.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import full_width, tables
from stored import ORACLE, SETS

Array = NDArray[Any]

EPS = float(np.finfo(np.float64).eps)
EPS32 = float(np.finfo(np.float32).eps)
D = 64

# An inverse frequency is one power. Its exponent -2i/D is exact here (D is a power of two), and a power is good to
# a few units in the last place (4 in vectorised libraries): 4 eps, relative.
FREQUENCY_BOUND = 4 * EPS


def table_bound(positions: Array) -> Array:
    """How far a cosine or sine may be off when its angle is a float64 product of position and inverse frequency.

    The angle is at most the position, since no frequency exceeds 1. It is off by the error of the frequency (4 eps,
    relative) and by one rounding of the product: 4.5 eps * position. A cosine is off by no more than its angle, and by
    a few eps of its own.
    """
    return 4.5 * EPS * positions + 4 * EPS


def rotation_bound(x: Array, largest_position: float) -> float:
    """x0 cos - x1 sin: two table entries, each off by twice table_bound as both sides round, and three roundings."""
    return float(2 * np.max(np.abs(x)) * (2 * table_bound(np.array(largest_position)) + 3 * EPS))


@pytest.fixture(scope="module")
def oracle() -> dict[str, Array]:
    return ORACLE


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("source", ["exact", "hf_f64"])
def test_inverse_frequencies(reference: Any, oracle: dict[str, Array], name: str, source: str) -> None:
    got = reference.frequencies.rope_frequencies(*SETS[name])
    # hf_f64 rounds a power and a division of its own, each good to the same few eps.
    bound = FREQUENCY_BOUND if source == "exact" else 2 * FREQUENCY_BOUND
    np.testing.assert_allclose(got, oracle[f"inv_freq/{name}/{source}"], rtol=bound, atol=0)


@pytest.mark.parametrize("name", SETS)
def test_tables_to_1e_12(reference: Any, oracle: dict[str, Array], name: str) -> None:
    """The tables that precompute_rope builds, at the known positions up to 4096.

    With a correctly rounded frequency an angle is off by eps * position: half an eps from the frequency, half from the
    product. The first pair's frequency is 1 and exact; the next is at most 0.87, so 0.87 * eps * 4096 = 8e-13, and a
    few eps for the cosine itself.
    """
    near = oracle["positions"] <= 4096
    d_head, base = SETS[name]
    for table, kind in zip(reference.cache.precompute_rope(4097, d_head, base), ("cos", "sin"), strict=True):
        exact = oracle[f"{kind}/{name}/exact"][near]
        np.testing.assert_allclose(table[oracle["positions"][near]], exact, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("source", ["exact", "hf_f64"])
def test_tables_at_every_position(reference: Any, oracle: dict[str, Array], name: str, source: str) -> None:
    """Up to position 1,048,575, within a bound that grows with position; twice that for hf_f64, which errs as well."""
    positions = oracle["positions"]
    bound = table_bound(positions)[:, None] * (1 if source == "exact" else 2)
    for table, kind in zip(tables(reference, positions, *SETS[name]), ("cos", "sin"), strict=True):
        got = table if source == "exact" else full_width(table)
        assert np.all(np.abs(got - oracle[f"{kind}/{name}/{source}"]) <= bound)


@pytest.mark.parametrize("name", SETS)
def test_float32_angles_drift_away(reference: Any, oracle: dict[str, Array], name: str) -> None:
    """Tables of float32 angles stay within the error of such angles, and the error grows until it is visible.

    A float32 frequency (a power and a division: 3 eps) times a position (half an eps) is off by 3.5 eps * position.
    That also says why this table is no yardstick at far positions.
    """
    positions = oracle["positions"]
    mine = np.stack(tables(reference, positions, *SETS[name]))
    theirs = np.stack([oracle[f"{kind}/{name}/hf_f32"] for kind in ("cos", "sin")])
    difference = np.abs(np.concatenate([mine, mine], axis=-1) - theirs).max(axis=(0, 2))
    assert np.all(difference <= 3.5 * EPS32 * positions + 4 * EPS32)

    # Equal ratios of 32. At the far end half a unit in the last place of an angle is 2**-5 = 0.03 radians.
    windows = [(2**low, 2 ** (low + 5)) for low in (0, 5, 10, 15)]
    worst = [difference[(positions >= low) & (positions < high)].max() for low, high in windows]
    assert all(far > near for near, far in pairwise(worst)), worst
    assert worst[-1] > 1e-2


@pytest.mark.parametrize("part", ["q", "k"])
def test_split_half_rotation_at_position_ids(reference: Any, oracle: dict[str, Array], part: str) -> None:
    ids = oracle["rot/position_ids"]
    length, base = int(ids.max()) + 1, float(oracle["rot/base"])
    cos, sin = (full_width(table) for table in reference.cache.precompute_rope(length, D, base))
    rotated = reference.forward.apply_rotary_pos_emb(oracle["rot/q"], oracle["rot/k"], cos, sin, position_ids=ids)
    x = oracle[f"rot/{part}"]
    got = rotated[0 if part == "q" else 1]
    np.testing.assert_allclose(got, oracle[f"rot/{part}_half"], rtol=0, atol=rotation_bound(x, float(ids.max())))
    # float32 from end to end: angles as in test_float32_angles_drift_away, and x, tables, products and sum rounded.
    loose = 2 * np.max(np.abs(x)) * (3.5 * EPS32 * float(ids.max()) + 8 * EPS32)
    np.testing.assert_allclose(got, oracle[f"rot/{part}_half_hf_f32"], rtol=0, atol=loose)


def interleaved(reference: Any, x: Array, ids: Array, base: float) -> Array:
    """x of shape (batch, heads, seq, D) rotated by apply_rope, head by head, at ids of shape (batch, seq)."""
    cos, sin = tables(reference, ids, D, base)
    heads = [[reference.relative.apply_rope(h, h, cos[b], sin[b])[0] for h in x[b]] for b in range(len(x))]
    return np.array(heads)


@pytest.mark.parametrize("part", ["q", "k"])
def test_interleaved_rotation(reference: Any, oracle: dict[str, Array], part: str) -> None:
    """Lab 04's elementwise form, lab 05's complex form and lab 05's matrix, all against the same stored values."""
    x, ids, base = oracle[f"rot/{part}"], oracle["rot/position_ids"], float(oracle["rot/base"])
    expected, bound = oracle[f"rot/{part}_inter"], rotation_bound(x, float(ids.max()))
    np.testing.assert_allclose(interleaved(reference, x, ids, base), expected, rtol=0, atol=bound)

    cos, sin = tables(reference, ids, D, base)
    inv_freq = reference.frequencies.rope_frequencies(D, base)
    for b in range(len(x)):
        by_token = x[b : b + 1].transpose(0, 2, 1, 3)
        turned = reference.rotation.apply_rotary_pos_emb_complex(by_token, cos[b] + 1j * sin[b])
        np.testing.assert_allclose(turned.transpose(0, 2, 1, 3)[0], expected[b], rtol=0, atol=bound)
        for t, position in enumerate(ids[b].tolist()):
            R = reference.rotation.rotation_matrix(position, inv_freq)
            by_matrix = reference.rotation.rotate_with_matrix(x[b, :, t], R)
            np.testing.assert_allclose(by_matrix, expected[b, :, t], rtol=0, atol=bound)


@pytest.mark.parametrize("part", ["q", "k"])
def test_deepseek_v3_rotates_interleaved_and_hands_out_halves(
    reference: Any, oracle: dict[str, Array], part: str
) -> None:
    x, ids = oracle[f"rot/{part}"], oracle["rot/position_ids"]
    turned = interleaved(reference, x, ids, float(oracle["rot/base"]))
    got = reference.relative.interleaved_to_half(turned)
    expected, bound = oracle[f"rot/{part}_deepseek_v3"], rotation_bound(x, float(ids.max()))
    np.testing.assert_allclose(got, expected, rtol=0, atol=bound)
    assert np.max(np.abs(turned - expected)) > 0.1  # the layouts do differ


@pytest.mark.parametrize("offset", [0, 4096])
def test_consecutive_positions_from_an_offset(reference: Any, oracle: dict[str, Array], offset: int) -> None:
    q, base = oracle["rot/q"], float(oracle["rot/base"])
    ids = np.broadcast_to(np.arange(offset, offset + q.shape[2]), (len(q), q.shape[2]))
    bound = rotation_bound(q, float(ids.max()))
    cos, sin = (full_width(table) for table in reference.cache.precompute_rope(int(ids.max()) + 1, D, base))
    half, _ = reference.forward.apply_rotary_pos_emb(q, q, cos, sin, position_ids=ids)
    np.testing.assert_allclose(half, oracle[f"rot/offset{offset}/q_half"], rtol=0, atol=bound)
    inter = interleaved(reference, q, ids, base)
    np.testing.assert_allclose(inter, oracle[f"rot/offset{offset}/q_inter"], rtol=0, atol=bound)


def test_logits(reference: Any, oracle: dict[str, Array]) -> None:
    q, k = oracle["rot/q"][:, :2], oracle["rot/k"]
    cos, sin = (full_width(table) for table in reference.cache.precompute_rope(7, D, float(oracle["rot/base"])))
    q_rotated, k_rotated = reference.forward.apply_rotary_pos_emb(q, k, cos, sin)
    got = q_rotated @ k_rotated.swapaxes(-1, -2)
    # A sum of D products: each factor off by rotation_bound, each product and partial sum rounded.
    largest_q, largest_k = np.max(np.abs(q_rotated)), np.max(np.abs(k_rotated))
    factors = largest_k * rotation_bound(q, 6.0) + largest_q * rotation_bound(k, 6.0)
    bound = D * (factors + D * EPS * largest_q * largest_k)
    np.testing.assert_allclose(got, oracle["rot/logits_half"], rtol=0, atol=bound)


def test_permutation_between_the_layouts(reference: Any, oracle: dict[str, Array]) -> None:
    q, permutation = oracle["rot/q"], oracle["rot/perm_inter_to_half"]
    half = reference.relative.interleaved_to_half(q)
    np.testing.assert_array_equal(half, q[..., permutation])
    np.testing.assert_array_equal(reference.relative.half_to_interleaved(half), q)
