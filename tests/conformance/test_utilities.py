"""The small things that scripts import from `util`: ours do what the reference library's do."""

import csv
import http.server
import inspect
import json
import logging
import subprocess
import sys
import threading
from collections import Counter
from functools import partial

import numpy as np
import pytest
import torch
from datasets import Dataset, is_caching_enabled
from sentence_transformers import util as reference

import likewise
from likewise import util
from likewise.losses import CoSENTLoss


def test_a_process_alone_is_the_first_of_one_and_gathers_its_own_rows():
    rows, mask = torch.ones(2, 3, 4), torch.ones(2, 3)
    assert (util.get_rank(), util.get_world_size(), util.is_dist_initialized()) == (0, 1, False)
    assert util.all_gather(rows) is rows
    assert util.all_gather_with_grad(rows) is rows
    assert util.all_gather_padded(rows, mask) == (rows, mask)


def gathering(rank, place):
    torch.distributed.init_process_group("gloo", f"file://{place}", rank=rank, world_size=2)
    rows = torch.full((1, rank + 1, 2), float(rank), requires_grad=True)
    padded, mask = util.all_gather_padded(rows, torch.ones(1, rank + 1), with_grad=True)
    (padded.sum() * (rank + 1)).backward()
    own = util.all_gather(torch.tensor([float(rank)]))
    torch.distributed.destroy_process_group()
    return padded.tolist(), mask.tolist(), rows.grad.flatten().tolist(), own.tolist()


GATHERING = f"""
import json, sys, torch
from worker.engine import process_group as util
{inspect.getsource(gathering)}
print(json.dumps(gathering(int(sys.argv[1]), sys.argv[2])))
"""


def test_two_processes_gather_rows_of_different_lengths_with_their_gradients(tmp_path):
    place = str(tmp_path / "meeting")
    with subprocess.Popen([sys.executable, "-c", GATHERING, "1", place], stdout=-1) as other:
        answers = [gathering(0, place), json.load(other.stdout)]
    for rank, (padded, mask, gradient, own) in enumerate(answers):
        assert padded == [[[0.0, 0.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]]
        assert mask == [[1.0, 0.0], [1.0, 1.0]]
        assert gradient == [3.0] * (2 * (rank + 1))  # 1 from one process and 2 from the other
        assert own == [0.0, 1.0]


def test_the_device_is_the_reference_s():
    assert util.get_device_name() == reference.get_device_name()


def test_a_batch_moves_to_a_device_in_place_and_nested_tensors_to_the_cpu():
    batch = {"ids": torch.ones(2), "task": "query"}
    assert util.batch_to_device(batch, torch.device("meta")) is batch
    assert batch["ids"].device.type == "meta"
    assert batch["task"] == "query"
    nested = {"a": [torch.ones(1), ("x", torch.ones(1))]}
    assert util._move_tensors_to_cpu(nested) == nested


@pytest.mark.parametrize("owner", ["huggingface", "nobody"])
@pytest.mark.parametrize("package", ["accelerate", "datasets", "no-such-package"])
def test_packages_are_available_as_the_reference_finds_them(package, owner):
    ours = util.check_package_availability(package, owner)
    assert ours == reference.check_package_availability(package, owner)
    assert util.is_accelerate_available() == reference.is_accelerate_available()
    assert util.is_datasets_available() == reference.is_datasets_available()
    assert util.is_training_available() == reference.is_training_available()


@pytest.mark.parametrize(
    ("wishes", "is_met"),
    [
        (None, True),
        ({"torch": ">=1"}, True),
        ({"pytorch": ">=1", "python": ">=3.8"}, True),
        ({"torch": ">=999"}, False),
        ({"no-such-package": ">=1"}, False),
        ({"torch": {"specifier": ">=999", "reason": "It is new."}}, False),
        ({"torch": "newest"}, True),  # can't be read: passed over
        ({"torch": 3}, True),
        (["torch"], True),
    ],
)
def test_version_requirements_are_met_or_told(wishes, is_met):
    for library in (util, reference):
        if is_met:
            library.check_version_requirements(wishes, "a model")
        else:
            with pytest.raises(ImportError, match="'a model' requires"):
                library.check_version_requirements(wishes, "a model")


def test_files_and_folders_of_a_model_are_found(tmp_path):
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    folder = str(tmp_path)
    for library in (util, reference):
        assert library.is_sentence_transformer_model(folder)
        assert library.load_file_path(folder, "config.json", "1_Pooling").endswith("config.json")
        assert library.load_file_path(folder, "none.json") is None
        assert library.load_dir_path(folder, "1_Pooling").endswith("1_Pooling")
        assert library.load_dir_path(folder, "2_Dense") is None
        for path in ("../up", "/etc/passwd", "C:\\x"):
            with pytest.raises(ValueError, match="path"):
                library.load_file_path(folder, path)
            with pytest.raises(ValueError, match="path"):
                library.load_dir_path(folder, path)


def test_a_model_that_is_not_here_is_not_found_offline(tmp_path):
    offline = {"cache_folder": str(tmp_path), "local_files_only": True}
    for library in (util, reference):
        assert library.load_file_path("nobody/nothing", "modules.json", **offline) is None
        assert library.load_dir_path("nobody/nothing", "1_Pooling", **offline) is None
        assert not library.is_sentence_transformer_model("nobody/nothing", **offline)


@pytest.fixture
def server(tmp_path):
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "file.txt").write_text("some text" * 1000)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "served"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


