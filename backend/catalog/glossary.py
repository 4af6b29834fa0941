"""The field's words, each in a sentence or two for somebody who has never met it."""

from backend.catalog.rows import TermRow

_ROWS = (
    TermRow(name="accuracy", says="How often the model is right, from 0 (never) to 1 (always)."),
    TermRow(
        name="average precision",
        says="How early the right pairs come when all are put in order: 1 if they all come first.",
    ),
    TermRow(
        name="base model",
        says="The model that training starts from. It knows language already, but not your subject.",
    ),
    TermRow(
        name="batch",
        says="Rows that are looked at together before the model changes. Each learns from the others.",
    ),
    TermRow(
        name="blend",
        says="A model between two: so much of the base model’s weights, so much of the tuned one’s.",
    ),
    TermRow(
        name="checkpoint",
        says="All that a training knows at some moment, on disk. A training can go on from it.",
    ),
    TermRow(
        name="confidence interval",
        says="Where the true difference lies in 95 of 100 such tests. If 0 lies inside, there "
        "may be none.",
    ),
    TermRow(
        name="cosine",
        says="How much two embeddings point the same way: 1 the same, 0 unrelated, −1 opposite.",
    ),
    TermRow(
        name="dimensions",
        says="How many numbers an embedding has. Fewer take less room and say a little less.",
    ),
    TermRow(
        name="embedding",
        says="A text as a list of numbers. Texts that mean the same have lists near each other.",
    ),
    TermRow(
        name="epoch",
        says="One round through all rows. With few rows, several rounds help; with too many, "
        "the model learns them by heart.",
    ),
    TermRow(
        name="evaluator",
        says="A way to measure how good a model is, on rows that it has not learned from.",
    ),
    TermRow(
        name="hard negative",
        says="A wrong answer that looks right. A model learns most from those.",
    ),
    TermRow(
        name="held-out rows",
        says="Rows that are kept aside and never learned from, so that they can tell the truth.",
    ),
    TermRow(
        name="learning rate",
        says="How far the model moves with each step. Too far, and it forgets what it knew.",
    ),
    TermRow(
        name="LoRA",
        says="Only a small added part of the model is trained, and merged into it in the end. "
        "It takes less memory.",
    ),
    TermRow(
        name="loss",
        says="How wrong the model is about the rows of this moment. Training makes it smaller.",
    ),
    TermRow(
        name="Matryoshka",
        says="A way to train so that the beginning of an embedding can be used alone.",
    ),
    TermRow(
        name="NDCG@10",
        says="How high the right answers stand among the first ten that are found: 1 is best.",
    ),
    TermRow(
        name="overfitting",
        says="Learning the rows by heart: better on those it has seen, worse on all others.",
    ),
    TermRow(
        name="pooling",
        says="How the embeddings of a text’s words become one for the whole text, such as their mean.",
    ),
    TermRow(
        name="prompt",
        says="Words that are put before each text, so that the model knows what the text is for.",
    ),
    TermRow(
        name="quantization",
        says="Each number of an embedding in fewer bits: a quarter of the room, or a thirtieth.",
    ),
    TermRow(
        name="recipe",
        says="All that determines a training: with the same recipe, a machine makes the same model.",
    ),
    TermRow(
        name="seed",
        says="The number that chance begins with. Another seed is the same recipe with other luck.",
    ),
    TermRow(
        name="Spearman’s rank correlation",
        says="How well the model’s order of the pairs follows yours: 1 the same order, 0 no relation.",
    ),
    TermRow(
        name="token",
        says="A piece of a word, as a model reads it. An English word is one or two of them.",
    ),
    TermRow(
        name="triplet",
        says="A text, one that belongs to it, and one that doesn’t.",
    ),
    TermRow(
        name="warm-up",
        says="The first steps, in which the learning rate rises, so that nothing is broken at once.",
    ),
    TermRow(
        name="weight decay",
        says="A slight pull of all weights towards zero, which keeps a model from going to extremes.",
    ),
)

GLOSSARY = {row.name: row for row in _ROWS}
