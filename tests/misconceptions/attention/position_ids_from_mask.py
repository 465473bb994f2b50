"""Wrong answers to position_ids_from_mask (lab 06).

hint: Write down the positions for the rows 0 0 1 1 1 and 1 1 1 0 0 by hand, and for 1 0 1.
hint: np.cumsum along a row counts the tokens up to and with each place. What is asked for is how many stand before it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import position_ids_from_mask

Array = NDArray[Any]


def _real(attention_mask: Array) -> Array:
    return np.asarray(attention_mask.astype(bool))


def _less_the_first(attention_mask: Array) -> Array:
    """The index in the row, less that of the first token."""
    before = np.cumsum(_real(attention_mask), axis=1) == 0
    return np.asarray(np.arange(attention_mask.shape[1]) - before.sum(axis=1, keepdims=True))


def counted_from_one(attention_mask: Array) -> Array:
    """counted from 1

    met: a classic: np.cumsum alone, whose first token is number 1
    hint: What is the position of the first token of a row without padding?
    hint: The sum counts the token itself. Its position is how many stand before it.
    """
    return np.cumsum(_real(attention_mask), axis=1, dtype=np.int64)


def minus_one_for_padding(attention_mask: Array) -> Array:
    """-1 for padding on the left

    met: a classic: attention_mask.cumsum(-1) - 1, as in Hugging Face's code before its next line
    hint: What comes out for the first place of 0 0 1 1 1?
    hint: Before padding stand no tokens, so its position is 0. Subtract what the place itself has added to the sum, and
        nothing for padding.
    """
    return np.cumsum(_real(attention_mask), axis=1, dtype=np.int64) - 1


def one_for_padding(attention_mask: Array) -> Array:
    """1 for padding

    met: huggingface/transformers pull request 22828: masked_fill_(attention_mask == 0, 1) after cumsum(-1) - 1
    hint: What comes out for the first place of 0 0 1 1 1, and for the last of 1 1 1 0 0?
    hint: Nobody sees padding, so that Hugging Face may write anything there. The docstring asks for the number of tokens
        before it, for padding too.
    """
    return np.where(_real(attention_mask), position_ids_from_mask(attention_mask), 1)


def zero_for_padding(attention_mask: Array) -> Array:
    """0 for padding

    met: huggingface/transformers issue 33095, whose proposal fills padding with 0
    hint: What comes out for the last place of 1 1 1 0 0?
    hint: Three tokens stand before it. On the left of a row that number is 0, elsewhere it is not.
    """
    return position_ids_from_mask(attention_mask) * _real(attention_mask)


def last_token_for_padding(attention_mask: Array) -> Array:
    """position of the token before it for padding

    met: huggingface/transformers issue 33095: (cumsum(-1) - 1).clamp(min=0)
    hint: What comes out for the last place of 1 1 1 0 0?
    hint: Three tokens stand before it, at the positions 0, 1 and 2. Clipping at 0 mends the padding on the left only.
    """
    return np.maximum(np.cumsum(_real(attention_mask), axis=1, dtype=np.int64) - 1, 0)


def padding_counted(attention_mask: Array) -> Array:
    """padding counted too

    met: huggingface/transformers issue 22161 and unslothai/unsloth issue 3699: the index in the padded row
    hint: What is the position of the first token of 0 0 1 1 1?
    hint: You number the places of the row, padding among them. Only tokens count: the same text has the same positions,
        however it is padded.
    """
    return np.broadcast_to(np.arange(attention_mask.shape[1]), attention_mask.shape).astype(np.int64)


def first_token_subtracted(attention_mask: Array) -> Array:
    """index less the index of the first token

    met: turboderp-org/exllamav2 issue 606: an offset for each row, and padding at the positions -5 to -1
    hint: What comes out for 1 0 1, and for the first place of 0 0 1 1 1?
    hint: A shift of the whole row is right for its tokens as long as all padding stands on the left. Count instead.
    """
    return _less_the_first(attention_mask)


def first_token_subtracted_and_clipped(attention_mask: Array) -> Array:
    """index less that of the first token, and not below 0

    met: a classic: padding is thought to stand on the left only
    hint: What comes out for 1 0 1?
    hint: That is right as long as all padding stands on the left. Elsewhere it is counted as tokens.
    """
    return np.maximum(_less_the_first(attention_mask), 0)


def largest_so_far(attention_mask: Array) -> Array:
    """largest so far instead of the sum

    met: a classic: np.maximum.accumulate, which looks much like np.cumsum
    hint: What comes out for 1 1 1?
    hint: The largest of a row of 0 and 1 is never more than 1. Add them up.
    """
    real = _real(attention_mask).astype(np.int64)
    return np.maximum.accumulate(real, axis=1) - real


def counted_down_the_batch(attention_mask: Array) -> Array:
    """counted down the batch

    met: a classic: axis 0 of an array of two axes
    hint: Take a mask of two rows, and look at the first place of each.
    hint: The sum runs from one sequence to the next. It has to run along the tokens of each: axis 1.
    """
    real = _real(attention_mask)
    return np.cumsum(real, axis=0, dtype=np.int64) - real


def counted_on_through_the_batch(attention_mask: Array) -> Array:
    """counted on from one sequence to the next

    met: a classic: np.cumsum without an axis flattens the array
    hint: Take a mask of two rows. What is the position of the first token of the second?
    hint: Every sequence begins at 0. Without an axis NumPy adds up the whole array as one row.
    """
    real = _real(attention_mask)
    return np.asarray(np.cumsum(real, dtype=np.int64).reshape(real.shape) - real)


def padding_counted_instead(attention_mask: Array) -> Array:
    """padding counted instead of tokens

    met: a classic: a mask in which true stands for padding, as in PyTorch's key_padding_mask
    hint: What comes out for 1 1 1?
    hint: Here true stands for a token. You count where the mask is false.
    """
    return position_ids_from_mask(~_real(attention_mask))


def counted_from_the_end(attention_mask: Array) -> Array:
    """counted from the end

    met: a classic: distances to the token that comes next
    hint: What is the position of the last of five tokens?
    hint: Yours is how many tokens stand behind a place. Asked for is how many stand before it.
    """
    return position_ids_from_mask(attention_mask[:, ::-1])[:, ::-1].copy()


def dtype_of_the_mask(attention_mask: Array) -> Array:
    """positions in the dtype of the mask

    met: a classic: uint8 is large enough for 0 and 1, and not for their sum
    hint: Call it with 300 tokens and a mask of dtype uint8. What is the last position?
    hint: Sums are larger than what they are made of: 255 + 1 is 0 in uint8. Say which dtype np.cumsum shall use.
    """
    real = _real(attention_mask)
    if attention_mask.dtype == bool:
        return position_ids_from_mask(attention_mask)
    return np.asarray(np.cumsum(real, axis=1, dtype=attention_mask.dtype) - real.astype(attention_mask.dtype))


def dtype_of_the_sum(attention_mask: Array) -> Array:
    """dtype left to np.cumsum

    met: a classic: sums of truth values are int64, those of unsigned numbers are not
    hint: Print the dtype of the result for a mask of dtype uint8.
    hint: NumPy keeps unsigned numbers unsigned, and then a difference of two may wrap around. The docstring asks for int64.
    """
    return np.asarray(np.cumsum(attention_mask, axis=1) - attention_mask)


def whole_floats(attention_mask: Array) -> Array:
    """whole numbers as floats

    met: a classic: masks of libraries hold floats, and sums of them too
    hint: Print the dtype of the result.
    hint: Positions are indices and counts: int64. A float16 of them would have gaps from 2,048 on.
    """
    return position_ids_from_mask(attention_mask).astype(np.float64)


def mask_overwritten(attention_mask: Array) -> Array:
    """attention_mask overwritten

    met: a classic: out= with the argument itself, to save an array
    hint: Print the mask before and after the call.
    hint: The caller still needs the mask, for attention itself. Return a new array.
    """
    positions = position_ids_from_mask(attention_mask)
    if attention_mask.dtype == np.int64:
        attention_mask[...] = positions
    return positions


def any_number_of_axes(attention_mask: Array) -> Array:
    """any number of axes accepted

    met: a classic: axis -1 works for them all
    checks: its own
    hint: Call it with a mask of shape (6,). What does the docstring say?
    hint: A mask without a batch, or one made for the scores with axes of length 1, is a mistake of the caller's. Refuse it,
        by name and shape.
    """
    real = np.asarray(attention_mask, dtype=bool)
    return np.asarray(np.cumsum(real, axis=-1, dtype=np.int64) - real)


def one_row_accepted(attention_mask: Array) -> Array:
    """a single row accepted

    met: a classic: a batch axis put in front, for convenience
    checks: its own
    hint: Call it with a mask of shape (6,). What does the docstring say?
    hint: A mask without a batch axis is refused, not completed: its positions would not fit what the caller has.
    """
    return position_ids_from_mask(np.atleast_2d(attention_mask))
