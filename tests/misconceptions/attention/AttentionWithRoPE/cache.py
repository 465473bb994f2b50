"""Wrong answers to AttentionWithRoPE (lab 06): the cache and the mask."""

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import (
    AttentionWithRoPE,
    KVCache,
    apply_rotary_pos_emb,
    position_ids_from_mask,
    scaled_dot_product_attention,
)

Array = NDArray[Any]
Ids = ArrayLike | None
Mask = ArrayLike | None


class _InSteps(AttentionWithRoPE):
    """The reference, with its use of the cache and its call of attention apart."""

    def forward(
        self, x: Array, position_ids: Ids = None, kv_cache: KVCache | None = None, attention_mask: Mask = None
    ) -> Array:
        super().forward(x, position_ids, copy.deepcopy(kv_cache), attention_mask)  # for its refusals
        past = 0 if kv_cache is None else kv_cache.length
        if position_ids is not None:
            ids = np.asarray(position_ids)
        elif attention_mask is not None:
            ids = position_ids_from_mask(attention_mask)[:, past:]
        else:
            ids = np.arange(past, past + x.shape[1])
        x = x.astype(self.q_proj.dtype)
        weights = (self.q_proj, self.k_proj, self.v_proj)
        q, k, v = ((x @ weight.T).reshape(*x.shape[:2], -1, self.head_dim) for weight in weights)
        q, k = (apply_rotary_pos_emb(part, ids, self.theta).swapaxes(1, 2) for part in (q, k))
        k, v = (k, v.swapaxes(1, 2)) if kv_cache is None else self.kept(kv_cache, k, v.swapaxes(1, 2))
        heads = self.attended(q, k, v, attention_mask)
        return np.asarray(heads.swapaxes(1, 2).reshape(*x.shape[:2], -1) @ self.o_proj.T)

    def kept(self, kv_cache: KVCache, k: Array, v: Array) -> tuple[Array, Array]:
        return kv_cache.update(k, v)

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        return scaled_dot_product_attention(q, k, v, attention_mask=mask)


class CacheNotExtended(_InSteps):
    """cache read and not extended

    met: a classic: the joined arrays are used for this step, and not kept for the next
    hint: Feed three tokens with a cache, and print its length.
    hint: What is joined here is lost after the call. update does both: it keeps the new tokens and returns all.
    """

    def kept(self, kv_cache: KVCache, k: Array, v: Array) -> tuple[Array, Array]:
        return copy.deepcopy(kv_cache).update(k, v)


class CacheNotRead(_InSteps):
    """cache extended and not read

    met: kvcache-ai/sglang pull request 66: what was kept was right, and attention went on with another array
    hint: Feed a token with a cache that holds five. How many keys does it see?
    hint: The new tokens are kept, but attention gets them alone. Go on with what update returns.
    """

    def kept(self, kv_cache: KVCache, k: Array, v: Array) -> tuple[Array, Array]:
        kv_cache.update(k, v)
        return k, v

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        new = None if mask is None else np.asarray(mask)[:, -k.shape[2] :]
        return scaled_dot_product_attention(q, k, v, attention_mask=new)


class ExtendedTwice(_InSteps):
    """cache extended twice

    met: a classic: once for the keys and once for the values, and each call takes both
    hint: Feed three tokens with a cache, and print its length.
    hint: One update takes keys and values together. Call it once.
    """

    def kept(self, kv_cache: KVCache, k: Array, v: Array) -> tuple[Array, Array]:
        before = copy.deepcopy(kv_cache)
        kv_cache.update(k, v)
        kv_cache.update(k, v)
        return before.update(k, v)


class ReadBeforeItIsExtended(_InSteps):
    """new tokens not seen beside a cache

    met: a classic: the cache is read first and extended afterwards
    hint: Feed a token with a cache that holds five. Does it see itself?
    hint: A token sees itself and those before it in the same call. Extend the cache first, then attend to all of it.
    """

    def kept(self, kv_cache: KVCache, k: Array, v: Array) -> tuple[Array, Array]:
        past = kv_cache.length
        k, v = kv_cache.update(k, v)
        return (k[:, :, :past], v[:, :, :past]) if past else (k, v)

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        old = None if mask is None else np.asarray(mask)[:, : k.shape[2]]
        return scaled_dot_product_attention(q, k, v, k.shape[2] == q.shape[2], old)


class NotCausal(_InSteps):
    """no causal mask

    met: a classic: right in decoding, where nothing lies ahead, and wrong for the prompt
    hint: Feed five tokens at once, and then the first three alone. Are the first three results equal?
    hint: In a full pass the tokens behind are there already, and yours look at them. Ask for causal attention.
    """

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        return scaled_dot_product_attention(q, k, v, False, mask)


class CausalWithoutACacheOnly(_InSteps):
    """no causal mask beside a cache

    met: a review of chelsea0x3b/llama-dfdx pull request 7 and mlx-node/mlx-node pull request 24
    hint: Feed a cache with pieces of three tokens, and compare with feeding it one by one.
    hint: One token after a cache has nothing ahead. Three have: the first two must not see the third.
    """

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        return scaled_dot_product_attention(q, k, v, q.shape[2] == k.shape[2], mask)


class MaskForPositionsOnly(_InSteps):
    """padding seen

    met: a classic: with the right positions, left-padded rows look nearly right
    hint: Change x where it is padding. Does the result change elsewhere?
    hint: The mask has two uses: positions are counted with it, and attention hides padding with it. You forget the second.
    """

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        return scaled_dot_product_attention(q, k, v)


class MaskOfTheNewAlone(_InSteps):
    """padding in the cache seen

    met: thu-nics/C2C pull request 19: from the first decode step on, padding on the left was seen again
    hint: Feed a left-padded row to a cache, and then one token more. Which keys does it see?
    hint: The mask has an entry for every key, those in the cache too. You look at the new ones only.
    """

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        if mask is not None:
            seen = np.ones((len(k), k.shape[2]), dtype=bool)
            seen[:, -q.shape[2] :] = np.asarray(mask)[:, -q.shape[2] :]
            mask = seen
        return scaled_dot_product_attention(q, k, v, attention_mask=mask)


class MaskInPlaceOfCausal(_InSteps):
    """attention_mask in place of the causal mask

    met: huggingface/transformers issue 37807: where a mask is given, is_causal is off, for PyTorch takes one of the two
    hint: Pass a mask that is true everywhere. Should that change anything?
    hint: A key is seen when it is a token and not in the future. Pass the mask, and ask for causal attention as well.
    """

    def attended(self, q: Array, k: Array, v: Array, mask: Mask) -> Array:
        return scaled_dot_product_attention(q, k, v, mask is None, mask)
