"""Wrong answers to AttentionWithRoPE (lab 06): positions.

hint: Begin with a full pass: no cache, no mask, positions 0 to seq - 1. Print the shape after each step: two sequences of seven
    tokens with three heads of six features are (2, 7, 3, 6) for the rotation, and (2, 3, 7, 6) for attention.
hint: Then the cache: rotate first, then extend it, then attend to all that it holds. Feed three tokens and then two: where do
    the two stand, and is the length of the cache 3 or 5 when you ask for it?
hint: Then padding: feed four tokens of the rows 0 0 1 1 1 1 and 1 1 1 1 1 1, and two more in a second call. Its mask has six
    columns, its x two tokens. These should stand at 2 and 3 in the first row, at 4 and 5 in the second: which part of what
    position_ids_from_mask returns is that? And which columns does attention need, the last two or all six?
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import AttentionWithRoPE, KVCache, position_ids_from_mask

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


def _past(kv_cache: KVCache | None) -> int:
    return 0 if kv_cache is None else kv_cache.length


class BegunAgainAtZero(AttentionWithRoPE):
    """positions begun again at 0 with a cache

    met: Blaizzy/mlx-vlm issue 1983: each decode step was rotated as the first token
    hint: Feed five tokens at once, and then the same five with a cache, one by one. From which on do the results differ?
    hint: You number the tokens of this call from 0. They come after those in the cache: begin at its length.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is None and x.ndim == 3:
            position_ids = np.arange(x.shape[1])
        return super().forward(x, position_ids, kv_cache, attention_mask)


class CountedTooEarly(AttentionWithRoPE):
    """length read after the cache has grown

    met: fla-org/flash-linear-attention issue 766: the length was advanced before it was used
    hint: Feed three tokens to an empty cache, and then two. At which positions should these five stand, and where do they?
    hint: Scores of a single call stay right, for they depend on distances, but the keys that are kept are those of other
        positions. Read the length before the update.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is None and kv_cache is not None and x.ndim == 3:
            position_ids = np.arange(x.shape[1]) + kv_cache.length + x.shape[1]
        return super().forward(x, position_ids, kv_cache, attention_mask)


class CountedTooEarlyBehindOthers(AttentionWithRoPE):
    """right for an empty cache

    variant of: CountedTooEarly
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is None and _past(kv_cache) and x.ndim == 3:
            position_ids = np.arange(x.shape[1]) + _past(kv_cache) + x.shape[1]
        return super().forward(x, position_ids, kv_cache, attention_mask)


class OnePositionForAll(AttentionWithRoPE):
    """one position for all tokens of a call

    met: jundot/omlx pull request 2363: a window of several tokens was rotated as if all stood at its beginning
    hint: Feed a cache with pieces of four tokens, and compare with feeding it one by one.
    hint: The length of the cache is the position of the first new token only. The others follow it.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is None and x.ndim == 3:
            position_ids = np.full(x.shape[1], _past(kv_cache))
        return super().forward(x, position_ids, kv_cache, attention_mask)


class PaddingCounted(AttentionWithRoPE):
    """padding counted in positions

    met: huggingface/transformers issue 22161 and unslothai/unsloth issue 3699: left-padded rows came out as garbage
    hint: Where does the first token of a row with four places of padding stand?
    hint: With an attention_mask the places of a row are not its positions: only tokens are counted. position_ids_from_mask
        does that.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and x.ndim == 3:
            position_ids = np.arange(x.shape[1]) + _past(kv_cache)
        return super().forward(x, position_ids, kv_cache, attention_mask)


class FirstPositionsOfTheMask(AttentionWithRoPE):
    """first positions of the mask taken for the new tokens

    met: a classic: cut to the right length, at the wrong end
    hint: Feed six tokens with a mask to a cache, and then a seventh. Which entry of its mask is that token?
    hint: The mask covers the tokens in the cache too, and they come first. The new ones are the last.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is not None and np.ndim(attention_mask) == 2 and x.ndim == 3:
            position_ids = position_ids_from_mask(attention_mask)[:, : x.shape[1]]
        return super().forward(x, position_ids, kv_cache, attention_mask)


class MaskNotCut(AttentionWithRoPE):
    """positions of the whole mask given to the new tokens

    met: mosaicml/examples pull request 257: with padding and a cache, the slice was taken in the wrong place
    hint: Feed six tokens with a mask to a cache, and then a seventh. How many positions do you get, and for how many tokens?
    hint: The mask covers the tokens in the cache too. Positions are needed for the new ones only.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is not None and np.ndim(attention_mask) == 2:
            position_ids = position_ids_from_mask(attention_mask)
        return super().forward(x, position_ids, kv_cache, attention_mask)


class NewPartOfTheMaskCounted(AttentionWithRoPE):
    """positions counted in the new part of the mask alone

    met: a classic: the mask is cut first and counted afterwards, so that each step begins again at 0
    hint: Feed six tokens with a mask to a cache, and then a seventh. At which position does it stand?
    hint: How many tokens stand before one is known only from the whole mask. Count first, and cut the result.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is not None and np.ndim(attention_mask) == 2:
            position_ids = position_ids_from_mask(np.asarray(attention_mask)[:, _past(kv_cache) :])
        return super().forward(x, position_ids, kv_cache, attention_mask)


class PositionIdsIgnored(AttentionWithRoPE):
    """position_ids ignored

    met: thu-nics/C2C pull request 19: the caller's positions were dropped after the prompt
    hint: Pass positions with a gap, say 0, 1, 50. Does the result differ from that without?
    hint: Positions that are given count. Number the tokens yourself only where there are none.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        return super().forward(x, None, kv_cache, attention_mask)


class MaskGoesFirst(AttentionWithRoPE):
    """position_ids ignored beside a mask

    met: huggingface/transformers pull request 22828, where a review asks why given positions were dropped
    hint: Pass an attention_mask and positions with a gap. Which of the two decides?
    hint: The mask stands in for positions where there are none. Those that are given count, with a mask as well.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        ids = position_ids if attention_mask is None else None
        return super().forward(x, ids, kv_cache, attention_mask)


class LengthAdded(AttentionWithRoPE):
    """length of the cache added to given positions

    met: a classic: one line for both cases, positions plus offset
    hint: Feed a cache with five tokens, then pass one at position 40. Where is it rotated to?
    hint: Positions that are given are absolute. The length of the cache belongs to those that you number yourself.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        ids = None if position_ids is None else np.asarray(position_ids)
        if ids is not None and np.all((ids >= 0) & (ids < self.max_seq_len)):
            ids = np.minimum(ids + _past(kv_cache), self.max_seq_len - 1)
        return super().forward(x, ids, kv_cache, attention_mask)


class FirstRowForTheBatch(AttentionWithRoPE):
    """positions of the first sequence for the whole batch

    met: unslothai/unsloth issue 3699: left-padded rows of a batch shared the positions of one row
    hint: Feed two sequences with different padding, and then the second alone. Are the results equal?
    hint: Every sequence has positions of its own. Keep the batch axis of position_ids.
    """

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        if position_ids is None and attention_mask is not None and np.ndim(attention_mask) == 2:
            position_ids = position_ids_from_mask(attention_mask)[:, _past(kv_cache) :]
        ids = None if position_ids is None else np.asarray(position_ids)
        if ids is not None and ids.shape == x.shape[:2] and np.all((ids >= 0) & (ids < self.max_seq_len)):
            ids = ids[0]
        return super().forward(x, ids, kv_cache, attention_mask)
