"""Losses of a loss: what they accept is what that one accepts."""

from backend.catalog.rows import Kind, LossRow, Parameter

_WIDTHS = (
    Parameter(
        name="matryoshka_dims",
        default=(256, 128, 64),
        required=True,
        at_least=1,
        is_dimensions=True,
        help="The lengths to which embeddings may be cut later; add the model's full length.",
    ),
    Parameter(
        name="matryoshka_weights",
        default=None,
        of=Kind.NUMBER,
        is_list=True,
        or_none=True,
        at_least=0,
        help="How much each of these lengths counts; left out, all count the same.",
    ),
)


def _widths_a_step(default: int) -> Parameter:
    return Parameter(
        name="n_dims_per_step",
        default=default,
        at_least=-1,
        help="How many of the lengths are drawn for each batch; −1 is all of them.",
    )


_LAYERS = (
    Parameter(
        name="n_layers_per_step",
        default=1,
        at_least=-1,
        help="How many layers before the last are drawn for each batch; −1 is all of them.",
    ),
    Parameter(
        name="last_layer_weight",
        default=1.0,
        at_least=0,
        help="How much the last layer counts.",
    ),
    Parameter(
        name="prior_layers_weight",
        default=1.0,
        at_least=0,
        help="How much the layers before it count together.",
    ),
    Parameter(
        name="kl_div_weight",
        default=1.0,
        at_least=0,
        help="How much it counts that earlier layers say what the last one says.",
    ),
    Parameter(
        name="kl_temperature",
        default=0.3,
        help="How softly they are compared; 0 leaves the comparison out.",
    ),
    Parameter(
        name="layer_weighting",
        default="uniform",
        choices=("uniform", "log", "linear"),
        help="Whether all layers count the same, or earlier ones more, a little or clearly.",
    ),
)

ROWS = (
    LossRow(
        name="MatryoshkaLoss",
        purpose="Lets embeddings be cut to shorter ones that are nearly as good.",
        accepts=(),
        parameters=(*_WIDTHS, _widths_a_step(-1)),
        wraps=True,
        source="Kusupati et al. 2022, arXiv 2205.13147",
    ),
    LossRow(
        name="AdaptiveLayerLoss",
        purpose="Lets the model be cut to fewer layers that are nearly as good.",
        accepts=(),
        parameters=_LAYERS,
        wraps=True,
        source="Li et al. 2024, arXiv 2402.14776",
    ),
    LossRow(
        name="Matryoshka2dLoss",
        purpose="Lets both be cut: the embeddings and the model's layers.",
        accepts=(),
        parameters=(*_WIDTHS, _widths_a_step(1), *_LAYERS),
        wraps=True,
        source="Li et al. 2024, arXiv 2402.14776",
    ),
)
