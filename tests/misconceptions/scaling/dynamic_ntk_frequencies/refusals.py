"""Wrong answers to dynamic_ntk_frequencies (lab 07): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.scaling import dynamic_ntk_frequencies, ntk_frequencies

Floats = NDArray[np.float64]


def factor_left_to_the_other_function(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """factor checked only after it was stretched

    met: a classic: the function that is called does check its factor, but that is another one
    checks: its own
    hint: Call it with the factor 0.5 for a text shorter than trained.
    hint: ntk_frequencies sees factor times the stretch minus (factor - 1), which may be 1 for any factor. Look at factor
        before anything is computed from it.
    """
    if seq_len < 0:
        raise ValueError(f"seq_len must not be negative, got {seq_len}")
    if not max_position_embeddings > 0:
        raise ValueError(f"max_position_embeddings must be above 0, got {max_position_embeddings}")
    stretch = max(seq_len, max_position_embeddings) / max_position_embeddings
    return ntk_frequencies(d_head, base, factor * stretch - (factor - 1.0))


def negative_lengths_accepted(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """negative lengths of a text accepted

    met: a classic: the maximum with the trained length hides them
    checks: its own
    hint: Call it with seq_len -1.
    hint: No text has fewer than 0 tokens. That the maximum would make a good number of it does not make it right:
        ValueError, with the name and the value.
    """
    return dynamic_ntk_frequencies(d_head, base, factor, max(seq_len, 0), max_position_embeddings)


def empty_texts_refused(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """an empty text refused too

    met: a classic: a check stricter than the contract
    checks: its own
    hint: Call it with seq_len 0. What does the docstring say about it?
    hint: Before the first token there is a text of length 0, and the trained frequencies are right for it. Only what is
        negative is refused.
    """
    if seq_len <= 0:
        raise ValueError(f"seq_len must be positive, got {seq_len}")
    return dynamic_ntk_frequencies(d_head, base, factor, seq_len, max_position_embeddings)


def trained_length_not_checked(
    d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int
) -> Floats:
    """max_position_embeddings not checked

    met: a classic: a division that fails is taken for a check
    checks: its own
    hint: Call it with max_position_embeddings 0. Which type of exception comes?
    hint: A ZeroDivisionError names no argument, and a negative length divides without any error. Refuse both by name and
        value.
    """
    if not factor >= 1:
        raise ValueError(f"factor must be at least 1, got {factor}")
    if seq_len < 0:
        raise ValueError(f"seq_len must not be negative, got {seq_len}")
    stretch = max(seq_len, max_position_embeddings) / max_position_embeddings
    return ntk_frequencies(d_head, base, max(factor * stretch - (factor - 1.0), 1.0))


def nameless_errors(d_head: int, base: float, factor: float, seq_len: int, max_position_embeddings: int) -> Floats:
    """errors that do not name the argument

    met: a classic: "invalid input" helps nobody who sees it in a log
    checks: its own
    hint: Read your own message as somebody who passed five arguments. Which one was bad?
    hint: The message names the argument and its value, whichever of the five it is.
    """
    if seq_len < 0 or max_position_embeddings <= 0 or factor < 1 or base <= 0 or d_head < 4 or d_head % 2:
        raise ValueError("invalid input")
    return dynamic_ntk_frequencies(d_head, base, factor, seq_len, max_position_embeddings)