def test_http_get_writes_a_file_whole_or_not_at_all(server, tmp_path):
    place = tmp_path / "new" / "file.txt"
    util.http_get(f"{server}/file.txt", str(place))
    assert place.read_text() == "some text" * 1000
    with pytest.raises(Exception, match="404"):
        util.http_get(f"{server}/none.txt", str(tmp_path / "none.txt"))
    assert [path.name for path in place.parent.iterdir()] == ["file.txt"]
    assert not list(tmp_path.glob("none*"))


def test_a_disabled_tqdm_counts_and_shows_nothing(capsys):
    assert list(util.disabled_tqdm([1, 2], disable=False)) == [1, 2]
    assert capsys.readouterr().err == ""


def test_log_lines_are_written_once_in_the_given_format(capsys):
    log = logging.getLogger("likewise.tests.lines")
    log.propagate = False
    for _ in range(2):
        util.install_logger(log, level=logging.INFO, fmt="%(levelname)s %(message)s")
    log.debug("unseen")
    log.notice("seen")
    assert capsys.readouterr().out == "NOTICE seen\n"
    assert likewise.LoggingHandler is util.LoggingHandler
    assert util.LoggingHandler().level == reference.LoggingHandler().level == logging.NOTSET


def test_no_lines_come_while_logging_is_disabled(caplog):
    log = logging.getLogger("likewise.tests.quiet")
    with util.disable_logging(logging.WARNING):
        log.warning("unheard")
        log.error("heard")
    log.warning("heard too")
    assert [record.message for record in caplog.records] == ["heard", "heard too"]


def test_datasets_keep_nothing_inside_the_block_and_are_as_before_after_it():
    before = is_caching_enabled()
    with util.disable_datasets_caching():
        assert not is_caching_enabled()
    assert is_caching_enabled() == before


class Scored:
    def __call__(self, a, b):
        return a

    def get_config_dict(self):
        return {"k": 3}


def test_classes_and_functions_have_names(ours, theirs):
    for value in (3, int, "text", ValueError):
        assert util.fullname(value) == reference.fullname(value)
    assert util.fullname(CoSENTLoss).endswith(".CoSENTLoss")
    for score in (max, partial(max, default=3), Scored(), Scored):
        if score is not Scored:
            assert util.similarity_fct_name(score) == reference.similarity_fct_name(score)
    for name in ("similarity", "similarity_pairwise"):
        mine, expected = (getattr(model, name) for model in (ours, theirs))
        assert util.similarity_fct_name(mine) == reference.similarity_fct_name(expected)


def test_import_from_string_finds_what_a_dotted_path_names():
    assert util.import_from_string("likewise.losses.CoSENTLoss") is CoSENTLoss
    for path in ("nothing", "likewise.losses.Nothing", "no.such.module"):
        with pytest.raises(ImportError):
            util.import_from_string(path)


def test_a_module_class_is_ours_or_needs_trust(tmp_path):
    from likewise.models import Pooling

    for name in (
        "sentence_transformers.models.Pooling",
        "sentence_transformers.models.Pooling.Pooling",
    ):
        assert util.import_module_class(name, "any/model") is Pooling
    (tmp_path / "foreign.py").write_text("raise SystemExit('code of a model ran')")
    for library in (util, reference):
        with pytest.raises(ValueError, match="trust_remote_code"):
            library.import_module_class("foreign.Thing", str(tmp_path))
    assert util.import_module_class("collections.Counter") is Counter
    (tmp_path / "foreign.py").write_text("class Thing:\n    pass\n")
    found = util.import_module_class("foreign.Thing", str(tmp_path), trust_remote_code=True)
    assert found.__name__ == "Thing"
    mine = "likewise.losses.CoSENTLoss"
    assert util.import_module_class(mine, str(tmp_path), trust_remote_code=True) is CoSENTLoss


def test_the_names_without_an_owner_are_the_reference_s():
    assert sorted(util.ORIGINAL_TRANSFORMER_MODELS) == sorted(reference.ORIGINAL_TRANSFORMER_MODELS)


