"""The list of modules that a model's folder may name. Only classes of this list are ever loaded."""

from worker.engine.model.modules.bow import BoW
from worker.engine.model.modules.cnn import CNN
from worker.engine.model.modules.dense import Dense
from worker.engine.model.modules.dropout import Dropout
from worker.engine.model.modules.layer_norm import LayerNorm
from worker.engine.model.modules.lstm import LSTM
from worker.engine.model.modules.module import Module
from worker.engine.model.modules.normalize import Normalize
from worker.engine.model.modules.pooling import Pooling
from worker.engine.model.modules.router import Router
from worker.engine.model.modules.static_embedding import StaticEmbedding
from worker.engine.model.modules.transformer import Transformer
from worker.engine.model.modules.weighted_layer_pooling import WeightedLayerPooling
from worker.engine.model.modules.word_embeddings import WordEmbeddings
from worker.engine.model.modules.word_weights import WordWeights
from worker.engine.model.problems import UnknownModule

BASE = "sentence_transformers.base.modules"
TEXT = "sentence_transformers.sentence_transformer.modules"
OLD = "sentence_transformers.models"

PLACES: dict[type[Module], str] = {
    BoW: f"{TEXT}.bow",
    CNN: f"{TEXT}.cnn",
    Dense: f"{BASE}.dense",
    Dropout: f"{TEXT}.dropout",
    LSTM: f"{TEXT}.lstm",
    LayerNorm: f"{TEXT}.layer_norm",
    Normalize: f"{BASE}.normalize",
    Pooling: f"{TEXT}.pooling",
    Router: f"{BASE}.router",
    StaticEmbedding: f"{TEXT}.static_embedding",
    Transformer: f"{BASE}.transformer",
    WeightedLayerPooling: f"{TEXT}.weighted_layer_pooling",
    WordEmbeddings: f"{TEXT}.word_embeddings",
    WordWeights: f"{TEXT}.word_weights",
}
"""Where releases from 5.4 on define each of ours."""

MODULES: dict[str, type[Module]] = {
    name: module
    for module, place in PLACES.items()
    for name in (
        f"{OLD}.{module.__name__}",  # up to 5.3: the file, named as its class
        f"{OLD}.{module.__name__}.{module.__name__}",
        f"{place}.{module.__name__}",
        f"{TEXT}.{module.__name__}",  # where scripts import it from
    )
} | {f"{OLD}.Asym": Router, f"{OLD}.Asym.Asym": Router, f"{BASE}.router.Asym": Router}
"""What modules.json calls a module, in every release's spelling → our class."""


def known(name: str, place: object) -> type[Module]:
    """The class that the file `place` calls `name`. Raises UnknownModule."""
    if name not in MODULES:
        raise UnknownModule(
            f"{place} asks for {name!r}. We never load a class because a file names it, only "
            f"modules of our own: {', '.join(sorted({m.__name__ for m in MODULES.values()}))}."
        )
    return MODULES[name]


def name_of(module: object) -> str:
    """What modules.json calls `module`: as 2.2 to 6.2 read it, or the class's own path."""
    cls = type(module)
    if cls in PLACES:
        return f"{OLD}.{cls.__name__}"
    return f"{cls.__module__}.{cls.__qualname__}"
