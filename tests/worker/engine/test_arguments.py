"""Every training argument of the documentation's tables is accepted, and does what it says."""

import json
import multiprocessing

import pytest
import torch
from datasets import Dataset
from safetensors import safe_open
from torch import nn
from transformers import HfArgumentParser, TrainerCallback

from tests.tiny_model import sentences
from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.checkpoints import folders
from worker.engine.evaluation import EmbeddingSimilarityEvaluator
from worker.engine.samplers import BatchSamplers, MultiDatasetBatchSamplers
from worker.engine.trainer import SentenceTransformerTrainer


def arguments(folder, **options):
    defaults = {
        "max_steps": 4,
        "per_device_train_batch_size": 8,
        "save_strategy": "no",
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
        "logging_steps": 1,
    }
    return SentenceTransformerTrainingArguments(str(folder), **(defaults | options))


def train(model, pairs, folder, *callbacks, loss=None, evaluated=False, **options):
    if evaluated:
        options |= {"eval_strategy": "steps", "eval_steps": 2}
    trainer = SentenceTransformerTrainer(
        model,
        arguments(folder, **options),
        pairs,
        pairs if evaluated else None,
        loss or losses.MultipleNegativesRankingLoss(model),
        EmbeddingSimilarityEvaluator(pairs["anchor"], pairs["positive"], range(44), name="dev")
        if evaluated
        else None,
        callbacks=list(callbacks),
    )
    trainer.train()
    return trainer


def logged(trainer, key):
    return [line[key] for line in trainer.state.log_history if key in line]


def rates(trainer):
    return logged(trainer, "learning_rate")


class Sizes(nn.Module):
    """A loss that notes the rows of each batch."""

    def __init__(self, model, too_many=10**9):
        super().__init__()
        self.model = model
        self.too_many = too_many
        self.seen = []

    def forward(self, sentence_features, labels):
        a, b = (self.model(dict(f))["sentence_embedding"] for f in sentence_features)
        self.seen.append(len(a))
        if len(a) > self.too_many:
            raise RuntimeError("CUDA out of memory.")
        return (a - b).square().mean()


# ---- for performance


def test_the_learning_rate_is_followed(model, pairs, tmp_path):
    """learning_rate, lr_scheduler_type"""
    options = {"learning_rate": 0.25, "lr_scheduler_type": "constant"}
    assert rates(train(model, pairs, tmp_path, **options)) == [0.25] * 4


@pytest.mark.parametrize("warmup", [{"warmup_ratio": 0.5}, {"warmup_steps": 2}])
def test_the_learning_rate_warms_up(warmup, model, pairs, tmp_path):
    found = rates(train(model, pairs, tmp_path, learning_rate=1e-3, **warmup))
    assert found[0] < found[1] < found[2] > found[3]


def test_the_older_warmup_is_a_share_of_the_steps(tmp_path):
    """warmup_ratio becomes warmup_steps, which alone counts where it is given."""
    assert arguments(tmp_path, warmup_ratio=0.1).get_warmup_steps(200) == 20
    assert arguments(tmp_path, warmup_ratio=0.1, warmup_steps=7).get_warmup_steps(200) == 7


@pytest.mark.slow
def test_epochs_and_steps_end_a_training(model, pairs, tmp_path):
    """num_train_epochs, max_steps, per_device_train_batch_size"""
    assert train(model, pairs, tmp_path, max_steps=-1, num_train_epochs=2).state.global_step == 12
    assert train(model, pairs, tmp_path, max_steps=3, num_train_epochs=9).state.global_step == 3


def test_batches_are_as_large_as_told(model, pairs, tmp_path):
    """per_device_train_batch_size, per_device_eval_batch_size, dataloader_drop_last"""
    loss = Sizes(model)
    trainer = train(model, pairs, tmp_path, loss=loss, max_steps=6, per_device_eval_batch_size=40)
    assert loss.seen == [8, 8, 8, 8, 8, 4]
    loss.seen.clear()
    trainer.evaluate(pairs)
    assert loss.seen == [40, 4]
    loss.seen.clear()
    train(model, pairs, tmp_path, loss=loss, max_steps=6, dataloader_drop_last=True)
    assert loss.seen == [8] * 6


