"""Wrong answers to RotaryEmbedding (lab 03): rows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.forward import RotaryEmbedding

Array = NDArray[Any]
Ids = ArrayLike | None
Rows = tuple[Array, Array]


def _checked(x: Array, seq_len: int | None, position_ids: Ids) -> tuple[Any, int]:
    """Which rows a call wants and how many the tables need, after the checks."""
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"x must have a floating-point dtype, got {x.dtype}")
    if seq_len is not None and seq_len < 0:
        raise ValueError(f"seq_len must not be negative, got {seq_len}")
    if position_ids is None:
        needed = x.shape[-2] if seq_len is None else seq_len
        return slice(needed), needed
    ids = np.asarray(position_ids, dtype=np.int64)
    if np.any(ids < 0):
        raise ValueError(f"position_ids must not be negative, got {ids.min()}")
    return ids, int(ids.max(initial=-1)) + 1


def _cast(rotary: RotaryEmbedding, rows: Any, x: Array) -> Rows:
    return rotary.cos_cached[rows].astype(x.dtype), rotary.sin_cached[rows].astype(x.dtype)


class LengthFromAxis1(RotaryEmbedding):
    """sequence length read from axis 1

    met: facebookresearch/xformers thread 841, where the axis of the heads was taken for that of the tokens
    hint: Leave seq_len out and pass an x of shape (2, 6, 4, 32). How many rows come back?
    hint: Axis 1 holds the heads here, and in an x of two axes it holds the features. The sequence is on axis -2.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return super().forward(x, x.shape[1] if seq_len is None else seq_len, position_ids)


class LengthZeroTakenForNone(RotaryEmbedding):
    """seq_len 0 taken for None

    met: a classic: "seq_len or ..." asks whether seq_len is true, and 0 is not
    hint: Call it with seq_len=0. How many rows come back?
    hint: 0 is a length like any other. Ask whether seq_len is None.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return super().forward(x, seq_len or x.shape[-2], position_ids)


class PositionsIgnored(RotaryEmbedding):
    """position_ids ignored

    met: Blaizzy/mlx-vlm issue 1983: every decode step was rotated as if it stood at the beginning
    hint: Ask for the single position 13. Which row comes back?
    hint: The first rows are right for a prompt only. When position_ids are given, they are the rows.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        super().forward(x, seq_len, position_ids)
        rows, _ = _checked(x, seq_len, None)
        return _cast(self, rows, x)


class LengthBeforePositions(RotaryEmbedding):
    """seq_len decides although positions are given

    met: a classic: older models ask for seq_len rows first and look the positions up later
    hint: Pass seq_len=2 together with three positions. Which rows come back?
    hint: When position_ids are given, seq_len has no say: neither in which rows come back nor in how many are needed.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return super().forward(x, seq_len, None if seq_len is not None else position_ids)


class WholeTable(RotaryEmbedding):
    """whole table in place of the first rows

    met: a classic: a table that is just long enough hides it
    hint: Ask for three rows of a table of seven. How many come back?
    hint: The tables never shrink, so they are often longer than the request. Cut the first seq_len rows out.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        rows = super().forward(x, seq_len, position_ids)
        return _cast(self, slice(None), x) if position_ids is None else rows


class SineFirst(RotaryEmbedding):
    """sine and cosine exchanged

    met: a classic: two arrays of the same shape, returned in the other order
    hint: Print the first row of the first result. What is the cosine of 0?
    hint: The cosines come first. At position 0 they are all 1, and yours are all 0.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        cos, sin = super().forward(x, seq_len, position_ids)
        return sin, cos


class RowsSorted(RotaryEmbedding):
    """rows sorted and without repeats

    met: a classic: np.unique seems to save work
    hint: Ask for positions 10, 2, 2, 7. Which rows come back, in which order?
    hint: Row t of the result belongs to token t. Look the positions up as they are, in their order, with their repeats.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return super().forward(x, seq_len, None if position_ids is None else np.unique(np.asarray(position_ids)))


