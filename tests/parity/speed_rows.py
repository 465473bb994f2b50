"""Lab 08 beside the rotations of transformers' Llama, Llama 4, DeepSeek-V2 and GPT-J, and beside torch's complex product."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from precision import array, in_float64, tensor
from rounding import EPS32, cast_table_error, frequency_error, table_error
from row import Row, compare
from speed_forms import INTERLEAVED, ORDERS, SPLIT_HALF, rotate_interleaved, rotate_split_half
from transformers.models.deepseek_v2 import modeling_deepseek_v2 as deepseek_v2
from transformers.models.gptj import modeling_gptj as gptj
from transformers.models.llama import modeling_llama as llama
from transformers.models.llama4 import modeling_llama4 as llama4

from labkit.rounding import rotation_error

Array = NDArray[Any]
TRANSFORMERS, TORCH = f"transformers {transformers.__version__}", f"torch {torch.__version__}"
POSITIONS = np.array([20000, 2, 9, 131071, 64, 9, 4096])
SIZE, BASE = 64, 50000.0
ROPE = {"rope_type": "default", "rope_theta": BASE}


@dataclass(frozen=True)
class Peer:
    """A function of others that rotates.

    Attributes:
        package: its package, with the version.
        name: what it is called in print.
        interleaved: which features it pairs.
        seq_axes: the layouts of memory that it takes.
        rotate: x and complex numbers of shape (seq, D/2), as tensors, and seq_axis; gives x rotated.
        table: these numbers as the peer makes them at POSITIONS; None where that is left to the caller.
    """

    package: str
    name: str
    interleaved: bool
    seq_axes: tuple[int, ...]
    rotate: Callable[[Any, Any, int], Any]
    table: Callable[[], Any] | None = None

    @property
    def ours(self) -> tuple[str, Callable[[Any, Array, Array, int], Array]]:
        return (INTERLEAVED, rotate_interleaved) if self.interleaved else (SPLIT_HALF, rotate_split_half)


def by_llama(x: Any, table: Any, seq_axis: int) -> Any:
    cos, sin = (torch.cat((part, part), dim=-1)[None] for part in (table.real, table.imag))
    return llama.apply_rotary_pos_emb(x, x, cos, sin, unsqueeze_dim=3 - seq_axis)[0]


def llama_table() -> Any:
    config = transformers.LlamaConfig(head_dim=SIZE, rope_parameters=ROPE)
    cos, sin = llama.LlamaRotaryEmbedding(config)(torch.zeros(1), tensor(POSITIONS[None]))
    return torch.complex(cos, sin)[0, :, : SIZE // 2]


def llama4_table() -> Any:
    config = transformers.Llama4TextConfig(head_dim=SIZE, rope_parameters=ROPE)
    return llama4.Llama4TextRotaryEmbedding(config)(torch.zeros(1), tensor(POSITIONS[None]))[0]


def deepseek_v2_table() -> Any:
    config = transformers.DeepseekV2Config(qk_rope_head_dim=SIZE, rope_parameters=ROPE)
    return deepseek_v2.DeepseekV2RotaryEmbedding(config)(torch.zeros(1), tensor(POSITIONS[None]))[0]


def by_product_in_place(x: Any, table: Any, seq_axis: int) -> Any:
    done = x.clone()
    torch.view_as_complex(done.view(*done.shape[:-1], -1, 2)).mul_(table[:, None] if seq_axis == 1 else table)
    return done


PEERS = (
    Peer(TRANSFORMERS, "Llama, split-half", False, (1, 2), by_llama, llama_table),
    # Both are the function of Meta's code.
    Peer(
        TRANSFORMERS,
        "Llama 4, complex",
        True,
        (1,),
        lambda x, table, _: llama4.apply_rotary_emb(x, x, table[None])[0],
        llama4_table,
    ),
    Peer(
        TRANSFORMERS,
        "DeepSeek-V2, complex",
        True,
        (2,),
        lambda x, table, _: deepseek_v2.apply_rotary_emb(x, x, table[None])[0],
        deepseek_v2_table,
    ),
    Peer(
        TRANSFORMERS,
        "GPT-J, interleaved",
        True,
        (1,),
        lambda x, table, _: gptj.apply_rotary_pos_emb(x, table.imag[None], table.real[None]),
    ),
    Peer(TORCH, "complex product in place", True, (1, 2), by_product_in_place),
)


def features(seq_axis: int) -> Array:
    """Queries in float32 of shape (batch, seq, heads, D) or (batch, heads, seq, D), the same numbers in both."""
    x = np.random.default_rng(5).standard_normal((2, len(POSITIONS), 3, SIZE), dtype=np.float32)
    return x.swapaxes(1, seq_axis).copy()


def reference_table(ropelab: Any) -> Array:
    table: Array = ropelab.speed.rotation_table(POSITIONS, ropelab.frequencies.rope_frequencies(SIZE, BASE))
    return table


def given_tables_row(ropelab: Any, peer: Peer, seq_axis: int) -> Row:
    """The rotation alone, in float32 on both sides: the tables are the course's on both sides."""
    x, table = features(seq_axis), reference_table(ropelab)
    names, rotate = peer.ours
    ours, theirs = rotate(ropelab, x, table, seq_axis), array(peer.rotate(tensor(x), tensor(table), seq_axis))
    bound = 2 * rotation_error(float(np.max(np.abs(x))), 0.0, EPS32)
    labels = (peer.package, f"{peer.name}, tables given, {ORDERS[seq_axis]}", "float32", names)
    return compare(labels, ours, np.broadcast_to(theirs, ours.shape), bound)


