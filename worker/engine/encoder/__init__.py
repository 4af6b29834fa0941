"""How the embeddings of a batch come to be. The one place that decides it; losses only use them.

    columns of features ──Encoding(model, columns, read)──▶ one tensor a column, its rows in order

An `Encoding` chooses the forwards: `Apart` takes one a column, `Cached` one a chunk of a column,
whose activations it drops and makes again when they are needed. A `Read` says what is taken from a
forward: the embedding, or that of every layer. A loss holds an encoding, a wrapper brings a read;
all of them go with all.
"""

from worker.engine.encoder.apart import Apart
from worker.engine.encoder.cached import Cached
from worker.engine.encoder.layers import every_layer
from worker.engine.encoder.protocols import Encoder, Encoding, Read, sentence_embedding

__all__ = [
    "Apart",
    "Cached",
    "Encoder",
    "Encoding",
    "Read",
    "every_layer",
    "sentence_embedding",
]