def test_a_last_row_gets_more_cells(tmp_path):
    for library in (util, reference):
        place = tmp_path / "rows.csv"
        with place.open("w", newline="") as file:
            csv.writer(file).writerows([["a"], ["1"]])
        assert library.append_to_last_row(place, [2, "x, y"])
        assert list(csv.reader(place.open())) == [["a"], ["1", "2", "x, y"]]
        place.write_text("a\n")
        assert not library.append_to_last_row(place, [2])


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ([[1.0, 2.0]], None),
        ([[0.0, 500.0]], "Raise teacher_temperature"),
        ([[0.0, -torch.inf]], None),
    ],
)
def test_teacher_targets_that_teach_nothing_are_told(scores, message, caplog):
    logits = torch.tensor(scores)
    util.check_teacher_targets(logits.softmax(dim=-1), logits, 1.0, "SomeLoss")
    assert (message is None and not caplog.records) or message in caplog.text


def test_teacher_targets_with_nan_are_refused():
    logits = torch.tensor([[float("nan"), 1.0]])
    for library in (util, reference):
        with pytest.raises(ValueError, match=r"SomeLoss.*NaN"):
            library.check_teacher_targets(logits, logits, 1.0, "SomeLoss")


@pytest.mark.parametrize(
    ("given", "named"),
    [(("a", "b", "c"), {}), (("a",), {"repo_name": "r"}), ((), {"repo_id": "i", "repo_name": "r"})],
)
def test_save_to_hub_arguments_move_to_where_they_are_today(given, named):
    def save_to_hub(self, *args, **kwargs):
        return args, kwargs

    ours = util.save_to_hub_args_decorator(save_to_hub)(None, *given, **named)
    assert ours == reference.save_to_hub_args_decorator(save_to_hub)(None, *given, **named)


QUERIES = Dataset.from_dict({"query_id": ["q1", "q2"], "text": ["one?", "two?"]})
DOCUMENTS = Dataset.from_dict({"id": [7, 8, 9, 9], "title": list("abcd"), "body": list("ABCD")})
NUMBERED = (DOCUMENTS, "id", "body")
ROWS = Dataset.from_dict(
    {
        "query_id": ["q2", "q1"],
        "document_ids": [[7, 9], [8, 7]],
        "best_id": [9, 8],
        "as_text": ["[7, 8]", "[9, 9]"],
        "scores": [[0.5, 0.1], [0.9, 0.2]],
        "stray": [1, 2],
    }
)


@pytest.mark.parametrize(
    ("lookups", "options"),
    [
        ({"query_id": QUERIES}, {}),
        ({"query_id": (QUERIES, "query_id"), "best_id": NUMBERED}, {}),
        ({"query_id": QUERIES, "document_ids": NUMBERED}, {}),
        ({"query_id": QUERIES, "document_ids": NUMBERED}, {"output_format": "lists"}),
        ({"document_ids": NUMBERED}, {"max_list_length": 1}),
        ({"as_text": NUMBERED}, {"keep_columns": ["stray", "absent"]}),
    ],
)
def test_resolve_ids_puts_texts_in_the_place_of_ids(lookups, options):
    ours = ROWS.with_transform(util.resolve_ids(lookups, **options))[:]
    theirs = ROWS.with_transform(reference.resolve_ids(lookups, **options))[:]
    assert ours == theirs
    assert list(ours) == list(theirs)


@pytest.mark.parametrize(
    ("lookups", "options", "kind"),
    [
        ({"best_id": DOCUMENTS}, {}, ValueError),
        ({"best_id": QUERIES.select_columns(["text"])}, {}, ValueError),
        ({"best_id": (DOCUMENTS, "nothing", "body")}, {}, ValueError),
        ({"best_id": (DOCUMENTS,)}, {}, ValueError),
        ({"best_id": ["not a dataset"]}, {}, TypeError),
        ({"query_id": QUERIES}, {"keep_columns": "scores"}, TypeError),
        ({"query_id": QUERIES}, {"max_list_length": 0}, ValueError),
        ({"query_id": QUERIES}, {"output_format": "rows"}, ValueError),
    ],
)
def test_resolve_ids_refuses_what_it_cannot_tell(lookups, options, kind):
    for library in (util, reference):
        with pytest.raises(kind):
            library.resolve_ids(lookups, **options)


def test_unknown_ids_and_uneven_lists_are_named():
    unknown = Dataset.from_dict({"best_id": [7, 5]})
    uneven = Dataset.from_dict({"document_ids": [[7], [8, 9]]})
    for library in (util, reference):
        with pytest.raises(KeyError, match="5"):
            unknown.with_transform(library.resolve_ids({"best_id": NUMBERED}))[:]
        with pytest.raises(ValueError, match=r"\[1, 2\]"):
            uneven.with_transform(library.resolve_ids({"document_ids": NUMBERED}))[:]


def test_a_transform_can_be_sent_to_another_process():
    import pickle

    transform = pickle.loads(pickle.dumps(util.resolve_ids({"query_id": QUERIES})))
    assert transform({"query_id": ["q2"]}) == {"query": ["two?"]}
    assert np.array_equal(transform({"query_id": []})["query"], [])