@pytest.mark.slow
def test_a_batch_that_is_too_large_for_memory_is_halved(model, pairs, tmp_path):
    """auto_find_batch_size"""
    loss = Sizes(model, too_many=10)
    options = {"auto_find_batch_size": True, "per_device_train_batch_size": 32}
    trainer = train(model, pairs, tmp_path, loss=loss, **options)
    assert trainer.state.global_step == 4
    assert loss.seen[0] == 32
    assert set(loss.seen[-4:]) <= {trainer._train_batch_size, 44 % trainer._train_batch_size}
    assert trainer._train_batch_size <= 10


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_half_precision_trains_or_says_why_not(precision, model, pairs, tmp_path):
    """fp16, bf16"""
    try:
        trainer = train(model, pairs, tmp_path, **{precision: True})
    except ValueError as refused:
        assert precision in str(refused)  # noqa: PT017  # either is right, by the machine
    else:
        assert all(0 < value < 100 for value in logged(trainer, "loss"))
        assert next(model.parameters()).dtype == torch.float32


def test_gradients_are_gathered_over_batches(model, pairs, tmp_path):
    """gradient_accumulation_steps"""
    loss = Sizes(model)
    trainer = train(model, pairs, tmp_path, loss=loss, gradient_accumulation_steps=3, max_steps=2)
    assert loss.seen == [8, 8, 8, 8, 8, 4]
    assert trainer.state.epoch == 1


@pytest.mark.parametrize(
    "options",
    [
        {"gradient_checkpointing": True},
        {
            "gradient_checkpointing": True,
            "gradient_checkpointing_kwargs": {"use_reentrant": False},
        },
    ],
)
def test_activations_can_be_computed_twice(options, model, pairs, tmp_path):
    """gradient_checkpointing, gradient_checkpointing_kwargs"""
    calls = []
    model[0].auto_model.encoder.layer[0].attention.register_forward_hook(lambda *_: calls.append(1))
    train(model, pairs, tmp_path, max_steps=1, **options)
    assert len(calls) == 2  # both columns in one forward, once more while going back


def test_evaluation_can_move_what_it_found_to_the_cpu(model, pairs, tmp_path):
    """eval_accumulation_steps"""
    one = train(model, pairs, tmp_path, evaluated=True, eval_accumulation_steps=1)
    assert one.evaluate()["eval_loss"] > 0


@pytest.mark.parametrize(
    ("name", "kind"), [("sgd", torch.optim.SGD), ("adafactor", None), ("rmsprop", None)]
)
def test_the_optimizer_is_the_one_named(name, kind, model, pairs, tmp_path):
    """optim"""
    optimizer = train(model, pairs, tmp_path, optim=name).optimizer.optimizer
    assert type(optimizer).__name__.lower() == name
    assert kind is None or isinstance(optimizer, kind)


def test_samplers_go_by_name_or_member(tmp_path):
    """batch_sampler, multi_dataset_batch_sampler"""
    for member in BatchSamplers:
        assert arguments(tmp_path, batch_sampler=member.value).batch_sampler is member
    for member in MultiDatasetBatchSamplers:
        args = arguments(tmp_path, multi_dataset_batch_sampler=member)
        assert args.multi_dataset_batch_sampler is member
        assert json.loads(args.to_json_string())["multi_dataset_batch_sampler"] == member.value
    with pytest.raises(ValueError, match="no_dupes"):
        arguments(tmp_path, batch_sampler="no_dupes")


