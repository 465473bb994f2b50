"""Lab 07, graded: the inverse frequencies that longer contexts are read with."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labkit import tolerance
from labkit.testing import Check, Draw, Student

WITHIN = tolerance.frequencies()


def _frequencies(size: int, base: float) -> NDArray[np.float64]:
    return np.asarray(base ** (-2.0 * np.arange(size // 2) / size))


def _factor(draw: Draw) -> float:
    """A factor between 2.5 and 40 that is no power of two: dividing by those rounds nothing."""
    return round(float(np.exp(draw.rng.uniform(np.log(2.5), np.log(40.0)))), 2) + 0.001


@pytest.mark.task("linear_frequencies", points=1)
def test_every_frequency_is_divided_by_the_factor(lab: Student, check: Check, draw: Draw) -> None:
    uneven = np.exp(draw.rng.uniform(-9.0, 1.0, 7))
    for inv_freq in (_frequencies(draw.head_dim(), draw.base()), uneven, uneven.astype(np.float32), [0.5, 3.0, 2e-5]):
        check.call(lab.linear_frequencies, inv_freq, _factor(draw), within=WITHIN)
    for factor in (1.0, 1, 3):
        check.call(lab.linear_frequencies, uneven, factor, within=WITHIN)
    check.leaves_unchanged(lab.linear_frequencies, uneven, _factor(draw))
    for factor in (0.5, 0.0, -2.0):
        check.raises(lab.linear_frequencies, uneven, factor, naming="factor", value=factor)


@pytest.mark.task("ntk_frequencies", points=1)
def test_the_base_grows_so_that_the_slowest_pair_is_slowed_by_the_factor(
    lab: Student, check: Check, draw: Draw
) -> None:
    for size in (6, 10, draw.head_dim(), 128):
        check.call(lab.ntk_frequencies, size, draw.base(), _factor(draw), within=WITHIN)
    check.call(lab.ntk_frequencies, 14, draw.base(), 1.0, within=WITHIN)
    check.call(lab.ntk_frequencies, 4, draw.base(), _factor(draw), within=WITHIN)
    check.call(lab.ntk_frequencies, 10, 0.3, _factor(draw), within=WITHIN)
    for size in (2, 7, 0, -6):
        check.raises(lab.ntk_frequencies, size, draw.base(), 4.5, naming="d_head", value=size)
    for base in (0.0, -0.5, -5000.0):
        check.raises(lab.ntk_frequencies, 12, base, 4.5, naming="base", value=base)
    for factor in (0.25, -3.0):
        check.raises(lab.ntk_frequencies, 12, draw.base(), factor, naming="factor", value=factor)


@pytest.mark.task("dynamic_ntk_frequencies", points=1)
def test_frequencies_follow_the_length_of_the_text_once_it_is_beyond_the_trained_one(
    lab: Student, check: Check, draw: Draw
) -> None:
    # Powers of two: a quotient by the trained length is exact, in whichever order it is written.
    for trained in (2 ** draw.integer(8, 11), 4096):
        size, base, factor = draw.head_dim(), draw.base(), _factor(draw)
        # Shorter than trained, exactly as long, one token longer, and far beyond factor times as long.
        for seq_len in (0, trained // 3, trained, trained + 1, 2 * trained + 77, int(factor * trained), 90 * trained):
            check.call(lab.dynamic_ntk_frequencies, size, base, factor, seq_len, trained, within=WITHIN)
        check.call(lab.dynamic_ntk_frequencies, size, base, 1.0, 5 * trained, trained, within=WITHIN)
    check.call(lab.dynamic_ntk_frequencies, size, base, factor, 9, 1, within=WITHIN)


@pytest.mark.task("dynamic_ntk_frequencies", points=1)
def test_bad_lengths_and_settings_of_dynamic_scaling_are_refused_by_name(
    lab: Student, check: Check, draw: Draw
) -> None:
    dynamic, base = lab.dynamic_ntk_frequencies, draw.base()
    check.call(dynamic, 10, base, 3.5, 1500, 1024, within=WITHIN)
    for length in (-1, -900):
        check.raises(dynamic, 10, base, 3.5, length, 1024, naming="seq_len", value=length)
    for length in (0, -2048):
        check.raises(dynamic, 10, base, 3.5, 1500, length, naming="max_position_embeddings", value=length)
    for factor in (0.5, -2.0):
        # A short text too: there the factor of ntk_frequencies is 1 whatever this one is.
        check.raises(dynamic, 10, base, factor, 1500, 1024, naming="factor", value=factor)
        check.raises(dynamic, 10, base, factor, 700, 1024, naming="factor", value=factor)
    check.raises(dynamic, 7, base, 3.5, 1500, 1024, naming="d_head", value=7)
    check.raises(dynamic, 10, -4.0, 3.5, 1500, 1024, naming="base", value=-4.0)


@pytest.mark.task("yarn_frequencies", points=1)
def test_a_ramp_leads_from_pairs_that_stay_to_pairs_that_are_interpolated(
    lab: Student, check: Check, draw: Draw
) -> None:
    for size in (64, 128, draw.head_dim(20, 100)):
        for beta_fast, beta_slow in [(32.0, 1.0), (9.5, 2.25)]:
            settings = draw.base(), _factor(draw), draw.integer(3000, 9000), beta_fast, beta_slow
            check.call(lab.yarn_frequencies, size, *settings, within=WITHIN)
    # Heads so large that a turn more or less moves an end of the ramp: the defaults are 32 and 1.
    check.call(lab.yarn_frequencies, 1024, draw.base(), _factor(draw), 4096, within=WITHIN)
    named = {"beta_slow": 1.5, "beta_fast": 24.0, "original_max_position_embeddings": 8192}
    check.call(lab.yarn_frequencies, 72, draw.base(), _factor(draw), **named, within=WITHIN)


@pytest.mark.task("yarn_frequencies", points=1)
def test_the_ends_of_the_ramp_are_rounded_outwards_and_held_within_their_limits(
    lab: Student, check: Check, draw: Draw
) -> None:
    yarn, factor = lab.yarn_frequencies, _factor(draw)
    # One turn at both ends: the ramp is one pair wide. Whole numbers, as configuration files have them; the index is 19.57.
    check.call(yarn, 64, 40_000.25, factor, 4096, 1, 1, within=WITHIN)
    check.call(yarn, 80, draw.base(), factor, draw.integer(2000, 60_000), 3.5, 3.5, within=WITHIN)
    # A text so short that no pair makes as many turns as beta_fast: the ramp begins at pair 0.
    check.call(yarn, 32, draw.base(), factor, draw.integer(90, 150), 32.0, 1.0, within=WITHIN)
    # Both ends at pair 0.
    check.call(yarn, 24, draw.base(), factor, 200, 64.0, 32.0, within=WITHIN)
    # A text so long that the slowest pair makes more turns than beta_slow: the ramp ends beyond the last pair.
    check.call(yarn, 48, 600.25, factor, draw.integer(100_000, 160_000), 32.0, 1.0, within=WITHIN)
    # And beyond D - 1, where it is held.
    check.call(yarn, 16, 10.5, factor, draw.integer(55_000, 65_000), 3000.0, 0.5, within=WITHIN)
    # A base so small that all of the ramp lies within a few wavelengths.
    check.call(yarn, 16, 1.75, factor, 211, within=WITHIN)
    check.call(yarn, 64, draw.base(), 1.0, 4096, within=WITHIN)


@pytest.mark.task("yarn_frequencies", points=1)
def test_bad_settings_of_yarn_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    yarn, base = lab.yarn_frequencies, draw.base()
    check.call(yarn, 40, 31_000.25, 6.5, 4096, within=WITHIN)
    for size in (0, -8, 9):
        check.raises(yarn, size, base, 6.5, 4096, naming="d_head", value=size)
    for wrong in (1.0, 0.5, -20.0):
        check.raises(yarn, 40, wrong, 6.5, 4096, naming="base", value=wrong)
    for wrong in (0.5, -1.0):
        check.raises(yarn, 40, base, wrong, 4096, naming="factor", value=wrong)
    for length in (0, -4096):
        check.raises(yarn, 40, base, 6.5, length, naming="original_max_position_embeddings", value=length)
    for beta_fast, beta_slow in [(32.0, 0.0), (32.0, -1.0), (2.5, 3.0)]:
        check.raises(yarn, 40, base, 6.5, 4096, beta_fast, beta_slow, naming="beta_slow", value=beta_slow)


@pytest.mark.task("yarn_attention_factor", points=1)
def test_the_attention_factor_grows_with_the_logarithm_and_is_a_ratio_for_two_settings(
    lab: Student, check: Check, draw: Draw
) -> None:
    attention_factor = lab.yarn_attention_factor
    for factor in (1.0, 4, _factor(draw), 40.0):
        check.call(attention_factor, factor, within=WITHIN)
        for mscale, mscale_all_dim in [
            (1.0, 1.0),
            (0.707, 1.0),
            (1.3, 0.4),
            (None, 0.9),
            (0.8, None),
            (0.0, 0.7),
            (0.7, 0.0),
        ]:
            check.call(attention_factor, factor, mscale, mscale_all_dim, within=WITHIN)
    for factor in (0.5, 0.0, -4.0):
        check.raises(attention_factor, factor, naming="factor", value=factor)


@pytest.mark.task("yarn_softmax_scale", points=1)
def test_the_softmax_scale_is_that_of_all_features_times_the_squared_mscale(
    lab: Student, check: Check, draw: Draw
) -> None:
    for d_query in (1, 192, draw.integer(30, 300)):
        for factor in (1.0, _factor(draw), 40.0):
            check.call(lab.yarn_softmax_scale, d_query, factor, within=WITHIN)
            for mscale_all_dim in (1.0, 0.707, 1.4):
                check.call(lab.yarn_softmax_scale, d_query, factor, mscale_all_dim, within=WITHIN)
    for d_query in (0, -192):
        check.raises(lab.yarn_softmax_scale, d_query, 8.0, 1.0, naming="d_query", value=d_query)
    for factor in (0.5, -8.0):
        check.raises(lab.yarn_softmax_scale, 192, factor, 1.0, naming="factor", value=factor)


@pytest.mark.task("llama3_frequencies", points=1)
def test_pairs_are_kept_mixed_or_divided_by_the_turns_that_they_make(lab: Student, check: Check, draw: Draw) -> None:
    llama3 = lab.llama3_frequencies
    for size in (64, 128, draw.head_dim(20, 100)):
        inv_freq = _frequencies(size, draw.base())
        check.call(llama3, inv_freq, _factor(draw), 1.0, 4.0, draw.integer(3000, 9000), within=WITHIN)
        check.call(llama3, inv_freq, _factor(draw), 1.5, 9.25, 8192, within=WITHIN)
    # Neither sorted nor of any base: each frequency is judged by itself, and around both limits.
    turns = np.array([0.2, 0.999, 1.7, 2.9, 3.999, 4.001, 60.0, 2.5, 1.001, 9.0])
    uneven: NDArray[Any] = draw.rng.permutation(2 * np.pi * turns / 5000)
    check.call(llama3, uneven, _factor(draw), 1.0, 4.0, 5000, within=WITHIN)
    check.call(llama3, uneven.astype(np.float32), _factor(draw), 1, 4, 5000, within=WITHIN)
    check.call(llama3, uneven.tolist(), 1.0, 1.0, 4.0, 5000, within=WITHIN)
    check.call(llama3, 5000 * uneven, _factor(draw), 1.0, 4.0, 1, within=WITHIN)
    check.leaves_unchanged(llama3, uneven, _factor(draw), 1.0, 4.0, 5000)


@pytest.mark.task("llama3_frequencies", points=1)
def test_bad_settings_of_the_llama_rule_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    # Pairs that make 1173, 26, 2.5 and 0.5 turns: two are kept, one is mixed, one is divided.
    llama3, inv_freq = lab.llama3_frequencies, np.array([0.9, 0.02, 0.0019, 0.0004])
    check.call(llama3, inv_freq, _factor(draw), 1.0, 4.0, 8192, within=WITHIN)
    for factor in (0.5, -8.0):
        check.raises(llama3, inv_freq, factor, 1.0, 4.0, 8192, naming="factor", value=factor)
    for low in (0.0, -1.0):
        check.raises(llama3, inv_freq, 8.5, low, 4.0, 8192, naming="low_freq_factor", value=low)
    for high in (1.5, 0.25):
        check.raises(llama3, inv_freq, 8.5, 1.5, high, 8192, naming="high_freq_factor", value=high)
    for length in (0, -8192):
        check.raises(llama3, inv_freq, 8.5, 1.0, 4.0, length, naming="original_max_position_embeddings", value=length)
    check.raises(llama3, np.array([1.0, -0.25, 0.5]), 8.5, 1.0, 4.0, 8192, naming="inv_freq", value=-0.25)
    check.raises(llama3, np.array([0.5, 0.0]), 8.5, 1.0, 4.0, 8192, naming="inv_freq")  # NumPy prints "0."


@pytest.mark.task("preset_frequencies", points=1)
def test_published_models_have_their_published_frequencies(lab: Student, check: Check, draw: Draw) -> None:
    names = ["llama-2-7b-32k", "llama-3.1", "deepseek-v3", "kimi-k2"]
    # Twice, in an order of the seed's: looking a preset up must not use it up.
    for name in [*draw.rng.permutation(names), *draw.rng.permutation(names)]:
        check.call(lab.preset_frequencies, str(name), within=WITHIN)
    for name in ("kimi-k3", "yarn"):
        check.raises(lab.preset_frequencies, name, naming="name", value=name)
