"""Data as scripts from before 3.0 hold it: the reference library's classes, row by row."""

import gzip
import random

import numpy as np
import pytest
import torch
from datasets import Dataset
from sentence_transformers.sentence_transformer import datasets as their_datasets
from sentence_transformers.sentence_transformer import readers as their_readers

from likewise import SentenceTransformerTrainer, SentenceTransformerTrainingArguments, losses
from likewise import datasets as our_datasets
from likewise import readers as our_readers
from tests.tiny_model import sentences


def plain(examples):
    return [(e.guid, list(e.texts), e.label) for e in examples]


def of_both(read):
    """What `read` makes with each library's classes, from the same random numbers."""
    found = []
    for datasets, readers in ((our_datasets, our_readers), (their_datasets, their_readers)):
        random.seed(3)
        np.random.seed(3)
        found.append(read(datasets, readers))
    return found


def test_an_input_example_says_what_it_holds():
    ours, theirs = of_both(lambda _, r: str(r.InputExample(texts=["a", "b"], label=0.5)))
    assert ours == theirs
    assert our_readers.InputExample().label == 0


def test_a_sentences_dataset_is_its_examples():
    example = our_readers.InputExample(texts=["a"])
    dataset = our_datasets.SentencesDataset([example], model=None)
    assert (len(dataset), dataset[0]) == (1, example)


def test_no_duplicates_loaders_make_the_same_batches():
    def read(datasets, readers):
        examples = [
            readers.InputExample(str(n), [f"Text {n % 23} ", f"answer {n % 31}"], 1)
            for n in range(90)
        ]
        loader = datasets.NoDuplicatesDataLoader(examples, batch_size=8)
        return len(loader), [plain(batch) for _ in range(2) for batch in loader]

    ours, theirs = of_both(read)
    assert ours == theirs


def test_no_duplicates_loaders_collate_and_refuse_the_impossible():
    same = [our_readers.InputExample(texts=["one", "two"]) for _ in range(10)]
    loader = our_datasets.NoDuplicatesDataLoader(same, batch_size=2)
    with pytest.raises(ValueError, match="Lower batch_size"):
        list(loader)
    loader = our_datasets.NoDuplicatesDataLoader(same, batch_size=1)
    loader.collate_fn = len
    assert list(loader) == [1] * 10


@pytest.mark.parametrize("with_replacement", [False, True])
@pytest.mark.parametrize("per_label", [2, 3])
def test_sentence_label_datasets_draw_the_same(per_label, with_replacement):
    def read(datasets, readers):
        examples = [
            readers.InputExample(str(n), [str(n)], n % 7 if n < 40 else n) for n in range(45)
        ]
        dataset = datasets.SentenceLabelDataset(examples, per_label, with_replacement)
        return len(dataset), plain(dataset), plain(dataset)

    ours, theirs = of_both(read)
    assert ours == theirs


class Teacher:
    def encode(self, texts, batch_size=8, show_progress_bar=False, convert_to_numpy=True):
        return np.array([[len(text), len(set(text))] for text in texts], dtype=np.float32)


PARALLEL = [[f"text {n % 20}", f"satz {n}", f"phrase {n}"] for n in range(30)]


@pytest.mark.parametrize("cached", [True, False])
def test_parallel_sentences_come_with_the_teachers_vector(cached, tmp_path):
    lines = "".join("\t".join(row) + "\n" for row in [*PARALLEL, ["x" * 200, "y"]])
    (tmp_path / "parallel.tsv").write_text(lines)
    (tmp_path / "parallel.tsv.gz").write_bytes(gzip.compress(lines.encode()))

    def read(datasets, readers):
        data = datasets.ParallelSentencesDataset(None, Teacher(), 4, cached)
        data.load_data(str(tmp_path / "parallel.tsv"), weight=15)
        data.load_data(str(tmp_path / "parallel.tsv.gz"), weight=5, max_sentences=6)
        data.add_dataset([["never", "z" * 300]])
        # the first filling, before chance decides which rows come next
        drawn = [data[0] for _ in range(40)]
        return len(data), sorted((e.texts[0], *e.label) for e in drawn)

    ours, theirs = of_both(read)
    assert ours[0] == theirs[0]
    assert set(ours[1]) <= {
        (text, *Teacher().encode([row[0]])[0]) for row in PARALLEL for text in row
    }
    assert len(ours[1]) == len(theirs[1])


