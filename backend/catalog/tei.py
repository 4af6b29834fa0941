"""What Text Embeddings Inference serves: architectures, poolings and modules.

Source: its list of supported models, and what its backends read from a folder, release 1.9:
https://huggingface.co/docs/text-embeddings-inference/supported_models
"""

from collections.abc import Mapping
from dataclasses import dataclass

IMAGE = "ghcr.io/huggingface/text-embeddings-inference"
ON_CPU, ON_GPU = f"{IMAGE}:cpu-1.9", f"{IMAGE}:1.9"

POOLINGS = ("cls", "mean", "lasttoken")
MODULES = ("Transformer", "Pooling", "Dense", "Normalize")


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """`needs_gpu`: it is written for flash attention alone."""

    name: str
    needs_gpu: bool = False


ARCHITECTURES: Mapping[str, Architecture] = {
    "bert": Architecture(name="BERT"),
    "camembert": Architecture(name="CamemBERT"),
    "distilbert": Architecture(name="DistilBERT"),
    "gemma3_text": Architecture(name="Gemma 3"),
    "mistral": Architecture(name="Mistral", needs_gpu=True),
    "modernbert": Architecture(name="ModernBERT"),
    "mpnet": Architecture(name="MPNet"),
    "new": Architecture(name="Alibaba GTE"),
    "nomic_bert": Architecture(name="NomicBERT"),
    "qwen2": Architecture(name="Qwen2", needs_gpu=True),
    "qwen3": Architecture(name="Qwen3"),
    "roberta": Architecture(name="RoBERTa"),
    "xlm-roberta": Architecture(name="XLM-RoBERTa"),
}
"""By `model_type` in config.json."""
