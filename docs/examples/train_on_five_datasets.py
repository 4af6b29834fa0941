"""Train one model on five datasets of four formats, with the loss that fits each.

    python train_on_five_datasets.py --model microsoft/mpnet-base --output my-model

The data is made here, so that the program runs anywhere; put your own in its place.
"""

import argparse
import itertools
import json
import random

from datasets import Dataset, DatasetDict
from transformers import set_seed

from likewise import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from likewise.losses import CoSENTLoss, MultipleNegativesRankingLoss, SoftmaxLoss
from likewise.training_args import MultiDatasetBatchSamplers

ANIMALS = "cat dog bird fish fox hen cow pig bee ant".split()
LOOKS = "small big red blue happy sad quick slow".split()
DEEDS = "ran sat flew swam hid fell".split()
SAME, OTHER_DEED, OTHER_ANIMAL = range(3)


class Sentences:
    """Made-up sentences: what one says, in other words, and what says something else."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def facts(self, rows: int) -> list[tuple[str, str, str]]:
        """Looks, animal and deed, no two rows alike."""
        return self.draw.sample(list(itertools.product(LOOKS, ANIMALS, DEEDS)), rows)

    def pairs(self, rows: int) -> Dataset:
        """(anchor, positive)"""
        facts = self.facts(rows)
        return Dataset.from_dict(
            {
                "anchor": [f"the {look} {animal} {deed}" for look, animal, deed in facts],
                "positive": [f"a {animal} is {look} and {deed}" for look, animal, deed in facts],
            }
        )

    def questions(self, rows: int) -> Dataset:
        """(question, answer): pairs again, of another kind"""
        facts = self.facts(rows)
        return Dataset.from_dict(
            {
                "question": [f"is the {animal} that {deed} {look}" for look, animal, deed in facts],
                "answer": [f"the {animal} that {deed} is {look}" for look, animal, deed in facts],
            }
        )

    def triplets(self, rows: int) -> Dataset:
        """(anchor, positive, negative)"""
        others = [f"no {look} {animal} {deed}" for look, animal, deed in self.facts(rows)]
        return self.pairs(rows).add_column("negative", others)

    def classes(self, rows: int) -> Dataset:
        """(premise, hypothesis) with a class"""
        hypotheses, labels = [], []
        facts = self.facts(rows)
        for _, animal, deed in facts:
            label = self.draw.randrange(3)
            other = self.draw.choice([a for a in ANIMALS if a != animal])
            did = self.draw.choice([d for d in DEEDS if d != deed])
            said = {SAME: (animal, deed), OTHER_DEED: (animal, did), OTHER_ANIMAL: (other, deed)}
            hypotheses.append("a {} {}".format(*said[label]))
            labels.append(label)
        premises = ["the {} {} {}".format(*fact) for fact in facts]
        return Dataset.from_dict({"premise": premises, "hypothesis": hypotheses, "label": labels})

    def scores(self, rows: int) -> Dataset:
        """(sentence1, sentence2) with a score"""
        both = list(zip(self.facts(rows), self.facts(rows), strict=True))
        return Dataset.from_dict(
            {
                "sentence1": ["the {} {} {}".format(*one) for one, _ in both],
                "sentence2": ["a {} {} that {}".format(*other) for _, other in both],
                "score": [len(set(one) & set(other)) / 3 for one, other in both],
            }
        )


def datasets(rows: int, seed: int) -> dict[str, Dataset]:
    made = Sentences(seed)
    return {
        "pairs": made.pairs(rows),
        "questions": made.questions(rows // 2),
        "triplets": made.triplets(rows),
        "classes": made.classes(rows),
        "scores": made.scores(rows // 2),
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--model", default="microsoft/mpnet-base")
    options.add_argument("--output", default="models/five")
    options.add_argument("--rows", type=int, default=128)
    chosen = options.parse_args()
    set_seed(12)

    # 1. The model
    model = SentenceTransformer(chosen.model)

    # 2. The data: five datasets, each by a name of its own
    train_dataset = DatasetDict(datasets(chosen.rows, seed=1))
    eval_dataset = datasets(32, seed=2)

    # 3. The losses: which one a dataset takes follows from its columns and label
    ranking = MultipleNegativesRankingLoss(model)
    losses = {
        "pairs": ranking,
        "questions": ranking,
        "triplets": ranking,
        "classes": SoftmaxLoss(model, model.get_sentence_embedding_dimension(), num_labels=3),
        "scores": CoSENTLoss(model),
    }

    # 4. The training; with several datasets, each batch comes from one of them
    args = SentenceTransformerTrainingArguments(
        output_dir=f"{chosen.output}/run",
        num_train_epochs=1,
        per_device_train_batch_size=16,
        per_device_eval_batch_size=64,
        learning_rate=1e-4,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        prompts={"questions": {"question": "what ", "answer": ""}},
        eval_strategy="epoch",
        save_strategy="no",
        logging_steps=4,
        report_to="none",
        disable_tqdm=True,
        seed=12,
    )
    trainer = SentenceTransformerTrainer(
        model=model,
        args=args,
        train_dataset=train_dataset,
        eval_dataset=eval_dataset,
        loss=losses,
    )
    trainer.train()

    # 5. The model
    model.save_pretrained(f"{chosen.output}/final")

    history = trainer.state.log_history
    told = {
        "losses": [line["loss"] for line in history if "loss" in line],
        "eval_losses": {
            name: value
            for line in history
            for name, value in line.items()
            if name.startswith("eval_") and name.endswith("_loss")
        },
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
