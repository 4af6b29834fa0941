"""The modules that a model can be made of."""

from worker.engine.model.modules.bow import BoW
from worker.engine.model.modules.cnn import CNN
from worker.engine.model.modules.dense import Dense
from worker.engine.model.modules.dropout import Dropout
from worker.engine.model.modules.input_module import InputModule
from worker.engine.model.modules.layer_norm import LayerNorm
from worker.engine.model.modules.lstm import LSTM
from worker.engine.model.modules.module import Module
from worker.engine.model.modules.normalize import Normalize
from worker.engine.model.modules.pooling import Pooling
from worker.engine.model.modules.router import Asym, Router
from worker.engine.model.modules.static_embedding import StaticEmbedding
from worker.engine.model.modules.transformer import Transformer
from worker.engine.model.modules.weighted_layer_pooling import WeightedLayerPooling
from worker.engine.model.modules.word_embeddings import WordEmbeddings
from worker.engine.model.modules.word_weights import WordWeights

__all__ = [
    "CNN",
    "LSTM",
    "Asym",
    "BoW",
    "Dense",
    "Dropout",
    "InputModule",
    "LayerNorm",
    "Module",
    "Normalize",
    "Pooling",
    "Router",
    "StaticEmbedding",
    "Transformer",
    "WeightedLayerPooling",
    "WordEmbeddings",
    "WordWeights",
]
