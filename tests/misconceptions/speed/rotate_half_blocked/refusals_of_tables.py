"""Wrong answers to rotate_half_blocked (lab 08): refusals of tables, block and seq_axis."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import rotate_half_blocked

Reals = NDArray[np.float32]
Size = int | None


def _rotated(x: Reals, cos: Reals, sin: Reals, out: Reals, seq_axis: int) -> Reals:
    """Without any check, and through new arrays."""
    if seq_axis == 1:
        cos, sin = cos[:, None], sin[:, None]
    half = x.shape[-1] // 2
    out[...] = x * cos + np.concatenate([-x[..., half:], x[..., :half]], axis=-1) * sin
    return out


def sin_not_checked(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """sin is not checked

    met: a classic: a check is written for the first table and forgotten for its twin
    checks: its own
    hint: Pass a good cos and a sin with one row too few.
    hint: What you ask of cos has to be asked of sin too, under its own name.
    """
    rotate_half_blocked(x[:0], cos, cos, out[:0] if out.shape == x.shape else out, seq_axis=seq_axis, block=block)
    if (sin.shape == cos.shape and sin.dtype == cos.dtype) or np.shares_memory(x, out):
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    return _rotated(x, cos, sin, out, seq_axis)


def tables_not_checked(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """neither table is checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass tables with one row, then tables of float64.
    hint: NumPy stretches one row over all tokens without a word, and its own errors name none of your arguments. Compare
        shape and dtype before you compute.
    """
    if x.ndim == 4 and seq_axis in (1, 2):
        fitting = np.zeros((x.shape[seq_axis], x.shape[3]), np.float32)
        rotate_half_blocked(
            x[:0], fitting, fitting, out[:0] if out.shape == x.shape else out, seq_axis=seq_axis, block=block
        )
        if (cos.shape, sin.shape) != (fitting.shape, fitting.shape) or (cos.dtype, sin.dtype) != (x.dtype, x.dtype):
            return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def tables_called_table(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """tables called by one name

    met: a classic: a check written for one table and called for two
    checks: its own
    hint: Pass a good cos and a sin with one row too few, and read the message.
    hint: Whoever calls this function has no argument called table. Say which of the two does not fit.
    """
    try:
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    except ValueError as error:
        if str(error).startswith(("cos must", "sin must")):
            raise ValueError(f"table{str(error)[3:]}") from None
        raise


def wide_tables_accepted(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """tables of another dtype converted

    met: a classic: a helpful cast, repeated in every call and every layer
    checks: its own
    hint: Pass a float64 cos. What does the docstring say?
    hint: Casting the tables costs memory and time in every call, without anybody noticing. Refuse them once.
    """
    return rotate_half_blocked(
        x, cos.real.astype(np.float32), sin.real.astype(np.float32), out, seq_axis=seq_axis, block=block
    )


def tables_of_half_the_width_accepted(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """tables with a column for each pair accepted

    met: a classic: both kinds of table are around, and the function tries to please
    checks: its own
    hint: Pass tables of shape (seq, D/2). What does the docstring say?
    hint: Here each row holds its angles twice. Widening a table in every call costs memory and time; refuse it.
    """
    if x.ndim == 4 and cos.ndim == 2 and 2 * cos.shape[1] == x.shape[3]:
        cos = np.concatenate([cos, cos], axis=1)
    if x.ndim == 4 and sin.ndim == 2 and 2 * sin.shape[1] == x.shape[3]:
        sin = np.concatenate([sin, sin], axis=1)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def longer_tables_cut(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """tables with more rows cut

    met: a classic: the first rows taken, and in decoding they belong to other tokens
    checks: its own
    hint: Pass tables with more rows than tokens. Which rows are these tokens'?
    hint: Only the caller knows which rows belong to these tokens, so the caller cuts. Any other number is refused.
    """
    if x.ndim == 4 and seq_axis in (1, 2):
        cos, sin = cos[: x.shape[seq_axis]], sin[: x.shape[seq_axis]]
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def block_not_checked(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """block not checked

    met: a classic: range refuses a step of 0 in its own words, and a step of -3 gives no blocks at all
    checks: its own
    hint: Call it with blocks of 0 and of -3. What becomes of out?
    hint: With a negative block nothing is rotated, without a word. Refuse what is below 1, by name.
    """
    if block is not None and block < 1:
        rotate_half_blocked(x[:0], cos, sin, out[:0], seq_axis=seq_axis)
        for start in range(0, len(cos), block):
            out[start:] = 0
        return out
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def zero_means_the_default(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """block 0 taken for None

    met: a classic: block or ..., where 0 counts as nothing
    checks: its own
    hint: Call it with a block of 0. What does the docstring say?
    hint: None is the default, and 0 is a mistake of the caller's computation. Ask for None by name: block is None.
    """
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block or None)


def any_other_seq_axis_is_2(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """any seq_axis but 1 taken for 2

    met: a classic: if seq_axis == 1 ... else
    checks: its own
    hint: Call it with seq_axis 0, 3 and -3. What should happen?
    hint: Axis -3 is axis 1, and your code treats it like 2. Refuse what is neither 1 nor 2, by name.
    """
    return rotate_half_blocked(x, cos, sin, out, seq_axis=1 if seq_axis == 1 else 2, block=block)