@pytest.fixture
def files(tmp_path):
    rows = list(zip(*(sentences(9, seed=column) for column in range(3)), strict=True))
    lines = {
        "labels.tsv": [f"l{n % 3}\t{a}" for n, (a, _, _) in enumerate(rows)],
        "triplets.tsv": ["h1\th2\th3", *("\t".join(row) for row in rows)],
        "sts.tsv": [f"{a}\t{b}\t{n / 2}" for n, (a, b, _) in enumerate(rows)],
        "stsb.tsv.gz": [f"x\tx\tx\tx\t{n / 2}\t{a}\t{b}" for n, (a, b, _) in enumerate(rows)],
        "s1.train.gz": [a for a, _, _ in rows],
        "s2.train.gz": [b for _, b, _ in rows],
        "labels.train.gz": ["contradiction", "Entailment", "neutral"] * 3,
        "one.txt": ["a", "b", "c"],
        "other.txt.gz": ["x", "y"],
    }
    for name, some in lines.items():
        text = "".join(f"{line}\n" for line in some).encode()
        (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return tmp_path


READERS = {
    "LabelSentenceReader": (lambda r, at: r.LabelSentenceReader(at), "labels.tsv"),
    "NLIDataReader": (lambda r, at: r.NLIDataReader(at), "train.gz"),
    "PairedFilesReader": (
        lambda r, at: r.PairedFilesReader([str(at / "one.txt"), str(at / "other.txt.gz")]),
        None,
    ),
    "STSDataReader": (lambda r, at: r.STSDataReader(at), "sts.tsv"),
    "STSDataReader as it is": (
        lambda r, at: r.STSDataReader(at, s1_col_idx=1, s2_col_idx=0, normalize_scores=False),
        "sts.tsv",
    ),
    "STSBenchmarkDataReader": (lambda r, at: r.STSBenchmarkDataReader(at), "stsb.tsv.gz"),
    "TripletReader": (lambda r, at: r.TripletReader(at, has_header=True), "triplets.tsv"),
    "TripletReader turned": (lambda r, at: r.TripletReader(at, 2, 1, 0), "triplets.tsv"),
}


@pytest.mark.parametrize("most", [0, 2])
@pytest.mark.parametrize("reader", READERS)
def test_readers_read_the_same_examples(reader, most, files):
    make, name = READERS[reader]
    arguments = (most,) if name is None else (name, most)
    ours, theirs = of_both(lambda _, r: plain(make(r, files).get_examples(*arguments)))
    assert ours == theirs
    assert len(ours) == (most or len(theirs))


def test_nli_labels_have_numbers():
    ours, theirs = our_readers.NLIDataReader("."), their_readers.NLIDataReader(".")
    assert ours.get_labels() == theirs.get_labels()
    assert (ours.get_num_labels(), ours.map_label(" Neutral\n")) == (3, 2)


class Turned:
    """A teacher of the student's own kind whose space is another: it reverses the dimensions."""

    def __init__(self, model):
        self.model = model

    def encode(self, texts, **options):
        return self.model.encode(texts, **options)[:, ::-1].copy()


SOURCES = sentences(24, seed=4)
TRANSLATED = sentences(24, seed=5)


def mean_error(student, wanted):
    pairs = [(student.encode(texts), wanted) for texts in (SOURCES, TRANSLATED)]
    return float(np.mean([((found - goal) ** 2).mean() for found, goal in pairs]))


def test_a_student_learns_the_teachers_space_from_parallel_sentences(ours):
    wanted = Turned(ours).encode(SOURCES)
    teacher = dict(zip(SOURCES, wanted, strict=True))

    class Remembered:
        def encode(self, texts, **options):
            return np.stack([teacher[text] for text in texts])

    data = our_datasets.ParallelSentencesDataset(ours, Remembered(), batch_size=8)
    data.add_dataset(list(zip(SOURCES, TRANSLATED, strict=True)))
    before = mean_error(ours, wanted)
    loader = torch.utils.data.DataLoader(data, shuffle=False, batch_size=8)
    ours.old_fit(
        [(loader, losses.MSELoss(ours))],
        epochs=12,
        warmup_steps=0,
        optimizer_params={"lr": 3e-3},
        show_progress_bar=False,
    )
    assert mean_error(ours, wanted) < 0.5 * before


def test_a_student_learns_it_from_datasets_by_name_as_well(ours, tmp_path):
    wanted = Turned(ours).encode(SOURCES)
    before = mean_error(ours, wanted)
    data = {
        "en": Dataset.from_dict({"text": SOURCES, "label": wanted.tolist()}),
        "en-xx": Dataset.from_dict({"text": TRANSLATED, "label": wanted.tolist()}),
    }
    SentenceTransformerTrainer(
        ours,
        SentenceTransformerTrainingArguments(
            output_dir=str(tmp_path),
            num_train_epochs=12,
            learning_rate=3e-3,
            per_device_train_batch_size=8,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=True,
        ),
        data,
        loss=losses.MSELoss(ours),
    ).train()
    assert mean_error(ours, wanted) < 0.5 * before
