"""What a recipe measures by, as evaluators of sentence-transformers over the rows kept aside.

Each source makes one evaluator of mapped rows, as the studio's own training does it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from backend.catalog.evaluators import EVALUATORS, NANO_BEIR
from backend.problems import Pointer
from backend.recipes.as_script import files
from backend.recipes.as_script.code import call, listed, quoted
from backend.recipes.losses import layers
from backend.recipes.schemas import DatasetUse, EvaluatorUse, Recipe

COLUMNS = '''
def texts(table, prompts):
    """The columns of texts in their order, each text after its column's prompt."""
    names = [name for name in table.column_names if name != "label"]
    return [[prompts.get(name, "") + text for text in table[name].to_pylist()] for name in names]


def labels(table):
    return table["label"].to_pylist() if "label" in table.column_names else []


def over(part, make, name, prompts, **more):
    """The evaluator over the rows of a part; none where it has no rows."""
    return [make(rows(part), name, prompts, **more)] if rows(part).num_rows else []
'''

_RETRIEVAL = '''
def retrieval(table, name, prompts, documents=()):
    """Each question is asked of all answers, wrong ones included, and of `documents`."""
    questions, *answers = texts(table, {})
    asked, answering, *_ = [column for column in table.column_names if column != "label"]
    known = [text for column in answers for text in column]
    query_ids = {text: f"q{n:07d}" for n, text in enumerate(dict.fromkeys(questions))}
    document_ids = {
        text: f"d{n:07d}" for n, text in enumerate(dict.fromkeys([*known, *documents]))
    }
    relevant = {}
    for question, answer in zip(questions, answers[0]):
        relevant.setdefault(query_ids[question], set()).add(document_ids[answer])
    return evaluation.InformationRetrievalEvaluator(
        queries={query_id: text for text, query_id in query_ids.items()},
        corpus={document_id: text for text, document_id in document_ids.items()},
        relevant_docs=relevant,
        query_prompt=prompts.get(asked),
        corpus_prompt=prompts.get(answering),
        name=name,
        batch_size=EVAL_BATCH_SIZE,
        write_csv=False,
    )
'''

_TRIPLETS = """
def triplets(table, name, prompts):
    anchors, positives, negatives = texts(table, prompts)
    return evaluation.TripletEvaluator(
        anchors, positives, negatives, name=name, batch_size=EVAL_BATCH_SIZE, write_csv=False
    )
"""

_SIMILARITY = """
def similarity(table, name, prompts):
    one, other = texts(table, prompts)
    return evaluation.EmbeddingSimilarityEvaluator(
        one, other, labels(table), name=name, batch_size=EVAL_BATCH_SIZE, write_csv=False
    )
"""

_BINARY = """
def binary(table, name, prompts):
    one, other = texts(table, prompts)
    return evaluation.BinaryClassificationEvaluator(
        one,
        other,
        [int(label) for label in labels(table)],
        name=name,
        batch_size=EVAL_BATCH_SIZE,
        write_csv=False,
    )
"""

_RERANKING = '''
def reranking(table, name, prompts):
    """All rows of a question are one list to put into order."""
    by_question = {}
    for question, positive, *negatives in zip(*texts(table, prompts)):
        sample = by_question.setdefault(
            question, {"query": question, "positive": [], "negative": []}
        )
        sample["positive"] += [positive] * (positive not in sample["positive"])
        sample["negative"] += negatives
    return evaluation.RerankingEvaluator(
        list(by_question.values()), name=name, batch_size=EVAL_BATCH_SIZE, write_csv=False
    )
'''

_PARAPHRASES = '''
def paraphrases(table, name, prompts):
    """All texts are compared; those of a pair say the same, and so do two that say as a third."""
    one, other = texts(table, prompts)
    alike = labels(table) or [1] * len(one)
    ids = {text: f"t{n:07d}" for n, text in enumerate(dict.fromkeys([*one, *other]))}
    return evaluation.ParaphraseMiningEvaluator(
        {text_id: text for text, text_id in ids.items()},
        duplicates_list=[
            (ids[a], ids[b]) for a, b, is_alike in zip(one, other, alike) if is_alike and a != b
        ],
        add_transitive_closure=True,
        name=name,
        batch_size=EVAL_BATCH_SIZE,
        write_csv=False,
    )
'''

_TRANSLATION = """
def translation(table, name, prompts):
    source, target = texts(table, prompts)
    return evaluation.TranslationEvaluator(
        source, target, name=name, batch_size=EVAL_BATCH_SIZE, write_csv=False
    )
"""

_TEACHER = '''
def mse(table, name, prompts):
    """Every translation is to lie where the base model put what it translates."""
    source, target = texts(table, prompts)
    return evaluation.MSEEvaluator(
        source,
        target,
        teacher_model=base_model(),
        name=name,
        batch_size=EVAL_BATCH_SIZE,
        write_csv=False,
    )
