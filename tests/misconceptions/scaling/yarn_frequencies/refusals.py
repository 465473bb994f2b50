"""Wrong answers to yarn_frequencies (lab 07): refusals."""

import math

import numpy as np
from numpy.typing import NDArray

from ropelab.frequencies import rope_frequencies
from ropelab.scaling import yarn_frequencies

Floats = NDArray[np.float64]


def _unchecked(d_head: int, base: float, factor: float, length: float, beta_fast: float, beta_slow: float) -> Floats:
    """The right frequencies of good arguments; d_head alone is looked at."""
    inv_freq = rope_frequencies(d_head, base)
    first, last = (
        d_head * math.log(length / (2 * math.pi * turns)) / (2 * math.log(base)) for turns in (beta_fast, beta_slow)
    )
    low, high = max(math.floor(first), 0), min(math.ceil(last), d_head - 1)
    ramp = np.clip((np.arange(d_head // 2) - low) / (high - low if high != low else 0.001), 0.0, 1.0)
    return np.asarray((1.0 - ramp) * inv_freq + ramp * inv_freq / np.float64(factor))


def nothing_refused(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """checks left to rope_frequencies and to the logarithm

    met: a classic: math.log complains about bad numbers, but says only "math domain error"
    checks: its own
    hint: Call it with the base 1, and with a trained length of 0. Which messages come?
    hint: The section "Raises" of the docstring is part of the task: factor, base, original_max_position_embeddings and
        the betas are looked at before they are used, each with its name and value.
    """
    return _unchecked(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def bases_up_to_one_accepted(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """bases up to 1 accepted

    met: a classic: the check of lab 01 copied, where a base above 0 was enough
    checks: its own
    hint: Call it with the bases 1 and 0.5. What is the logarithm of 1?
    hint: With the base 1 all pairs turn alike and none has an index for its turns; below 1 slow and fast are exchanged.
        Here the base has to be above 1.
    """
    if 0 < base <= 1:
        return _unchecked(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def betas_not_checked(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """betas not checked

    met: pytorch/torchtitan#3787: a configuration with its betas exchanged, and nobody complained
    checks: its own
    hint: Call it with beta_fast 2.5 and beta_slow 3. What should happen?
    hint: A beta_slow above beta_fast means that the two were exchanged, and one of 0 has no logarithm. Refuse both, with
        the name beta_slow and its value.
    """
    if not 0 < beta_slow <= beta_fast:
        return _unchecked(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def equal_betas_refused(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """equal betas refused

    met: a classic: a check stricter than the contract, which Kimi-K2 with its betas of 1 and 1 does not pass
    checks: its own
    hint: Call it with both betas 1. What does the docstring say about it?
    hint: Equal betas are allowed: both ends come from one index, rounded down and up, and the ramp is one pair wide.
    """
    if beta_slow == beta_fast:
        raise ValueError(f"beta_slow must be below beta_fast = {beta_fast}, got {beta_slow}")
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def trained_length_not_checked(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """the trained length not checked

    met: a classic: the logarithm refuses it too, but does not say what it refused
    checks: its own
    hint: Call it with a trained length of 0. What does the message say?
    hint: "math domain error" is a ValueError without a name. Say which argument was bad, and what it was.
    """
    if not original_max_position_embeddings > 0:
        return _unchecked(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
    return yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)


def factor_not_checked(
    d_head: int,
    base: float,
    factor: float,
    original_max_position_embeddings: int,
    beta_fast: float = 32.0,
    beta_slow: float = 1.0,
) -> Floats:
    """factors below 1 accepted

    met: a classic: a factor taken for a share, 0.25 in place of 4
    checks: its own
    hint: Call it with the factor 0.5. What should happen?
    hint: A factor below 1 would shorten the context: ValueError, with the name factor and its value.
    """
    return np.asarray(
        _unchecked(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
        if factor < 1
        else yarn_frequencies(d_head, base, factor, original_max_position_embeddings, beta_fast, beta_slow)
    )
