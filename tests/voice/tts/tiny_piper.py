"""A Piper voice of a few hundred bytes: a hum of 12 ms for each sound of the text; for Piper's own code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

RATE = 22_050
SAMPLES = 256
"""Of each phoneme id."""
HERTZ = RATE / SAMPLES * 5


def write(path: Path, *, labour: int = 0, rate: int = RATE, speakers: int = 1) -> Path:
    """The voice and its description. `labour`: so many products of large matrices for each piece it says."""
    onnx.save(_voice(labour, speakers=speakers), str(path))
    Path(f"{path}.json").write_text(json.dumps(_description(rate, speakers=speakers)))
    return path


def _description(rate: int, *, speakers: int) -> dict[str, object]:
    return {
        "audio": {"sample_rate": rate, "quality": "medium"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
        "num_symbols": 256,
        "num_speakers": speakers,
        "speaker_id_map": {},
    }


def _voice(labour: int, *, speakers: int) -> onnx.ModelProto:
    hum = 0.3 * np.sin(2 * np.pi * HERTZ * np.arange(SAMPLES) / RATE)
    constants = {
        "hum": hum.astype(np.float32).reshape(1, 1, SAMPLES),
        "behind": np.array([2], np.int64),
        "shape": np.array([1, 1, 1, -1], np.int64),
        "nothing": np.array(0, np.float32),
        "work": np.full((700, 700), 1e-3, np.float32),
    }
    nodes = [
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["ids", "nothing"], ["none"]),
        helper.make_node("Exp", ["none"], ["ones"]),
        helper.make_node("Unsqueeze", ["ones", "behind"], ["column"]),
        helper.make_node("Mul", ["column", "hum"], ["hums"]),
    ]
    # What is computed from the input, and comes to nothing, cannot be left out by the optimizer.
    nodes += [helper.make_node("ReduceSum", ["none"], ["zero"], keepdims=0)]
    nodes += [helper.make_node("Add", ["work", "zero"], ["product0"])]
    nodes += [helper.make_node("MatMul", [f"product{n}", "work"], [f"product{n + 1}"]) for n in range(labour)]
    nodes += [
        helper.make_node("ReduceMax", [f"product{labour}"], ["much"], keepdims=0),
        helper.make_node("Mul", ["much", "nothing"], ["little"]),
        helper.make_node("Add", ["hums", "little"], ["said"]),
        helper.make_node("Reshape", ["said", "shape"], ["output"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, ["batch"]))
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, 1, "samples"])
    kept = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "hum", inputs, [output], initializer=kept)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
