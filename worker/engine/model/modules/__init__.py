"""The modules that a model can be made of. Only classes of this list are ever loaded."""

from worker.engine.model.modules.dense import Dense
from worker.engine.model.modules.module import Module
from worker.engine.model.modules.normalize import Normalize
from worker.engine.model.modules.pooling import Pooling
from worker.engine.model.modules.transformer import Transformer

MODULES: dict[str, type[Module]] = {
    "sentence_transformers.models.Transformer": Transformer,
    "sentence_transformers.base.modules.transformer.Transformer": Transformer,
    "sentence_transformers.models.Pooling": Pooling,
    "sentence_transformers.sentence_transformer.modules.pooling.Pooling": Pooling,
    "sentence_transformers.models.Normalize": Normalize,
    "sentence_transformers.base.modules.normalize.Normalize": Normalize,
    "sentence_transformers.models.Dense": Dense,
    "sentence_transformers.base.modules.dense.Dense": Dense,
}
"""What modules.json calls a module, in every release's spelling → our class."""

__all__ = ["MODULES", "Dense", "Module", "Normalize", "Pooling", "Transformer"]
