"""How vectors are stored in fewer bits: the bits are no part of a model's folder, so whoever uses it
must say them. Lines of Python for card and page. Pure."""

from backend.models.sizes.schemas import Precision


def storing(model: str, precision: Precision) -> str | None:
    """What to write to have it so; None where the model gives it by itself."""
    if precision is Precision.FLOAT32:
        return None
    return f'''from sentence_transformers import SentenceTransformer
from sentence_transformers.util.quantization import quantize_embeddings, semantic_search_usearch

model = SentenceTransformer("{model}")
documents = ["The books are in the hall.", "We close at six."]
whole = model.encode_document(documents, normalize_embeddings=True)
stored = quantize_embeddings(whole, precision="{precision.value}")

asked = model.encode_query(["When do you close?"], normalize_embeddings=True)
hits, seconds = semantic_search_usearch(
    asked,
    corpus_embeddings=stored,
    corpus_precision="{precision.value}",
    calibration_embeddings=whole,
    top_k=10,
    rescore=True,
    rescore_multiplier=4,
)'''