@pytest.mark.parametrize("name", ["prompts", "router_mapping", "learning_rate_mapping"])
def test_mappings_may_be_json(name, tmp_path):
    """prompts, router_mapping, learning_rate_mapping"""
    value = {"a": 0.5} if name == "learning_rate_mapping" else {"nli": {"a": "true"}}
    assert getattr(arguments(tmp_path, **{name: json.dumps(value)}), name) == value
    assert getattr(arguments(tmp_path, **{name: value}), name) == value
    assert not getattr(arguments(tmp_path, **{name: None}), name)
    if name == "prompts":
        assert arguments(tmp_path, prompts="query: ").prompts == "query: "
    else:
        with pytest.raises(ValueError, match=f"{name} must be a mapping"):
            arguments(tmp_path, **{name: "query"})


def test_weights_have_learning_rates_of_their_own(model, pairs, classes, tmp_path):
    """learning_rate_mapping: the last pattern that fits wins; a loss's weight goes by its name."""
    mapping = {r"layer\.[01]": 0.1, r"layer\.1": 0.2, "^classifier": 0.3}
    trainer = train(
        model,
        classes,
        tmp_path,
        loss=losses.SoftmaxLoss(model, 32, 3),
        learning_rate=0.4,
        learning_rate_mapping=mapping,
        max_steps=1,
    )
    names = {id(p): name for name, p in trainer.goal.named_parameters()}
    found = {
        names[id(p)]: g["initial_lr"] for g in trainer.optimizer.param_groups for p in g["params"]
    }
    assert len(found) == len(names)
    assert found["loss.classifier.weight"] == 0.3
    for name, rate in found.items():
        expected = {"layer.0": 0.1, "layer.1": 0.2}
        if name.startswith("model."):
            assert rate == next((v for part, v in expected.items() if part in name), 0.4)


@pytest.mark.slow
def test_a_compiled_training_learns_the_same_and_its_checkpoint_loads(tiny_bert, pairs, tmp_path):
    """torch_compile, torch_compile_backend"""
    from worker.engine.model import SentenceTransformer

    def trained(folder, **options):
        model = SentenceTransformer(str(tiny_bert), device="cpu")
        return train(model, pairs, folder, save_strategy="steps", save_steps=2, **options)

    plain = trained(tmp_path / "plain")
    compiled = trained(tmp_path / "c", torch_compile=True, torch_compile_backend="eager")
    assert logged(compiled, "loss") == pytest.approx(logged(plain, "loss"), rel=1e-5)
    model = SentenceTransformer(str(tmp_path / "c" / "checkpoint-4"), device="cpu")
    assert torch.equal(
        model.encode("the cat", convert_to_tensor=True),
        compiled.model.encode("the cat", convert_to_tensor=True),
    )
    again = SentenceTransformerTrainer(
        SentenceTransformer(str(tiny_bert), device="cpu"),
        compiled.args,
        pairs,
        loss=losses.MultipleNegativesRankingLoss,
    )
    again.train(resume_from_checkpoint=tmp_path / "c" / "checkpoint-2")
    for one, other in zip(again.model.parameters(), compiled.model.parameters(), strict=True):
        assert torch.equal(one, other)


# ---- for observing


def test_evaluating_saving_and_keeping_the_best(model, pairs, tmp_path):
    """eval_strategy, eval_steps, save_strategy, save_steps, save_total_limit,
    load_best_model_at_end, metric_for_best_model, greater_is_better"""
    trainer = train(
        model,
        pairs,
        tmp_path,
        evaluated=True,
        max_steps=8,
        save_strategy="steps",
        save_steps=2,
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="loss",
        learning_rate=5e-3,
    )
    values = logged(trainer, "eval_loss")
    assert len(values) == len(logged(trainer, "eval_dev_spearman_cosine")) == 4
    assert trainer.state.best_global_step == 2 * (values.index(min(values)) + 1)
    assert trainer.evaluate()["eval_loss"] == pytest.approx(min(values), rel=1e-5)
    kept = {int(path.name.removeprefix("checkpoint-")) for path in folders.newest_first(tmp_path)}
    assert kept == {trainer.state.best_global_step, 8} or kept == {trainer.state.best_global_step}


