"""A script from before version 3: examples, DataLoaders, `fit`; and `old_fit`, the loop of that time.

python train_as_before_v3.py --model sentence-transformers/all-MiniLM-L6-v2 --output my-model
"""

import argparse
import json
import logging
import random

from torch.utils.data import DataLoader

from likewise import InputExample, LoggingHandler, SentenceTransformer, losses, util
from likewise.evaluation import EmbeddingSimilarityEvaluator, SimilarityFunction

logging.basicConfig(format="%(message)s", level=logging.WARNING, handlers=[LoggingHandler()])

ANIMALS = ["cat", "dog", "bird", "fish", "fox", "hen"]
LOOKS = ["small", "big", "red", "blue", "happy", "sad"]
DEEDS = ["ran", "sat", "flew", "swam"]


def scored_pairs(rows: int, seed: int) -> list[InputExample]:
    """Two sentences each, and how much they have in common."""
    draw = random.Random(seed)
    examples = []
    for number in range(rows):
        one, other = ([draw.choice(words) for words in (LOOKS, ANIMALS, DEEDS)] for _ in range(2))
        alike = sum(a == b for a, b in zip(one, other, strict=True)) / 3
        texts = ["the {} {} {}".format(*one), "a {} {} that {}".format(*other)]
        examples.append(InputExample(guid=str(number), texts=texts, label=alike))
    return examples


def paraphrases(rows: int, seed: int) -> list[InputExample]:
    """Two sentences each that say the same; there is nothing to label."""
    draw = random.Random(seed)
    examples = []
    for _ in range(rows):
        look, animal, deed = (draw.choice(words) for words in (LOOKS, ANIMALS, DEEDS))
        examples.append(
            InputExample(texts=[f"the {look} {animal} {deed}", f"a {animal} is {look}"])
        )
    return examples


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="sentence-transformers/all-MiniLM-L6-v2")
    options.add_argument("--output", default="models/before-v3")
    options.add_argument("--rows", type=int, default=160)
    chosen = options.parse_args()

    evaluator = EmbeddingSimilarityEvaluator.from_input_examples(
        scored_pairs(60, seed=2), name="dev", main_similarity=SimilarityFunction.COSINE
    )
    told = {}
    for method in ("fit", "old_fit"):
        model = SentenceTransformer(chosen.model)
        pairs = DataLoader(scored_pairs(chosen.rows, seed=1), shuffle=False, batch_size=16)
        same = DataLoader(paraphrases(chosen.rows, seed=3), shuffle=False, batch_size=16)
        train_objectives = [
            (pairs, losses.CosineSimilarityLoss(model)),
            (same, losses.MultipleNegativesRankingLoss(model)),
        ]
        train = model.fit if method == "fit" else model.old_fit
        train(
            train_objectives=train_objectives,
            epochs=1,
            scheduler="WarmupLinear",
            warmup_steps=4,
            optimizer_params={"lr": 2e-4},
            weight_decay=0.01,
            show_progress_bar=False,
            output_path=f"{chosen.output}/{method}",
        )
        found = evaluator(model)
        one, other = model.encode(["the red cat ran", "a cat is red"], convert_to_tensor=True)
        told[method] = {
            "dev": found[evaluator.primary_metric],
            "alike": float(util.pytorch_cos_sim(one, other)),
            "dimension": model.get_sentence_embedding_dimension(),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