class PositionsFlattened(RotaryEmbedding):
    """positions flattened

    met: a classic: a list of rows is what a table gives, whatever was asked for
    hint: Print the shape of the result for position_ids of shape (2, 3).
    hint: The rows are right, but their batch axis is lost. Index the table with the array as it is: its shape stays in front.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return super().forward(x, seq_len, None if position_ids is None else np.ravel(position_ids))


class RunFromTheFirstPosition(RotaryEmbedding):
    """consecutive rows from the first position on

    met: a classic: with a cache, the tokens of one call usually follow each other
    hint: Ask for positions 0, 5, 10. Which rows come back?
    hint: You take the first position and count up. Positions may jump, repeat, and differ from row to row of the batch.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        super().forward(x, seq_len, position_ids)
        if position_ids is not None:
            ids = np.asarray(position_ids)
            position_ids = ids.flat[0] + np.arange(ids.size).reshape(ids.shape)
        return super().forward(x, seq_len, position_ids)


class FirstRowOfPositions(RotaryEmbedding):
    """first row of position_ids for the whole batch

    met: unslothai/unsloth issue 3699: left-padded rows of a batch shared the positions of one row
    hint: Ask for positions [[1999], [421]] and compare the two rows that come back.
    hint: Every entry of the batch has positions of its own. Look up all of position_ids, not its first row.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        if position_ids is not None:
            position_ids = np.atleast_2d(np.asarray(position_ids))[0]
        return super().forward(x, seq_len, position_ids)


class AnswersKeptByLength(RotaryEmbedding):
    """answers kept by the number of tokens alone

    met: lucidrains/rotary-embedding-torch thread 11: what was kept was handed out again for another offset
    hint: Ask for position 13, then for position 14. Do the rows differ?
    hint: You keep finished answers and find them by their length. The offset and the dtype belong to the question too; the
        table itself is all that needs keeping.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        answer = super().forward(x, seq_len, position_ids)
        tokens = len(answer[0]) if position_ids is None else np.asarray(position_ids).shape[-1]
        kept: dict[int, Rows] = self.__dict__.setdefault("_answers", {})
        return kept.setdefault(tokens, answer)


class AxesInFront(RotaryEmbedding):
    """axes for batch and heads put in front

    met: a classic: older Llama code kept its tables in four dimensions
    hint: Print the shape of the result for seq_len=6 and dimension 32.
    hint: The rows come back without axes of length 1. Giving them such axes is what apply_rotary_pos_emb does.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        cos, sin = super().forward(x, seq_len, position_ids)
        return cos[None, None], sin[None, None]


class HalfTheWidth(RotaryEmbedding):
    """rows of half the width

    met: labmlai/annotated_deep_learning_paper_implementations thread 215, where tables of one width met code for another
    hint: Print the shape of the result for seq_len=6 and dimension 32.
    hint: One column for each pair is what the interleaved layout needs. In the split-half layout a row holds every angle
        twice, D columns in all.
    """

    def forward(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        cos, sin = super().forward(x, seq_len, position_ids)
        return cos[..., : self.dim // 2], sin[..., : self.dim // 2]


class CallDropsPositions(RotaryEmbedding):
    """positions lost between the call and forward

    met: a classic: __call__ is written first, and forward gets one more argument later
    hint: Compare rotary(x, position_ids=ids) with rotary.forward(x, position_ids=ids).
    hint: __call__ hands on x and seq_len only. Hand on all three arguments.
    """

    def __call__(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return self.forward(x, seq_len)


class CallDropsTheLength(RotaryEmbedding):
    """seq_len lost between the call and forward

    met: a classic: forward finds a length of its own when it gets none, so nothing breaks
    hint: Compare rotary(x, 9) with rotary.forward(x, 9) for an x of six tokens.
    hint: __call__ hands on x and position_ids only. Hand on all three arguments.
    """

    def __call__(self, x: Array, seq_len: int | None = None, position_ids: Ids = None) -> Rows:
        return self.forward(x, position_ids=position_ids)
