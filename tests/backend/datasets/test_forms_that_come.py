"""Files as a person would bring them, through REST: each is known for what it is."""

import json

from backend.catalog.losses import LOSSES
from backend.recipes.schemas import Recipe
from tests.backend.datasets import tables
from tests.backend.datasets.broken.archives import zipped

ROWS = 60
ASKED = [f"How do I renew the passport of child {n}?" for n in range(ROWS)]
SAID = [f"Bring both parents and form {n} to the office." for n in range(ROWS)]
WRONG = [f"The bakery in street {n} opens at seven." for n in range(ROWS)]
GERMAN = [f"Der Laden Nummer {n} \u00f6ffnet um sieben." for n in range(ROWS)]
INTENTS = [("travel", "food", "money")[n % 3] for n in range(ROWS)]
CANDIDATES = {"query": ASKED, "positive": SAID, "negative": WRONG}


def lines(records):
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()


def beir() -> bytes:
    judged = [f"q{n}\td{n}\t1\n" for n in range(ROWS)]
    return zipped(
        ("corpus.jsonl", lines({"_id": f"d{n}", "text": text} for n, text in enumerate(SAID))),
        ("queries.jsonl", lines({"_id": f"q{n}", "text": text} for n, text in enumerate(ASKED))),
        ("qrels/test.tsv", "".join(["query-id\tcorpus-id\tscore\n", *judged]).encode()),
    )


FILES = {
    "single text": ("lines.txt", "\n".join(SAID).encode()),
    "single text + class": ("intents.csv", tables.as_csv({"text": ASKED, "category": INTENTS})),
    "pair": ("faq.csv", tables.as_csv({"question": ASKED, "answer": SAID})),
    "pair + class": (
        "nli.jsonl",
        tables.as_json_lines({"premise": ASKED, "hypothesis": SAID, "label": INTENTS}),
    ),
    "pair + binary": (
        "quora.csv",
        tables.as_csv(
            {"question1": ASKED, "question2": WRONG, "is_duplicate": [n % 2 for n in range(ROWS)]}
        ),
    ),
    "pair + score": (
        "sts.csv",
        tables.as_csv(
            {"sentence1": ASKED, "sentence2": SAID, "score": [n % 11 / 2 for n in range(ROWS)]}
        ),
    ),
    "triplet": (
        "triplets.jsonl",
        tables.as_json_lines({"anchor": ASKED, "positive": SAID, "negative": WRONG}),
    ),
    "n-tuple with negatives": (
        "mined.jsonl",
        tables.as_json_lines({**CANDIDATES, "negative_2": WRONG[::-1]}),
    ),
    "query/passage with qrels": (
        "judged.csv",
        tables.as_csv({"query": ASKED, "passage": SAID, "relevance": [n % 3 for n in range(ROWS)]}),
    ),
    "BEIR folder": ("collection.zip", beir()),
    "parallel sentences": ("translated.csv", tables.as_csv({"en": WRONG, "de": GERMAN})),
    "teacher scores": (
        "taught.jsonl",
        tables.as_json_lines({**CANDIDATES, "scores": [[9.5, n / 10] for n in range(ROWS)]}),
    ),
    "teacher embeddings": (
        "embedded.jsonl",
        tables.as_json_lines({"text": SAID, "embedding": [[n / 60] * 384 for n in range(ROWS)]}),
    ),
}

PROPOSED = {
    "single text": None,
    "single text + class": ["LinearProbeEvaluator"],
    "pair": ["InformationRetrievalEvaluator"],
    "pair + class": ["LinearProbeEvaluator", "LabelAccuracyEvaluator"],
    "pair + binary": ["BinaryClassificationEvaluator"],
    "pair + score": ["EmbeddingSimilarityEvaluator"],
    "triplet": ["TripletEvaluator"],
    "n-tuple with negatives": ["RerankingEvaluator"],
    "query/passage with qrels": ["InformationRetrievalEvaluator"],
    "BEIR folder": ["InformationRetrievalEvaluator"],
    "parallel sentences": ["TranslationEvaluator", "MSEEvaluator"],
    "teacher scores": ["InformationRetrievalEvaluator"],
    "teacher embeddings": ["MSEEvaluator"],
}
"""What its rows are measured by; None where no loss is recommended."""


def brought(api, name, content):
    answer = api.post("datasets", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_every_form_is_known_and_every_loss_answers(api):
    answers = {
        form: api.post(f"dataset-versions/{brought(api, *file)}/fits").json()
        for form, file in FILES.items()
    }
    assert {form: answer["format"] for form, answer in answers.items()} == {f: f for f in FILES}
    for answer in answers.values():
        assert {fit["loss"] for fit in answer["losses"]} == set(LOSSES)
        told = {
            (fit["fitness"], bool(fit["because"]), bool(fit["fixes"])) for fit in answer["losses"]
        }
        assert told <= {
            ("fits", False, False),
            ("after_a_change", True, True),
            ("no", True, False),
        }
        assert answer["sentence"].startswith("This looks like ")


def test_the_evaluators_that_the_data_allows_are_proposed(api):
    versions = {form: brought(api, *file) for form, file in FILES.items()}
    answers = {
        form: api.post(f"dataset-versions/{version}/recommend").json()
        for form, version in versions.items()
    }
    proposed = {
        form: [use["name"] for use in answer["evaluators"]] if "evaluators" in answer else None
        for form, answer in answers.items()
    }
    assert proposed == PROPOSED
    sound = [answer for form, answer in answers.items() if PROPOSED[form]]
    judged = [api.post("recipes/validate", json={"recipe": recipe}).json() for recipe in sound]
    assert [answer["problems"] for answer in judged] == [[]] * len(sound)
    assert all(Recipe.model_validate(recipe) for recipe in sound)


def test_paraphrases_are_measured_by_mining_them(api):
    alike = tables.as_csv({"question1": ASKED, "question2": [f"{text} Please." for text in ASKED]})
    recipe = api.post(f"dataset-versions/{brought(api, 'alike.csv', alike)}/recommend").json()
    assert [use["name"] for use in recipe["evaluators"]] == ["ParaphraseMiningEvaluator"]
