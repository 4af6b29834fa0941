"""A run as a plain script that `sentence-transformers` runs: the same rows, losses, arguments, seed.

Pure: recipe and facts → the text. What the library can't do as the studio does is said in it.
"""

import textwrap
from collections.abc import Sequence
from pprint import pformat

from backend.catalog.columns import TableFacts, input_name
from backend.recipes.as_script import adapter, arguments, evaluators, files, losses, notes
from backend.recipes.as_script.code import by_name, called, indented, quoted
from backend.recipes.schemas import Recipe

FILE_NAME = "train.py"
LIBRARY = "sentence-transformers[train]>=6.2"


def script(recipe: Recipe, facts: Sequence[TableFacts], title: str, halvings: int = 0) -> str:
    """The text of `train.py`. `facts` are those of the recipe's datasets, in their order;
    `halvings` how often the studio's own training had to read less at a time."""
    codes = {
        name: losses.loss_code(recipe, use, name, known)
        for name, use, known in zip(recipe.dataset_names, recipe.datasets, facts, strict=True)
    }
    measured = evaluators.measures(recipe)
    parts = [
        _docstring(recipe, title, notes.notes(recipe, measured, halvings)),
        _imports(recipe, measured, codes),
        _beginning(recipe, measured, codes),
        _training(recipe, measured, codes),
        _ending(recipe),
    ]
    return "\n".join(part for part in parts if part)


def _docstring(recipe: Recipe, title: str, noted: list[str]) -> str:
    said = title.replace("\\", "/").replace('"""', "'''")
    beside = ", ".join(f"{name}.parquet" for name in _files(recipe))
    needed = f"Beside it must lie the rows as the studio divided and mapped them: {beside}."
    lines = "".join(f"\n- {note}" for note in noted)
    return f'''"""{said}: this training as a plain script.

{textwrap.fill(needed, notes.WIDTH, break_on_hyphens=False)}

    pip install "{LIBRARY}"{f" {adapter.PACKAGE}" if recipe.lora else ""}
    python {FILE_NAME}
{lines}
"""
'''


def _files(recipe: Recipe) -> list[str]:
    found = []
    for name in recipe.dataset_names:
        kept = (files.CHOOSE, files.PROVE, files.DOCUMENTS)
        parts = (files.TRAIN, *(kept if recipe.measures(name) else ()))
        found += [files.name_of(recipe, name, part) for part in parts]
    return found


def _imports(recipe: Recipe, measured: evaluators.Measures, codes: dict[str, str]) -> str:
    used = ["losses", "util"] if any("util." in code for code in codes.values()) else ["losses"]
    if measured.sources or "evaluation." in measured.proving:
        used.insert(0, "evaluation")
    differ = arguments.sampler_classes(recipe) is not None
    lines = [
        "from pathlib import Path",
        "",
        "import pyarrow.parquet as pq",
        *(["import torch"] if differ else []),
        "from datasets import Dataset",
        *adapter.imports(recipe),
        "from sentence_transformers import (",
        "    SentenceTransformer,",
        "    SentenceTransformerTrainer,",
        "    SentenceTransformerTrainingArguments,",
        *(["    sampler,"] if differ else []),
        *(["    util,"] if "util" in used else []),
        ")",
        "from sentence_transformers.sentence_transformer import "
        + ", ".join(name for name in used if name != "util"),
        *(["from torch.utils.data import RandomSampler"] if differ else []),
        "from transformers import set_seed",
        "",
    ]
    return "\n".join(lines)


def _beginning(recipe: Recipe, measured: evaluators.Measures, codes: dict[str, str]) -> str:
    helpers = [evaluators.COLUMNS, *measured.sources] if measured.sources else []
    if any(losses.counts_classes(code) for code in codes.values()):
        helpers.append(losses.CLASSES)
    base = losses.model_code(recipe.base_model)
    if recipe.revision:
        base = base.removesuffix(")") + f", revision={quoted(recipe.revision)})"
    length = recipe.arguments.max_seq_length
    cut = f"\n    loaded.max_seq_length = {length}" if length is not None else ""
    prompts = {
        name: {input_name(column): text for column, text in use.prompts.items()}
        for name, use in zip(recipe.dataset_names, recipe.datasets, strict=True)
        if use.prompts
    }
    return f'''HERE = Path(__file__).resolve().parent
SEED = {recipe.seed}
EVAL_BATCH_SIZE = {recipe.arguments.per_device_eval_batch_size}
PROMPTS = {pformat(prompts, width=96, sort_dicts=False)}


def rows(part):
    """The rows of a part: the texts in their order, then the label."""
    return pq.read_table(HERE / f"{{part}}.parquet")


def base_model():
    loaded = {base}{cut}
    return loaded

{"".join(f"{chr(10)}{helper.strip()}{chr(10)}{chr(10)}" for helper in helpers)}'''


def _training(recipe: Recipe, measured: evaluators.Measures, codes: dict[str, str]) -> str:
    given = arguments.arguments_code(recipe, has_prompts=any(u.prompts for u in recipe.datasets))
    if not measured.chooses:
        best, given = "", given | arguments.saving_code(recipe)
    else:
        chosen = called("dict", (), arguments.best_code(recipe))
        kept = called("dict", (), arguments.saving_code(recipe))
        best = f"best = {kept}\nif choosing:\n    best = {indented(chosen)}\n"
    made = called(
        "SentenceTransformerTrainingArguments",
        ["**best"] if measured.chooses else [],
        given,
    )
    return f"""set_seed(SEED)
model = base_model()
train = {_data(recipe)}
{_sampled(recipe)}
{adapter.added_code(recipe)}set_seed(SEED)
loss = {losses.losses_code(codes)}
choosing = {measured.choosing}
proving = {measured.proving}
{_MEASURING if measured.chooses else ""}{best}
arguments = {made}
trainer = SentenceTransformerTrainer(
    model, arguments, train_dataset=train, loss=loss, evaluator=choosing or None
)
trainer.train()
trainer.save_state()  # the loss of every step: checkpoints/trainer_state.json
"""


_MEASURING = """
for evaluator in choosing[:1]:
    print("base model:", evaluator(model))  # now it knows which of its figures chooses
"""


def _data(recipe: Recipe) -> str:
    data = {
        name: f"Dataset(rows({quoted(files.name_of(recipe, name, files.TRAIN))}))"
        for name in recipe.dataset_names
    }
    return by_name(data) if len(data) > 1 else next(iter(data.values()))


def _sampled(recipe: Recipe) -> str:
    differ = arguments.sampler_classes(recipe)
    if differ is None:
        return ""
    return f"SAMPLERS = {by_name(differ)}\n\n{arguments.SAMPLER_OF_EACH}\n"


def _ending(recipe: Recipe) -> str:
    prompts = [text for use in recipe.datasets for text in use.prompts]
    kept = "for prompts in PROMPTS.values():\n    model.prompts |= prompts\n" if prompts else ""
    return f"""{adapter.merged_code(recipe)}{kept}for evaluator in proving:
    print(evaluator(model))  # as it has become; of base_model(), as it was
model.save_pretrained(str(HERE / "model"))
"""