'''

_LABEL_ACCURACY = '''
def label_accuracy(table, name, prompts, head):
    """How often the classifier that is trained along names the class."""
    from sentence_transformers import InputExample
    from torch.utils.data import DataLoader

    classes_of = [
        max(range(len(label)), key=label.__getitem__) if isinstance(label, list) else int(label)
        for label in labels(table)
    ]
    examples = [
        InputExample(texts=list(row), label=label)
        for row, label in zip(zip(*texts(table, prompts)), classes_of)
    ]
    return evaluation.LabelAccuracyEvaluator(
        DataLoader(examples, batch_size=EVAL_BATCH_SIZE), name, head, write_csv=False
    )
'''

_SOURCES = {
    "InformationRetrievalEvaluator": ("retrieval", _RETRIEVAL),
    "TripletEvaluator": ("triplets", _TRIPLETS),
    "EmbeddingSimilarityEvaluator": ("similarity", _SIMILARITY),
    "BinaryClassificationEvaluator": ("binary", _BINARY),
    "RerankingEvaluator": ("reranking", _RERANKING),
    "ParaphraseMiningEvaluator": ("paraphrases", _PARAPHRASES),
    "TranslationEvaluator": ("translation", _TRANSLATION),
    "MSEEvaluator": ("mse", _TEACHER),
    "LabelAccuracyEvaluator": ("label_accuracy", _LABEL_ACCURACY),
}


@dataclass(frozen=True, kw_only=True)
class Measures:
    """`sources` are the functions that `choosing` and `proving`, lists of evaluators, call;
    `missing` names what the library has no counterpart of. `chooses`: the first one chooses."""

    sources: list[str]
    choosing: str
    proving: str
    missing: list[str]
    chooses: bool


def measures(recipe: Recipe) -> Measures:
    """All that the recipe measures by; those of the first dataset are the recipe's."""
    uses = list(_uses(recipe))
    known = [each for each in uses if _is_known(each[2], each[1])]
    known.sort(key=lambda each: not (each[3] and _may_choose(each[2])))  # the first one chooses
    names = dict.fromkeys(each[2].name for each in known if each[2].name in _SOURCES)
    first = next((use for use in recipe.evaluators if _may_choose(use)), None)
    return Measures(
        sources=[_SOURCES[name][1] for name in names],
        choosing=listed(_calls(recipe, known, files.CHOOSE)),
        proving=listed([*_calls(recipe, known, files.PROVE), *_guards(recipe)]),
        missing=list(dict.fromkeys(each[2].name for each in uses if each not in known)),
        chooses=first is not None and _is_known(first, recipe.datasets[0]),
    )


_Use = tuple[str, DatasetUse, EvaluatorUse, bool]


def _uses(recipe: Recipe) -> Iterator[_Use]:
    """Dataset, its use, evaluator, and whether it is the recipe's; the guard brings its own rows."""
    first = recipe.datasets[0]
    for use in recipe.evaluators:
        if use.name != NANO_BEIR:
            yield recipe.dataset_names[0], first, use, True
    for name, dataset in zip(recipe.dataset_names, recipe.datasets, strict=True):
        for use in dataset.evaluators:
            if use.name != NANO_BEIR:
                yield name, dataset, use, False


def _is_known(use: EvaluatorUse, dataset: DatasetUse) -> bool:
    """The library's MSEEvaluator asks a model, where ours also takes its embeddings."""
    return use.name in _SOURCES and (use.name != "MSEEvaluator" or dataset.mapping.label is None)


def _may_choose(use: EvaluatorUse) -> bool:
    return EVALUATORS[use.name].only_beside is None


def _calls(recipe: Recipe, uses: list[_Use], part: str) -> Iterator[str]:
    for name, dataset, use, is_shared in uses:
        figures = EVALUATORS[use.name].figures
        called = part if is_shared else f"{part}_{name}"
        called = f"{called}_{figures}" if figures else called
        file = files.name_of(recipe, name, part)
        more = {}
        if use.name == "InformationRetrievalEvaluator":
            documents = files.name_of(recipe, name, files.DOCUMENTS)
            more["documents"] = f'rows({quoted(documents)})["text"].to_pylist()'
        if EVALUATORS[use.name].of_loss is not None:
            more["head"] = _head(recipe, name, dataset)
        prompts = f"PROMPTS.get({quoted(name)}, {{}})"
        make = _SOURCES[use.name][0]
        yield "*" + call("over", quoted(file), make, quoted(called), prompts, **more)


def _head(recipe: Recipe, name: str, dataset: DatasetUse) -> str:
    """The loss itself, within all that wrap it."""
    whole = f"loss[{quoted(name)}]" if len(recipe.datasets) > 1 else "loss"
    return whole + ".loss" * (len(layers(recipe.loss_of(dataset), Pointer(""))) - 1)


def _guards(recipe: Recipe) -> Iterator[str]:
    for use in recipe.evaluators:
        if use.name == NANO_BEIR:
            sets = repr(use.sets) if use.sets else "None"
            yield call("evaluation.NanoBEIREvaluator", sets, write_csv="False")
