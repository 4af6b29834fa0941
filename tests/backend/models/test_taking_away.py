"""A model's ways out: its card in one's own words, its lineage, what serves it, and its end."""

import io
import zipfile

import pytest
import sentence_transformers
import yaml

from backend.models import serving
from backend.models.card import with_words
from backend.models.tables import MadeBy, Model, folder_of_export
from tests.models import a_model
from tests.tiny_model import write_tiny_bert
from worker.engine.model import SentenceTransformer
from worker.engine.model.modules import Dense, Normalize, Pooling, Transformer

WORDS = "# For the help desk\r\n\r\nIt knows our products."


@pytest.fixture
def model(studio, tmp_path):
    """One that was saved as a training saves it, with its card."""
    transformer = Transformer(str(write_tiny_bert(tmp_path / "tiny")))
    made = SentenceTransformer(modules=[transformer, Pooling(32, "mean"), Normalize()])
    made.model_card_data.model_name = "m"
    made.save_pretrained(tmp_path / "saved")
    return a_model(studio, tmp_path / "saved")


def test_ones_own_words_stand_above_the_card_and_behind_its_metadata(api, model):
    before = api.get(f"models/{model.id}/card").text
    assert api.put(f"models/{model.id}/card/words", json={"words": WORDS}).status_code == 200
    card = api.get(f"models/{model.id}/card").text
    _, metadata, text = card.split("---\n", 2)
    assert yaml.safe_load(metadata) == yaml.safe_load(before.split("---\n")[1])
    assert text.startswith("\n# For the help desk\n\nIt knows our products.\n\n# m\n")
    assert api.get(f"models/{model.id}/card/words").json() == {"words": WORDS.replace("\r", "")}

    api.put(f"models/{model.id}/card/words", json={"words": ""})
    assert api.get(f"models/{model.id}/card").text == before


def test_words_outlive_a_card_that_is_written_anew():
    assert with_words("---\na: 1\n---\n# Old\n", "Mine") == "---\na: 1\n---\n\nMine\n\n# Old\n"
    assert with_words("---\nb: 2\n---\n# New\n", "Mine") == "---\nb: 2\n---\n\nMine\n\n# New\n"
    assert with_words("# No metadata\n", "Mine\n---\n") == "\nMine\n---\n\n# No metadata\n"


def test_the_download_has_the_card_that_is_shown_and_is_loaded_by_the_reference_library(
    api, model, tmp_path
):
    api.put(f"models/{model.id}/card/words", json={"words": WORDS})
    content = api.get(f"models/{model.id}/archive").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "taken")
    folder = tmp_path / "taken" / model.id
    assert (folder / "README.md").read_text() == api.get(f"models/{model.id}/card").text
    assert sentence_transformers.SentenceTransformer(str(folder)).encode("a cat").shape == (32,)


def test_a_lineage_names_run_parent_and_children(api, studio, model):
    with studio.database.writing() as session:
        common = {"project_id": model.project_id, "run_id": model.run_id, "folder": "none"}
        common |= {"size_bytes": 1, "files": []}
        blend = Model(
            **common, name="b", base_model="x/y", parent_id=model.id, made_by=MadeBy.BLENDING
        )
        tuned = Model(**common, name="t", base_model=model.id)
        session.add_all([blend, tuned])
    found = api.get(f"models/{model.id}/lineage").json()
    assert found["run"] == {"id": model.run_id, "name": "r"}
    assert found["base"] is found["parent"] is found["lora"] is None
    children = [(each["id"], each["made_by"]) for each in found["children"]]
    assert children == sorted([(blend.id, "blending"), (tuned.id, "training")])
    assert api.get(f"models/{blend.id}/lineage").json()["parent"]["id"] == model.id
    assert api.get(f"models/{tuned.id}/lineage").json()["base"]["name"] == "m"


def test_what_was_never_exported_has_no_export(api, model):
    answer = api.get(f"models/{model.id}/export")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_export_is_asked_for_once_and_its_zip_holds_model_and_graphs(
    api, studio, model, tmp_path
):
    first = api.post(f"models/{model.id}/export")
    assert first.status_code == 202
    assert first.json()["kind"] == "export"
    assert api.post(f"models/{model.id}/export").json()["id"] == first.json()["id"]
    (tmp_path / "files" / "onnx").mkdir(parents=True)
    (tmp_path / "files" / "onnx" / "model.onnx").write_bytes(b"graph")
    studio.storage.put_folder(tmp_path / "files", folder_of_export(model.id))
    with studio.database.writing() as session:
        session.get(Model, model.id).exported = {"files": [], "size_bytes": 5}
    content = api.get(f"models/{model.id}/export/archive").content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert f"{model.id}/onnx/model.onnx" in names
    assert f"{model.id}/model.safetensors" in names


def saved(tmp_path, *behind):
    transformer = Transformer(str(write_tiny_bert(tmp_path / "tiny")))
    SentenceTransformer(modules=[transformer, *behind]).save_pretrained(tmp_path / "saved")
    return tmp_path / "saved"


def test_the_line_for_a_container_names_the_folder_of_the_download(tmp_path):
    found = serving.container(saved(tmp_path, Pooling(32, "mean"), Normalize()), "mdl_x")
    assert found.command == (
        'docker run --rm -p 8080:80 -v "$PWD/mdl_x:/model" '
        "ghcr.io/huggingface/text-embeddings-inference:cpu-1.9 --model-id /model"
    )
    assert found.note is None


def test_vectors_that_have_not_length_1_must_be_asked_for(tmp_path):
    assert serving.container(saved(tmp_path, Pooling(32, "cls")), "mdl_x").note == "normalize"


@pytest.mark.parametrize(
    ("behind", "why"),
    [
        ([Pooling(32, "max")], "pool by max_tokens"),
        ([Pooling(32, ("cls", "mean"))], "cls and mean"),
        ([Pooling(32, "mean"), Dense(32, 8), Dense(8, 8)], "one Dense"),
    ],
)
def test_what_the_container_can_not_serve_is_said_plainly(tmp_path, behind, why):
    found = serving.container(saved(tmp_path, *behind), "mdl_x")
    assert found.command is None
    assert why in found.why_not


def test_the_python_lines_run_as_they_are(tmp_path, capsys):
    place = str(saved(tmp_path, Pooling(32, "mean")))
    for has_prompts in (False, True):
        exec(serving.python(place, has_prompts=has_prompts), {})
        assert "tensor([[" in capsys.readouterr().out


def test_the_pages_show_keep_and_delete(api, server, studio, model):
    page = f"{server.url}/models/{model.id}"
    assert "Text Embeddings Inference serves this architecture" in api.get(f"{page}/export").text
    kept = api.post(f"{page}/card", data={"words": "Ours <b>alone</b>"})
    assert kept.status_code == 303
    assert "Ours &lt;b&gt;alone&lt;/b&gt;" in api.get(f"{page}/card").text
    folder = studio.storage.folder(model.folder)
    assert api.post(f"{page}/remove").headers["location"] == "/models"
    assert api.get(page).status_code == 404
    assert not folder.exists()


def test_a_model_that_is_needed_stays_and_the_page_says_by_what(api, server, studio, model):
    api.post(f"models/{model.id}/export")
    refused = api.post(f"{server.url}/models/{model.id}/remove")
    assert refused.status_code == 409
    assert "This model is in use" in refused.text
    assert studio.storage.folder(model.folder).exists()
