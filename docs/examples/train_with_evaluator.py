"""Teach a model which sentence answers a question, judged before, during and after.

    python train_with_evaluator.py --model sentence-transformers/all-MiniLM-L6-v2 --output my-model

The data is made here, so that the program runs anywhere; put your own triplets in its place.
"""

import argparse
import itertools
import json
import random

from datasets import Dataset

from likewise import (
    SentenceTransformer,
    SentenceTransformerModelCardData,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from likewise.evaluation import TripletEvaluator
from likewise.losses import MultipleNegativesRankingLoss
from likewise.training_args import BatchSamplers

ANIMALS = "cat dog bird fish fox hen cow pig bee ant".split()
LOOKS = "small big red blue happy sad quick slow".split()
PLACES = "mat road sea sky sand hill lake tree".split()


def triplets(rows: int, seed: int) -> Dataset:
    """A question, the sentence that answers it, and one about another animal."""
    facts = list(itertools.product(LOOKS, ANIMALS, PLACES))
    chosen = random.Random(seed).sample(facts, rows)
    next_to = dict(zip(ANIMALS, [*ANIMALS[1:], ANIMALS[0]], strict=True))
    return Dataset.from_dict(
        {
            "anchor": [f"who is {look} and near the {place}, the {a}" for look, a, place in chosen],
            "positive": [
                f"the {look} {animal} sat on the {place}" for look, animal, place in chosen
            ],
            "negative": [f"a {look} {next_to[a]} ran to the {place}" for look, a, place in chosen],
        }
    )


def triplet_evaluator(rows: Dataset, name: str) -> TripletEvaluator:
    return TripletEvaluator(
        anchors=list(rows["anchor"]),
        positives=list(rows["positive"]),
        negatives=list(rows["negative"]),
        name=name,
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="sentence-transformers/all-MiniLM-L6-v2")
    options.add_argument("--output", default="models/answers")
    options.add_argument("--rows", type=int, default=400)
    chosen = options.parse_args()

    # 1. The model, and what its card should say
    model = SentenceTransformer(
        chosen.model,
        model_card_data=SentenceTransformerModelCardData(
            language="en",
            license="apache-2.0",
            model_name="Answers about animals",
        ),
    )

    # 2. The data: to learn from, to choose by, and to prove with
    train_dataset = triplets(chosen.rows, seed=1)
    eval_dataset = triplets(60, seed=2)
    test_dataset = triplets(60, seed=3)

    # 3. The loss
    loss = MultipleNegativesRankingLoss(model)

    # 4. The settings
    args = SentenceTransformerTrainingArguments(
        output_dir=f"{chosen.output}/run",
        num_train_epochs=1,
        per_device_train_batch_size=16,
        per_device_eval_batch_size=64,
        learning_rate=2e-4,
        warmup_ratio=0.1,
        batch_sampler=BatchSamplers.NO_DUPLICATES,  # a text twice in a batch would be its own negative
        eval_strategy="steps",
        eval_steps=5,
        save_strategy="steps",
        save_steps=5,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_dev_cosine_accuracy",
        logging_steps=5,
        report_to="none",
        run_name="answers",
        disable_tqdm=True,
        seed=12,
    )

    # 5. How good the model is before
    dev_evaluator = triplet_evaluator(eval_dataset, "dev")
    test_evaluator = triplet_evaluator(test_dataset, "test")
    before = test_evaluator(model)

    # 6. The training
    trainer = SentenceTransformerTrainer(
        model=model,
        args=args,
        train_dataset=train_dataset,
        eval_dataset=eval_dataset,
        loss=loss,
        evaluator=dev_evaluator,
    )
    trainer.train()

    # 7. How good it is after, on what neither training nor choice has seen
    after = test_evaluator(model)

    # 8. The model, with its card, for whoever uses it
    model.save_pretrained(f"{chosen.output}/final")

    losses = [line["eval_loss"] for line in trainer.state.log_history if "eval_loss" in line]
    print(json.dumps({"before": before, "after": after, "eval_losses": losses}))


if __name__ == "__main__":
    main()
