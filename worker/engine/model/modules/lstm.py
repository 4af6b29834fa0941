"""A recurrent network over the tokens of a text.

Legend: B texts, T tokens of the longest, D dimensions in, H of the hidden state.
"""

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from worker.engine.model.modules.module import Features, Module
from worker.engine.old_names import once_called


class LSTM(Module):
    """Each token's vector from what was read before it, and after it if `bidirectional`.

    Texts are padded on the right. Shapes: token_embeddings B×T×D → B×T×H, or B×T×2H.
    Source: Hochreiter and Schmidhuber 1997, Neural Computation 9(8)
    """

    config_file_name = "lstm_config.json"
    config_keys = ("embedding_dimension", "hidden_dim", "num_layers", "dropout", "bidirectional")
    config_key_renames: ClassVar[Mapping[str, str]] = {
        "word_embedding_dimension": "embedding_dimension"
    }

    @once_called(**config_key_renames)
    def __init__(
        self,
        embedding_dimension: int,
        hidden_dim: int,
        num_layers: int = 1,
        dropout: float = 0,
        bidirectional: bool = True,
    ) -> None:
        super().__init__()
        self.embedding_dimension = embedding_dimension
        self.hidden_dim = hidden_dim
        self.num_layers = num_layers
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.encoder = nn.LSTM(
            embedding_dimension,
            hidden_dim,
            num_layers=num_layers,
            dropout=dropout,
            bidirectional=bidirectional,
            batch_first=True,
        )

    def forward(self, features: Features) -> Features:
        tokens_BTD: Tensor = features["token_embeddings"]
        lengths_B = _lengths(features).clamp(min=1).cpu()  # a text without words reads its padding
        packed = pack_padded_sequence(tokens_BTD, lengths_B, batch_first=True, enforce_sorted=False)
        read, _ = self.encoder(packed)
        features["token_embeddings"], _ = pad_packed_sequence(
            read, batch_first=True, total_length=tokens_BTD.shape[1]
        )
        return features

    def get_embedding_dimension(self) -> int:
        return self.hidden_dim * (2 if self.bidirectional else 1)


def _lengths(features: Features) -> Tensor:
    """How many tokens each text has: B."""
    lengths: Tensor | None = features.get("sentence_lengths")
    mask_BT: Tensor = features["attention_mask"]
    return mask_BT.sum(dim=1) if lengths is None else lengths
