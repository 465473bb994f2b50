"""ONNX operators, run by onnx's reference evaluator, and the node cases that onnx ships for RotaryEmbedding."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.backend.test.case.node import collect_testcases
from onnx.reference import ReferenceEvaluator

Array = NDArray[Any]
PEER = f"onnx {onnx.__version__}"


@dataclass(frozen=True)
class NodeCase:
    """A case of the operator as onnx publishes it. The caches are random numbers in 0 .. 1, no cosines and sines.

    Attributes:
        x: shape (batch, heads, seq, D), or (batch, seq, heads * D) with num_heads given.
        cos, sin: shape (length, rotary_dim/2) with position_ids, (batch, seq, rotary_dim/2) without.
        rotary_dim, num_heads: 0 where the case gives none.
    """

    name: str
    x: Array
    cos: Array
    sin: Array
    position_ids: Array | None
    expected: Array
    interleaved: bool
    rotary_dim: int
    num_heads: int


def node_cases() -> list[NodeCase]:
    """The published cases, without their twins that are written in more elementary operators."""

    def only_this_operator(package: Any) -> None:
        importlib.import_module(f"{package.__name__}.rotaryembedding")

    # Left alone it imports the cases of all operators, which takes seconds and warns of overflows.
    with mock.patch("onnx.backend.test.case.node.import_recursive", only_this_operator):
        published = collect_testcases("RotaryEmbedding")
    cases = []
    for case in published:
        node = case.model.graph.node[0]
        if node.op_type != "RotaryEmbedding":
            continue
        attributes = {attribute.name: attribute.i for attribute in node.attribute}
        inputs, outputs = case.data_sets[0]
        named = dict(zip(node.input, inputs, strict=True))
        cases.append(
            NodeCase(
                case.name.removeprefix("test_rotary_embedding").removeprefix("_") or "plain",
                x=named["input"],
                cos=named["cos_cache"],
                sin=named["sin_cache"],
                position_ids=named.get("position_ids"),
                expected=outputs[0],
                interleaved=bool(attributes.get("interleaved")),
                rotary_dim=attributes.get("rotary_embedding_dim", 0),
                num_heads=attributes.get("num_heads", 0),
            )
        )
    return cases


def run_operator(op_type: str, inputs: Mapping[str, Array], **attributes: int) -> Array:
    """The operator's output in the dtype of its inputs; float64 too, which the reference evaluator computes.

    Inputs stand in the operator's order; one that is left out is called "".
    """
    node = onnx.helper.make_node(op_type, list(inputs), ["y"], **attributes)
    given = {name: x for name, x in inputs.items() if name}
    return np.asarray(ReferenceEvaluator(node).run(None, given)[0])
