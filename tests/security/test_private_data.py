"""Row 42: what is private or of unknown origin in data is said before anybody trains on it."""

import pyarrow as pa
import pytest

from backend.datasets.findings.finding import FindingKind
from backend.datasets.looking.faults import Faults
from backend.datasets.operations.by_name import parse
from backend.secret_shapes import without_private
from tests.security.test_logs import SECRETS
from tests.tiny_model import write_tiny_bert
from worker.engine.card.text import text
from worker.engine.model import SentenceTransformer

PLAIN = [
    "how do I return it",
    "ask @ada or #help at 10:30",
    "the token is a word; a password too",
    "a@b is no address, nor is x@localhost",
    "hf_short and sk-short",
]
PRIVATE = ["write to ada.lovelace+x@example.org", *(f"my key is {secret}" for secret in SECRETS)]


def seen(texts: list[str]) -> Faults:
    faults = Faults()
    faults.see(pa.array(texts), 0)
    return faults


def test_keys_and_addresses_are_noticed_and_words_are_not():
    faults = seen([*PLAIN, *PRIVATE])
    assert faults.counts[FindingKind.EMAIL_ADDRESSES] == 1
    assert list(faults.rows(FindingKind.EMAIL_ADDRESSES)) == [len(PLAIN)]
    assert faults.counts[FindingKind.SECRETS] == len(SECRETS)


@pytest.mark.parametrize("private", PRIVATE)
def test_the_remedy_leaves_nothing_to_notice(private):
    table = pa.table({"text": [private, *PLAIN]})
    step = {"name": "hide_private", "parameters": {"columns": ["text"]}}
    cleaned = parse(step).apply(table)["text"].to_pylist()
    after = seen(cleaned)
    assert after.counts[FindingKind.SECRETS] == after.counts[FindingKind.EMAIL_ADDRESSES] == 0
    assert cleaned[1:] == PLAIN
    assert without_private(cleaned[0]) == cleaned[0]


def test_a_version_says_where_its_rows_came_from(api):
    rows = b"question,answer\n" + b"".join(b"how %d,so %d\n" % (n, n) for n in range(30))
    version = api.post("datasets", files={"file": ("asked.csv", rows)}).json()
    assert version["operation"]["file"] == "asked.csv"
    assert version["parent_id"] is None


def test_no_text_of_the_data_stands_in_the_card(tmp_path):
    model = SentenceTransformer(str(write_tiny_bert(tmp_path / "bert")), device="cpu")
    assert not any(each in text(model) for each in PRIVATE)