def test_tensorboard_gets_losses_and_metrics(model, pairs, tmp_path, monkeypatch):
    """report_to, run_name, logging_steps"""
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "events"))
    train(model, pairs, tmp_path, evaluated=True, report_to="tensorboard", run_name="a name")
    events = accumulator.EventAccumulator(str(next((tmp_path / "events").rglob("events.*")).parent))
    events.Reload()
    tags = set(events.Tags()["scalars"])
    assert {"train/loss", "eval/loss", "eval/dev_spearman_cosine"} <= tags
    assert [event.step for event in events.Scalars("train/loss")] == [1, 2, 3, 4]


def test_logging_is_as_often_as_told(model, pairs, tmp_path):
    """logging_steps, log_level"""
    trainer = train(model, pairs, tmp_path, logging_steps=2, log_level="error")
    assert [line["step"] for line in trainer.state.log_history if "loss" in line] == [2, 4]


def test_what_is_pushed_is_asked_of_the_hub_alone(tmp_path):
    """push_to_hub, hub_model_id, hub_strategy, hub_private_repo; test_hub.py pushes."""
    args = arguments(
        tmp_path, hub_model_id="me/mine", hub_strategy="checkpoint", hub_private_repo=True
    )
    assert (args.push_to_hub, args.hub_model_id, args.hub_private_repo) == (False, "me/mine", True)
    assert args.hub_strategy.value == "checkpoint"


def test_the_hub_s_name_is_told_to_the_card(model, pairs, tmp_path):
    train(model, pairs, tmp_path, hub_model_id="me/mine", max_steps=1)
    assert model.model_card_data.model_id == "me/mine"


# ---- what cannot be chosen, and what is written


def test_there_are_no_predictions_and_no_buffers_to_send(tmp_path):
    args = arguments(tmp_path, prediction_loss_only=False, ddp_broadcast_buffers=True)
    assert args.prediction_loss_only is True
    assert args.ddp_broadcast_buffers is False


def test_several_processes_use_whole_batches(tmp_path, monkeypatch):
    from transformers.training_args import ParallelMode

    kind = SentenceTransformerTrainingArguments
    monkeypatch.setattr(kind, "parallel_mode", ParallelMode.DISTRIBUTED)
    assert arguments(tmp_path).dataloader_drop_last is True


def test_several_devices_in_one_process_are_warned_of(tmp_path, monkeypatch, caplog):
    from transformers.training_args import ParallelMode

    kind = SentenceTransformerTrainingArguments
    monkeypatch.setattr(kind, "parallel_mode", ParallelMode.NOT_DISTRIBUTED)
    arguments(tmp_path)
    assert "torchrun --nproc_per_node" in caplog.text


def test_the_arguments_that_were_changed_are_told_and_no_other(tmp_path):
    changed = arguments(tmp_path, learning_rate=1e-3).changed()
    assert changed["learning_rate"] == 1e-3
    assert "weight_decay" not in changed


def test_batches_can_be_made_in_other_processes(model, pairs, tmp_path):
    """dataloader_num_workers, dataloader_persistent_workers, dataloader_prefetch_factor"""
    options = {
        "dataloader_num_workers": 1,
        "dataloader_persistent_workers": True,
        "dataloader_prefetch_factor": 2,
    }
    if multiprocessing.get_start_method() == "fork":
        assert train(model, pairs, tmp_path, max_steps=2, **options).state.global_step == 2


@pytest.mark.slow
def test_nothing_that_is_saved_is_a_pickle_but_the_state_of_the_training(model, pairs, tmp_path):
    train(model, pairs, tmp_path, save_strategy="steps", save_steps=4)
    names = {path.name for path in (tmp_path / "checkpoint-4").rglob("*")}
    assert "training_args.bin" not in names
    assert {n for n in names if n.endswith((".bin", ".pt", ".pth"))} == {
        "optimizer.pt",
        "scheduler.pt",
        "rng_state.pth",
    }


