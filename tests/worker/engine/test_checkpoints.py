"""A checkpoint is whole or it doesn't count; the best and the newest are kept."""

import json

import pytest

from worker.engine import losses
from worker.engine.arguments import SentenceTransformerTrainingArguments
from worker.engine.checkpoints import find_valid_checkpoint, folders, saving
from worker.engine.checkpoints.folders import BrokenCheckpoint
from worker.engine.evaluation import TripletEvaluator
from worker.engine.model import SentenceTransformer
from worker.engine.trainer import SentenceTransformerTrainer


def trainer(model, data, folder, **options):
    arguments = {
        "max_steps": 4,
        "per_device_train_batch_size": 8,
        "save_strategy": "steps",
        "save_steps": 1,
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": True,
    }
    args = SentenceTransformerTrainingArguments(str(folder), **(arguments | options))
    evaluator = TripletEvaluator(data["anchor"], data["positive"], data["anchor"][::-1])
    return SentenceTransformerTrainer(
        model,
        args,
        data,
        loss=losses.MultipleNegativesRankingLoss(model),
        evaluator=evaluator if "eval_strategy" in options else None,
    )


@pytest.fixture
def run_folder(model, pairs, tmp_path):
    trainer(model, pairs, tmp_path).train()
    return tmp_path


def cut_short(checkpoint):
    file = checkpoint / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])


def change_one_byte(checkpoint):
    file = checkpoint / "optimizer.pt"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def lose_a_file(checkpoint):
    (checkpoint / "rng_state.pth").unlink()


def lose_the_manifest(checkpoint):
    (checkpoint / "manifest.json").unlink()


def garble_the_manifest(checkpoint):
    (checkpoint / "manifest.json").write_text('{"files": 3}')


BREAKAGES = [cut_short, change_one_byte, lose_a_file, lose_the_manifest, garble_the_manifest]


@pytest.mark.parametrize("damage", BREAKAGES)
def test_a_broken_checkpoint_is_skipped(damage, run_folder):
    damage(run_folder / "checkpoint-4")
    assert find_valid_checkpoint(run_folder) == run_folder / "checkpoint-3"


@pytest.mark.parametrize("damage", BREAKAGES)
def test_resuming_from_a_broken_checkpoint_is_refused(damage, run_folder, model, pairs):
    damage(run_folder / "checkpoint-4")
    with pytest.raises(BrokenCheckpoint, match=r"checkpoint-4.*resume_from_checkpoint=True"):
        trainer(model, pairs, run_folder).train(resume_from_checkpoint=run_folder / "checkpoint-4")


def test_without_a_whole_checkpoint_there_is_none(tmp_path, model, pairs):
    assert find_valid_checkpoint(tmp_path / "nowhere") is None
    with pytest.raises(ValueError, match="Start anew"):
        trainer(model, pairs, tmp_path).train(resume_from_checkpoint=True)


def test_a_crash_while_writing_leaves_the_checkpoint_before(model, pairs, tmp_path, monkeypatch):
    def crash(part, manifest):
        if part.name == "checkpoint-3.part":
            raise OSError("No space left on device")
        write(part, manifest)

    write = saving.write
    monkeypatch.setattr(saving, "write", crash)
    with pytest.raises(OSError, match="No space"):
        trainer(model, pairs, tmp_path).train()
    assert find_valid_checkpoint(tmp_path) == tmp_path / "checkpoint-2"
    assert (tmp_path / "checkpoint-3.part").is_dir()
    assert not (tmp_path / "checkpoint-3").exists()


def test_the_newest_and_the_best_are_kept(model, pairs, tmp_path):
    running = trainer(
        model,
        pairs,
        tmp_path,
        max_steps=6,
        save_total_limit=2,
        eval_strategy="steps",
        eval_steps=1,
        metric_for_best_model="cosine_accuracy",
        load_best_model_at_end=True,
        learning_rate=1e-2,
    )
    running.train()
    best = running.state.best_global_step
    kept = {int(path.name.removeprefix("checkpoint-")) for path in folders.newest_first(tmp_path)}
    assert kept == {5, 6, best}
    found = SentenceTransformer(tmp_path / f"checkpoint-{best}", device="cpu")
    assert (found.encode("the cat sat") == model.encode("the cat sat")).all()


def test_old_parts_go_and_foreign_folders_stay(model, pairs, tmp_path):
    (tmp_path / "checkpoint-1.part").mkdir()
    (tmp_path / "checkpoint-0").mkdir()
    trainer(model, pairs, tmp_path, save_total_limit=1).train()
    assert sorted(path.name for path in tmp_path.glob("checkpoint-*")) == [
        "checkpoint-0",
        "checkpoint-4",
    ]


def test_the_manifest_names_every_file_and_the_circumstances(run_folder):
    checkpoint = run_folder / "checkpoint-4"
    manifest = json.loads((checkpoint / "manifest.json").read_text())
    files = {p.relative_to(checkpoint).as_posix() for p in checkpoint.rglob("*") if p.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}
    assert (manifest["step"], manifest["world_size"], manifest["batch_size"]) == (4, 1, 8)
    assert set(manifest["versions"]) == {"torch", "transformers", "accelerate"}


def test_a_checkpoint_of_another_loss_is_refused(run_folder, model, classes):
    args = SentenceTransformerTrainingArguments(
        str(run_folder), report_to="none", use_cpu=True, max_steps=5, disable_tqdm=True
    )
    other = SentenceTransformerTrainer(model, args, classes, loss=losses.SoftmaxLoss(model, 32, 3))
    with pytest.raises(ValueError, match=r"classifier\.bias.*Resume with the loss"):
        other.train(resume_from_checkpoint=True)
