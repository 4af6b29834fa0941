"""The card that leaves: the model's own, with what a publication adds, and no row that may not."""

import yaml
from huggingface_hub import ModelCard

from backend.proof.card_text import divided
from backend.proof.schemas import Served, Verdict, Word
from backend.publishing.card import About, Samples, published

VERDICT = Verdict(
    metric="ndcg@10",
    evaluator="x",
    items="questions",
    queries=112,
    before=0.41,
    after=0.47,
    difference=0.06,
    ci95=(0.02, 0.1),
    word=Word.BETTER,
    sentence="Better: 0.41 → 0.47 on 112 questions.",
)
OWN = """---
tags:
- sentence-transformers
- loss:CoSENTLoss
base_model: team/base
widget:
- source_sentence: a row of somebody's
  sentences:
  - another text of theirs
pipeline_tag: sentence-similarity
---

# A model

## Before and after

Worse, as it seemed at the time.

| ndcg@10 | Before |
| --- | --- |
| on 112 held-out questions | 0.4100 |

## Model Details

### Model Description

- **Model Type:** Sentence Transformer
- **License:** unknown

### Model Sources

model = SentenceTransformer("sentence_transformers_model_id")

- Samples:

| question | answer |
| --- | --- |
| <code>a row of somebody's</code> | <code>another text of theirs</code> |

- Loss: <code>CoSENTLoss</code>
"""


def about(**more):
    return About(repo="ada/m", license="mit", languages=["en", "de"], **more)


def test_no_row_stays_in_a_card_whose_author_put_some_there():
    card = published(OWN, about())
    assert "somebody's" not in card
    assert "text of theirs" not in card
    assert "Loss: <code>CoSENTLoss</code>" in card


def test_the_hub_reads_what_was_asked_and_what_the_model_said_itself():
    facts = ModelCard(published(OWN, about())).data.to_dict()
    assert facts["license"] == "mit"
    assert facts["language"] == ["en", "de"]
    assert facts["tags"] == ["sentence-transformers", "loss:CoSENTLoss"]
    assert facts["base_model"] == "team/base"
    assert facts["base_model_relation"] == "finetune"
    assert "widget" not in facts


def test_it_says_under_which_name_and_licence_it_lies_there():
    card = published(OWN, about())
    assert 'SentenceTransformer("ada/m")' in card
    assert "- **License:** mit\n- **Languages:** en, de\n" in card
    assert "unknown" not in card


def test_it_says_how_the_model_was_measured_once():
    served = Served(texts=100, largest_gap=0.0, is_same=True, sentence="The same again.")
    card = published(OWN, about(verdict=VERDICT, served=served))
    again = published(card, about(verdict=VERDICT, served=served))
    for told in (card, again):
        assert told.count(VERDICT.sentence) == 1
        assert told.count(served.sentence) == 1
        assert "as it seemed at the time" not in told
        assert (
            "| on 112 held-out questions | 0.4100 | 0.4700 | +0.0600 | +0.0200 to +0.1000 |" in told
        )
        assert told.index(VERDICT.sentence) < told.index("## Model Details")
    assert "never measured" in published(OWN, about())


def test_rows_that_may_leave_are_shown_and_break_no_table():
    row = {"question": "a | b\nc", "answer": "<b>&"}
    card = published(OWN, about(samples=[Samples(name="pairs", rows=[row])]))
    assert "| <code>a \\| b<br>c</code> | <code>&lt;b&gt;&amp;</code> |" in card
    assert divided(card)[0]["widget"] == [{"source_sentence": "a | b\nc", "sentences": ["<b>&"]}]


def test_a_card_that_tells_machines_nothing_gets_what_they_need():
    for own in ("", "just words", "---\n: [\n---\nwords", "---\n---\nwords"):
        card = published(own, about())
        facts = yaml.safe_load(card.split("---\n")[1])
        assert facts["license"] == "mit"
        assert "sentence-transformers" in facts["tags"]