@pytest.mark.slow
def test_an_adapter_and_a_module_of_ones_own_resume(tiny_bert, pairs, tmp_path):
    peft = pytest.importorskip("peft")
    from worker.engine.model import SentenceTransformer
    from worker.engine.model.modules import Module

    class Scale(Module):
        def __init__(self):
            super().__init__()
            self.by = nn.Parameter(torch.ones(()))

        def forward(self, features):
            return features | {"sentence_embedding": self.by * features["sentence_embedding"]}

        def save(self, output_path, *args, safe_serialization=True, **kwargs):
            return None

    class Stop(TrainerCallback):
        def on_save(self, args, state, control, **kwargs):
            if state.global_step == 2:
                raise KeyboardInterrupt

    def trainer(folder, *callbacks):
        torch.manual_seed(1)
        model = SentenceTransformer(str(tiny_bert), device="cpu")
        model.add_adapter(peft.LoraConfig(r=2, target_modules=["query"], lora_dropout=0.1))
        model.append(Scale())
        args = arguments(folder, save_strategy="steps", save_steps=2, learning_rate=1e-2)
        loss = losses.CosineSimilarityLoss(model)
        data = pairs.add_column("score", [(i % 5) / 4 for i in range(44)])
        return SentenceTransformerTrainer(model, args, data, loss=loss, callbacks=list(callbacks))

    whole = trainer(tmp_path / "whole")
    whole.train()
    with pytest.raises(KeyboardInterrupt):
        trainer(tmp_path / "cut", Stop()).train()
    resumed = trainer(tmp_path / "cut")
    resumed.train(resume_from_checkpoint=True)
    expected, found = whole.model.state_dict(), resumed.model.state_dict()
    assert [name for name in expected if not torch.equal(expected[name], found[name])] == []
    with safe_open(tmp_path / "cut" / "checkpoint-2" / "weights.safetensors", "pt") as saved:
        names = list(saved.keys())
    assert any("lora" in name for name in names)
    assert not any("embeddings.word" in name for name in names)  # what is frozen is not saved


def test_a_stream_trains_in_its_own_order(model, tmp_path, caplog):
    rows = {"anchor": sentences(40, seed=1), "positive": sentences(40, seed=2)}
    stream = Dataset.from_dict(rows).to_iterable_dataset()
    loss = Sizes(model)
    args = arguments(tmp_path, batch_sampler="no_duplicates")
    trainer = SentenceTransformerTrainer(model, args, stream, loss=loss)
    assert trainer.train().global_step == 4
    assert loss.seen == [8] * 4
    assert "batch_sampler=no_duplicates does nothing for a stream" in caplog.text
    with pytest.raises(ValueError, match="a stream must be the only dataset"):
        SentenceTransformerTrainer(model, args, {"x": stream}, loss=loss)


def test_a_command_line_gives_every_argument_its_type(tmp_path):
    parser = HfArgumentParser(SentenceTransformerTrainingArguments)
    line = ["--output_dir", str(tmp_path), "--batch_sampler", "no_duplicates", "--use_cpu"]
    mappings = {"prompts": {"anchor": "query: "}, "router_mapping": {"anchor": "query"}}
    for name, mapping in mappings.items():
        line += [f"--{name}", json.dumps(mapping)]
    line += ["--learning_rate_mapping", json.dumps({"dense": 0.01}), "--warmup_ratio", "0.1"]
    (read,) = parser.parse_args_into_dataclasses(line)
    assert read.batch_sampler == BatchSamplers.NO_DUPLICATES
    assert {name: getattr(read, name) for name in mappings} == mappings
    assert read.learning_rate_mapping == {"dense": 0.01}
    assert read.warmup_steps == 0.1
