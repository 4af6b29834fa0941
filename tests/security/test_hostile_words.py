"""Rows 27 to 29: names and texts are data to templates, to cards and to processes."""

import re
from pathlib import Path

import pytest
import yaml
from jinja2 import UndefinedError
from pydantic import BaseModel

from backend.web.templates import environment, fragment
from tests.processes import wait_until
from tests.tiny_model import write_tiny_bert
from worker.engine.card.front_matter import front_matter
from worker.engine.card.text import text
from worker.engine.model import SentenceTransformer
from worker.jobs.folder import JobFolder
from worker.supervisor.process import JobProcess

SUM = "{{7*7}}${7*7}<%=7*7%>#{7*7}{%raw%}"
HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)  # as the Hub reads it
EVIL = [
    SUM,
    "---\nlicense: evil\n---",
    "```\n<script>alert(1)</script>\n```",
    "a: b\n- [x",
    "!!python/object/apply:os.system ['true']",
    "$(touch /tmp/evil)",
    "; rm -rf /",
    "--help",
    "\x00\x1b[2J",
]


class Order(BaseModel):
    name: str


def test_texts_of_a_person_are_shown_and_not_computed(api, server):
    table = f"question,{SUM}\n" + f"{SUM},b\n" * 20
    made = api.post("datasets", files={"file": (f"{SUM}.csv", table.encode())}).json()
    page = api.get(f"{server.url}/data/{made['id']}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "{{7*7}}" in page.text
    assert "49$" not in page.text


def test_every_template_escapes_and_none_is_made_of_a_text(root):
    assert environment().autoescape is True
    templates = (root / "frontend" / "templates").rglob("*.html")
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b")
    assert [place for place in templates if unsafe.search(place.read_text("utf-8"))] == []
    code = [*(root / "backend").rglob("*.py"), *(root / "worker" / "jobs").rglob("*.py")]
    made = re.compile(r"from_string\(|Template\(|chat_template")
    assert [place for place in code if made.search(place.read_text("utf-8"))] == []


def test_a_template_that_asks_for_nothing_known_fails_instead_of_guessing():
    with pytest.raises(UndefinedError):
        fragment("problem.html", "problem")


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_changes_nothing_of_a_cards_head(tmp_path, evil):
    model = SentenceTransformer(str(write_tiny_bert(tmp_path / "bert")), device="cpu")
    model.model_card_data.model_name = evil
    model.model_card_data.license = evil
    card = text(model)
    found = HEAD.match(card)
    head = found[1]
    assert yaml.safe_load(head)["license"] == yaml.safe_load(yaml.safe_dump(evil))
    assert "library_name" in yaml.safe_load(head)
    assert front_matter(model.model_card_data).count("\n---\n") == 1
    assert card[found.end() :].strip()


def test_no_process_is_started_by_a_shell(root):
    shells = re.compile(r"shell=True|os\.system\(|os\.popen\(|subprocess\.getoutput|pty\.spawn\(")
    places = [
        *(root / "backend").rglob("*.py"),
        *(root / "worker").rglob("*.py"),
        *(root / "likewise").rglob("*.py"),
    ]
    assert [place for place in places if shells.search(place.read_text("utf-8"))] == []


def test_what_is_to_be_done_goes_to_a_process_as_a_file(tmp_path):
    folder = JobFolder(tmp_path / "job_x" / "attempt-1")
    folder.create(Order(name=EVIL[4]))
    (folder.path / "wait").touch()
    with JobProcess("tests.worker.supervisor.a_job", folder) as process:
        told = Path(f"/proc/{process.pids[0]}/cmdline")
        wait_until(told.read_bytes)  # for a moment a process that begins has none
        line = told.read_bytes().split(b"\0")
    assert line[1:4] == [b"-m", b"tests.worker.supervisor.a_job", str(folder.path).encode()]
    assert folder.job()["name"] == EVIL[4]
