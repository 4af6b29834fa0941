"""The card of a model that was made smaller: what was left out, and what its whole model's card tells
of the training."""

from pathlib import Path

from backend.models.sizes.schemas import Precision, ShrinkIn
from backend.models.sizes.snippet import storing
from backend.proof.card_text import divided
from worker.engine.card import SentenceTransformerModelCardData

MADE = "How it was made"
TRAINING = "## Training Details"
VERSIONS = "### Framework Versions"
DETAILS = "## Model Details"


def take_over(card: SentenceTransformerModelCardData, whole: str) -> None:
    """Let `card` say what the card of the whole model says to machines: languages, licence, tags."""
    facts, _ = divided(whole)
    card.set_language(facts.get("language") or [])
    card.license = facts.get("license")
    card.add_tags(list(facts.get("tags") or []))
    card.base_readme = None  # it speaks of the whole model


def complete(place: Path, whole: str, said: str) -> None:
    """Write into the card at `place` how the model was made smaller, and how the whole was trained."""
    text = place.read_text(encoding="utf-8")
    head, details, rest = text.partition(DETAILS)
    text = f"{head}{said}\n\n{details}{rest}"
    _, heading, training = whole.partition(TRAINING)
    if heading:
        text = text.partition(VERSIONS)[0] + heading + training
    place.write_text(text, encoding="utf-8")


def section(name: str, whole_name: str, layers: int | None, width: int, wanted: ShrinkIn) -> str:
    """What was left out. `layers` and `width` are the whole model's."""
    said = []
    if wanted.dimensions < width:
        said.append(
            f"its vectors are cut to their first {wanted.dimensions:,} of {width:,} numbers"
        )
    if layers is not None and wanted.layers is not None and wanted.layers < layers:
        said.append(f"it has the first {wanted.layers} of {layers} layers")
    parts = [f"## {MADE}"]
    if said:
        parts.append(f"This is {whole_name} made smaller: {', and '.join(said)}.")
    lines = storing(name, wanted.precision)
    if lines is not None:
        parts.append(
            f"{_CHOSEN[wanted.precision]} What stands under Before and after was measured so. The "
            f"model itself gives 32-bit floats:\n\n```python\n{lines}\n```"
        )
    return "\n\n".join(parts)


_CHOSEN = {
    Precision.INT8: "Its vectors were chosen to be stored in bytes (int8).",
    Precision.BINARY: "Its vectors were chosen to be stored in bits (binary), with rescoring.",
}
