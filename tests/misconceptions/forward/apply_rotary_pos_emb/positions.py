"""Wrong answers to apply_rotary_pos_emb (lab 03): positions."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.forward import apply_rotary_pos_emb, rotate_half

Array = NDArray[Any]
Pair = tuple[Array, Array]
Ids = ArrayLike | None


def _rows(cos: Array, sin: Array, position_ids: Ids, unsqueeze_dim: int) -> Pair:
    if position_ids is not None:
        cos, sin = cos[np.asarray(position_ids)], sin[np.asarray(position_ids)]
    if cos.ndim == 2:
        cos, sin = cos[None], sin[None]
    return np.expand_dims(cos, unsqueeze_dim), np.expand_dims(sin, unsqueeze_dim)


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    return np.asarray(x * cos + rotate_half(x) * sin)


def first_row_for_the_whole_batch(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """first row of position_ids for the whole batch

    met: unslothai/unsloth issue 3699: left-padded rows of a batch shared the positions of one row
    hint: Rotate a batch of two with different positions, and then its second entry alone. Are they equal?
    hint: With position_ids of shape (batch, seq) every entry of the batch has positions of its own. You look up one row only.
    """
    if position_ids is not None:
        position_ids = np.atleast_2d(np.asarray(position_ids))[0]
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def index_in_the_chunk(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """index in the chunk taken for the position

    met: Blaizzy/mlx-vlm issue 1983, and huggingface/transformers issue 22161, where it was the index in a padded row
    hint: Rotate one token at position 0, and the same token at position 100. Do the results differ?
    hint: You take the first rows of the tables, one for each token. That is right for a prompt only: which rows are needed is
        what position_ids says.
    """
    if position_ids is not None:
        seq = q.shape[3 - unsqueeze_dim]
        cos, sin = cos[:seq], sin[:seq]
    return apply_rotary_pos_emb(q, k, cos, sin, None, unsqueeze_dim)


def one_position_for_all_tokens(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """first position for all tokens

    met: jundot/omlx pull request 2363: a window of several tokens was rotated as if all stood at its beginning
    hint: Rotate five equal tokens at five positions. Are the results equal?
    hint: One row is looked up and broadcast over the tokens. A decode step has one token, a prompt has many: each needs the
        row of its own position.
    """
    if position_ids is not None:
        position_ids = np.asarray(position_ids)[..., :1]
    cos, sin = _rows(cos, sin, position_ids, unsqueeze_dim)
    return _turned(q, cos, sin), _turned(k, cos, sin)


def added_up_over_the_batch(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """rows added up over the batch

    met: huggingface/transformers pull request 29109: correct for a batch of one, wrong for every other
    hint: Look at the length of one token before and after, in a batch of two. A rotation keeps it.
    hint: The rows of all batch entries are added into one. Keep the batch axis: each entry is multiplied by its own rows.
    """
    ids = np.asarray(position_ids)
    if ids.ndim == 2:
        cos, sin, position_ids = cos[ids].sum(axis=0), sin[ids].sum(axis=0), None
    return apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)


def positions_from_one(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """positions counted from 1

    met: a classic; fla-org/flash-linear-attention issue 766 was off by one token the other way
    hint: Rotate a token at position 0. What should change?
    hint: You look up the row before the right one, and for position 0 the last of the table. Row p belongs to position p.
    """
    if position_ids is not None:
        ids = np.asarray(position_ids) - 1
        cos, sin = cos[ids], sin[ids]
    return apply_rotary_pos_emb(q, k, cos, sin, None, unsqueeze_dim)


def queries_from_zero(
    q: Array, k: Array, cos: Array, sin: Array, position_ids: Ids = None, unsqueeze_dim: int = 1
) -> Pair:
    """queries counted from 0, keys at their positions

    met: RobertCsordas/moeut thread 6: the query was rotated as the first token, whatever the offset
    hint: Call it with k equal to q. The two results must be equal.
    hint: A query stands at the same position as the key of the same token. Use the rows you looked up for both.
    """
    seq = q.shape[3 - unsqueeze_dim]
    first = _rows(cos[..., :seq, :], sin[..., :seq, :], None, unsqueeze_dim)
    return _turned(q, *first), apply_rotary_pos_emb(q, k, cos, sin, position_ids, unsqueeze_dim)[1]
