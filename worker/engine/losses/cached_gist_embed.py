"""GISTEmbedLoss for batches larger than the memory."""

from typing import Any

from worker.engine.encoder import Encoder
from worker.engine.losses.gist_embed import GISTEmbedLoss, MarginStrategy


class CachedGISTEmbedLoss(GISTEmbedLoss):
    """GISTEmbedLoss with gradient caching from the start: see encoder/cached.py.

    Shapes, source: its. Errors: its, and ValueError for a chunk of no text.
    """

    def __init__(
        self,
        model: Encoder,
        guide: Any,
        temperature: float = 0.01,
        mini_batch_size: int = 32,
        mini_batch_num_tokens: int | None = None,
        show_progress_bar: bool = False,
        margin_strategy: MarginStrategy = "absolute",
        margin: float = 0.0,
        contrast_anchors: bool = True,
        contrast_positives: bool = True,
        gather_across_devices: bool = False,
    ) -> None:
        super().__init__(
            model,
            guide,
            temperature,
            margin_strategy,
            margin,
            contrast_anchors,
            contrast_positives,
            gather_across_devices,
        )
        self.mini_batch_size = mini_batch_size
        self.mini_batch_num_tokens = mini_batch_num_tokens
        self.cached(mini_batch_size, mini_batch_num_tokens, show_progress_bar)

    def get_config_dict(self) -> dict[str, Any]:
        return super().get_config_dict() | {
            "mini_batch_size": self.mini_batch_size,
            "mini_batch_num_tokens": self.mini_batch_num_tokens,
        }
