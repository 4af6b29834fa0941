"""The transformer of a model as an ONNX graph, and the same with weights of eight bits.

What stands behind the transformer (pooling, Dense, Normalize) stays as it is: sentence-transformers
and Text Embeddings Inference read these from the model's own files and the graph from `onnx/`.
"""

from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from torch import Tensor

from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Transformer

FOLDER = "onnx"
FULL, EIGHT_BITS = f"{FOLDER}/model.onnx", f"{FOLDER}/model_qint8.onnx"
"""Where sentence-transformers looks for them: `backend="onnx"`, for the second with
`model_kwargs={"file_name": "onnx/model_qint8.onnx"}`."""

NEEDED = ("onnx", "onnxscript", "onnxruntime")

MOST_BYTES_IN_ONE_FILE = 1_900_000_000
"""A protobuf message ends at 2 GB; weights beyond that lie beside the graph."""

SAMPLE = ["one text of some words", "another"]


def missing() -> list[str]:
    """The packages that aren't installed here."""
    return [name for name in NEEDED if find_spec(name) is None]


def can_be_exported(model: SentenceTransformer) -> bool:
    """Whether it begins with a transformer, whose graph it is."""
    return isinstance(model[0], Transformer)


def export(model: SentenceTransformer, folder: Path) -> None:
    """Write the graph of the model's transformer to FULL in `folder`: token ids and mask B×T in,
    last_hidden_state B×T×D out, for any B and T."""
    import onnx  # with what it needs, seconds: only who exports waits for it
    from transformers.exporters.configs import OnnxConfig
    from transformers.exporters.exporter_onnx import OnnxExporter

    first: Any = model[0]
    taken = signature(first.model.forward).parameters
    features = first.preprocess(SAMPLE)
    inputs: Any = {n: v for n, v in features.items() if isinstance(v, Tensor) and n in taken}
    place = folder / FULL
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as part:
        exporter: Any = OnnxExporter  # it has no types
        exported = exporter().export(first.model, inputs, config=OnnxConfig(dynamic=True))
        exported.save_pretrained(part)
        graph = onnx.load(Path(part) / "model.onnx")
        beside: dict[str, Any] = {"save_as_external_data": True, "location": f"{place.name}_data"}
        size = sum(file.stat().st_size for file in Path(part).iterdir())
        onnx.save(graph, place, **(beside if size > MOST_BYTES_IN_ONE_FILE else {}))


def make_smaller(folder: Path) -> None:
    """Write EIGHT_BITS beside FULL: each row of a matrix on its own scale of 8 bits, what it is
    multiplied with rounded as it comes. Embeddings of words stay whole: they cost no time."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        folder / FULL,
        folder / EIGHT_BITS,
        op_types_to_quantize=["MatMul", "Gemm"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        use_external_data_format=(folder / f"{FULL}_data").exists(),
    )
