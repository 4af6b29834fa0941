"""A model on its way to the Hub, by the real client, to a Hub on this machine."""

import json
import logging

import huggingface_hub
import pytest
import transformers.utils.hub
from huggingface_hub import constants
from huggingface_hub.errors import HfHubHTTPError

from tests.hub_double import model_hub
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.losses import MultipleNegativesRankingLoss
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer

REPO = "team/model"
LAYOUT = {
    "1_Pooling/config.json",
    "README.md",
    "config.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "modules.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
}
STATES = {"optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json", "manifest.json"}


@pytest.fixture
def hub(monkeypatch):
    with model_hub() as (address, held):
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            address + "/{repo_id}/resolve/{revision}/{filename}",
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
        monkeypatch.setattr(transformers.utils.hub, "_hf_api", None)  # it remembers an address
        huggingface_hub.close_session()
        yield held


def push(model, hub, **options):
    return model.push_to_hub(REPO, token=hub.token, **options)


def files(hub, branch="main"):
    return hub.repos[REPO].branches[branch]


def test_the_whole_layout_arrives_in_one_commit(model, hub):
    address = push(model, hub)
    assert "/team/model/commit/" in address
    assert set(files(hub)) >= LAYOUT
    assert len(hub.repos[REPO].commits) == 1
    assert f'SentenceTransformer("{REPO}")' in files(hub)["README.md"].decode()


def test_what_arrived_loads_as_the_same_model(model, hub, tmp_path):
    push(model, hub)
    for name, body in files(hub).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    loaded = SentenceTransformer(tmp_path, device="cpu")
    assert (loaded.encode(["the cat"]) == model.encode(["the cat"])).all()


def test_a_repository_that_is_there_is_added_to_only_if_that_is_wished(model, hub):
    push(model, hub)
    with pytest.raises(HfHubHTTPError) as refused:
        push(model, hub)
    assert "exist_ok=True" in refused.value.__notes__[0]
    push(model, hub, exist_ok=True)
    assert len(hub.repos[REPO].commits) == 2


def test_a_readme_that_is_there_stays_unless_it_is_to_be_replaced(model, hub, tmp_path):
    push(model, hub)
    files(hub)["README.md"] = b"# By hand\n"
    push(model, hub, exist_ok=True)
    model.save_pretrained(tmp_path / "model")
    push(model, hub, exist_ok=True, local_model_path=str(tmp_path / "model"))
    assert files(hub)["README.md"] == b"# By hand\n"
    push(model, hub, exist_ok=True, replace_model_card=True)
    assert b"## Model Details" in files(hub)["README.md"]


def test_a_revision_makes_its_branch_and_leaves_main_alone(model, hub):
    push(model, hub, revision="try", commit_message="A try")
    assert set(files(hub, "try")) >= LAYOUT
    assert files(hub) == {}
    assert hub.repos[REPO].commits[0]["summary"] == "A try"


def test_a_pull_request_changes_no_branch(model, hub):
    address = push(model, hub, create_pr=True)
    assert address.endswith("/discussions/1")
    assert files(hub) == {}
    assert set(hub.repos[REPO].pull_requests[0]) >= LAYOUT
    assert "encode" in hub.repos[REPO].commits[0]["description"]


def test_a_push_that_fails_leaves_nothing_behind_and_says_what_to_do(model, hub):
    hub.broken = True
    with pytest.raises(HfHubHTTPError) as refused:
        push(model, hub)
    assert "write access" in refused.value.__notes__[0]
    assert files(hub) == {}


@pytest.mark.parametrize("wrong", ["hf_wrong_secret", "hf_secret\nwith a line", "hf secret", ""])
def test_a_token_is_never_told(model, hub, wrong, caplog):
    caplog.set_level(logging.DEBUG)
    with pytest.raises((HfHubHTTPError, ValueError)) as refused:
        model.push_to_hub(REPO, token=wrong)
    told = [str(refused.value), *getattr(refused.value, "__notes__", []), caplog.text]
    assert not wrong or not [text for text in told if wrong in text]


def test_save_to_hub_puts_the_organization_before_the_name(model, hub):
    address = model.save_to_hub("model", organization="team", token=hub.token)
    assert "/team/model/commit/" in address
    with pytest.raises(ValueError, match="give one"):
        model.save_to_hub("team/model", organization="other", token=hub.token)


def trained(model, pairs, hub, folder, strategy, **settings):
    arguments = SentenceTransformerTrainingArguments(
        str(folder),
        max_steps=4,
        save_steps=2,
        save_total_limit=1,
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        push_to_hub=True,
        hub_model_id=REPO,
        hub_token=hub.token,
        hub_strategy=strategy,
        hub_always_push=True,
        **settings,
    )
    loss = MultipleNegativesRankingLoss(model)
    trainer = SentenceTransformerTrainer(model, arguments, pairs, loss=loss)
    trainer.train()
    return trainer


@pytest.mark.parametrize(
    ("strategy", "commits", "states_in"),
    [
        ("end", 0, []),
        ("every_save", 2, []),
        ("checkpoint", 2, ["last-checkpoint"]),
        ("all_checkpoints", 2, ["checkpoint-2", "checkpoint-4"]),
    ],
)
def test_each_strategy_sends_the_model_and_only_the_states_asked_for(
    strategy, commits, states_in, model, pairs, hub, tmp_path
):
    trainer = trained(model, pairs, hub, tmp_path / "run", strategy)
    assert len(hub.repos[REPO].commits) == commits
    trainer.push_to_hub()
    assert len(hub.repos[REPO].commits) == commits + 1
    sent = files(hub)
    assert {name for name in sent if "checkpoint" not in name} >= LAYOUT
    states = {name for name in sent if name.rpartition("/")[2] in STATES}
    assert states == {f"{place}/{state}" for place in states_in for state in STATES}
    assert "## Training Details" in sent["README.md"].decode()
    assert not [name for name in sent if hub.token.encode() in sent[name]]
    assert not list((tmp_path / "run").glob("_push*"))


def test_saving_the_model_of_a_run_that_pushes_pushes_it(model, pairs, hub, tmp_path):
    trainer = trained(model, pairs, hub, tmp_path / "run", "end", hub_revision="try")
    trainer.save_model()
    assert set(files(hub, "try")) >= LAYOUT
    assert json.loads(files(hub, "try")["modules.json"])


def test_a_checkpoint_that_cannot_be_sent_stops_no_training(model, pairs, hub, tmp_path, caplog):
    hub.broken = True
    trainer = trained(model, pairs, hub, tmp_path / "run", "every_save")
    assert trainer.state.global_step == 4
    assert "a push to the Hub failed" in caplog.text
    assert hub.token not in caplog.text