def own_tables_row(ropelab: Any, peer: Peer, seq_axis: int) -> Row:
    """Tables and rotation; the peer's are float64, so that its angles count as well."""
    assert peer.table is not None
    x = features(seq_axis)
    names, rotate = peer.ours
    ours = rotate(ropelab, x, reference_table(ropelab), seq_axis)
    with in_float64():
        theirs = array(peer.rotate(tensor(x.astype(np.float64)), peer.table(), seq_axis))
    largest, farthest, frequency = float(np.max(np.abs(x))), float(POSITIONS.max()), frequency_error(BASE, SIZE)
    bound = rotation_error(largest, cast_table_error(farthest, frequency), EPS32)
    bound += rotation_error(largest, table_error(farthest, frequency))
    labels = (peer.package, f"{peer.name}, in float64, {ORDERS[seq_axis]}", "float32", names)
    return compare(labels, ours, np.broadcast_to(theirs, ours.shape), bound)


def table_rows(ropelab: Any) -> Iterator[Row]:
    """Complex numbers as Meta's code makes them, in float64 and as shipped: there their angles are float32."""
    ours = reference_table(ropelab)
    farthest = float(POSITIONS.max())
    mine = cast_table_error(farthest, frequency_error(BASE, SIZE))
    with in_float64():
        exact = array(llama4_table())
    shipped = array(llama4_table())
    for compared, theirs, error in (
        ("in float64", exact, table_error(farthest, frequency_error(BASE, SIZE))),
        ("as shipped", shipped, table_error(farthest, frequency_error(BASE, SIZE, EPS32), EPS32)),
    ):
        labels = (TRANSFORMERS, f"Llama 4's freqs_cis, {compared}", "float32", "08 rotation_table")
        got, expected = (np.stack([table.real, table.imag]) for table in (ours, theirs))
        yield compare(labels, got, expected, mine + error)


def rows(ropelab: Any) -> Iterator[Row]:
    yield from table_rows(ropelab)
    for peer in PEERS:
        for seq_axis in peer.seq_axes:
            yield given_tables_row(ropelab, peer, seq_axis)
            if peer.table:
                yield own_tables_row(ropelab, peer, seq_axis)
