"""An ONNX graph in the place of a model's transformer."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from worker.engine.model import SentenceTransformer


class GraphEncoder(nn.Module):
    """Runs a graph by ONNX Runtime, on the processor, as `transformers` would run the model: token
    ids and mask B×T → last_hidden_state B×T×D."""

    def __init__(self, graph: Path, config: Any) -> None:
        from onnxruntime import InferenceSession

        super().__init__()
        self.config = config
        self.session = InferenceSession(str(graph), providers=["CPUExecutionProvider"])
        self.names = [each.name for each in self.session.get_inputs()]

    def forward(self, return_dict: bool = True, **inputs: Tensor) -> Any:
        fed = {name: inputs[name].cpu().numpy() for name in self.names}
        (states,) = self.session.run(["last_hidden_state"], fed)
        return SimpleNamespace(last_hidden_state=torch.from_numpy(states))


def run_by_graph(model: SentenceTransformer, graph: Path) -> SentenceTransformer:
    """`model` with this graph instead of the weights of its transformer."""
    first: Any = model[0]
    first.model = GraphEncoder(graph, first.config)
    return model
