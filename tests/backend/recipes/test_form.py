"""A form and the recipe that it means."""

import json
from typing import Any

import pytest

from backend.catalog.losses import LOSSES
from backend.ids import VersionId
from backend.problems import Invalid, Pointer, add
from backend.recipes.form import patched, recipe_of, values
from backend.recipes.lora_form import settings
from backend.recipes.loss_form import begun, lay, levels
from backend.recipes.loss_problems import loss_problems
from backend.recipes.schemas import DatasetUse, LossUse, Mapping, Recipe


@pytest.fixture
def recipe() -> dict[str, Any]:
    mapping = Mapping(inputs=["question", "answer"], label="score", label_range=(0, 5))
    whole = Recipe(
        datasets=[DatasetUse(version=VersionId.new(), mapping=mapping)],
        loss=LossUse(name="CoSENTLoss", parameters={"scale": 30.0}),
        seed=7,
    )
    return whole.model_dump(mode="json")


def sent(recipe: dict[str, Any], **changed: str) -> dict[str, Any]:
    """What is understood of the form as the page shows it, with some fields changed."""
    shown = {name: str(value) for name, value in values(recipe).items()}
    inputs = recipe["datasets"][0]["mapping"]["inputs"]
    shown |= {f"input_{n}": name for n, name in enumerate(inputs)}
    shown |= {"recipe": json.dumps(recipe), "loss": recipe["loss"]["name"]}
    return recipe_of(shown | changed)


def test_a_form_sent_as_it_was_shown_means_the_same_recipe(recipe: dict[str, Any]) -> None:
    assert Recipe.model_validate(sent(recipe)) == Recipe.model_validate(recipe)


def test_another_loss_starts_from_its_own_defaults(recipe: dict[str, Any]) -> None:
    assert sent(recipe, loss="TripletLoss")["loss"] == {"name": "TripletLoss"}


def test_another_label_forgets_the_first_ones_scale(recipe: dict[str, Any]) -> None:
    mapping = sent(recipe, label="stars")["datasets"][0]["mapping"]
    assert mapping["label"] == "stars"
    assert "label_range" not in mapping


def test_an_emptied_field_leaves_the_default(recipe: dict[str, Any]) -> None:
    emptied = sent(recipe, learning_rate="")
    assert "learning_rate" not in emptied["arguments"]
    assert Recipe.model_validate(emptied).arguments.learning_rate == 2e-5


def test_what_is_no_number_is_kept_as_it_was_written(recipe: dict[str, Any]) -> None:
    assert sent(recipe, num_train_epochs="a few")["arguments"]["num_train_epochs"] == "a few"


def test_a_decimal_comma_is_understood(recipe: dict[str, Any]) -> None:
    assert sent(recipe, num_train_epochs="1,5")["arguments"]["num_train_epochs"] == 1.5


def test_what_the_form_does_not_show_stays(recipe: dict[str, Any]) -> None:
    assert sent(recipe, name="other")["seed"] == 7


def test_a_fix_is_applied(recipe: dict[str, Any]) -> None:
    fix = json.dumps([add(Pointer("/datasets/0/mapping/label"), None)])
    assert patched(recipe, fix)["datasets"][0]["mapping"]["label"] is None


@pytest.mark.parametrize("fix", ["", "{}", "[1]", '[{"op": "remove", "path": "/nowhere/at/all"}]'])
def test_a_fix_that_does_not_fit_is_refused(recipe: dict[str, Any], fix: str) -> None:
    with pytest.raises(Invalid):
        patched(recipe, fix)


@pytest.mark.parametrize("carried", ["", "null", "{}", '{"datasets": []}', '{"datasets": [{}]}'])
def test_a_form_without_its_plan_is_refused(carried: str) -> None:
    with pytest.raises(Invalid):
        recipe_of({"recipe": carried})


def adapter_fields(lora: object) -> dict[str, str]:
    return {setting.field: setting.value for setting in settings(lora)}


@pytest.mark.parametrize(
    "lora", [None, {}, {"rank": 16}, {"rank": 8, "alpha": 32.0, "dropout": 0.1}, {"alpha": 3.5}]
)
def test_an_adapter_sent_as_it_was_shown_means_the_same(
    recipe: dict[str, Any], lora: dict[str, Any] | None
) -> None:
    whole = Recipe.model_validate({**recipe, "lora": lora})
    plain = whole.model_dump(mode="json")
    assert Recipe.model_validate(sent(plain, **adapter_fields(plain["lora"]))) == whole


def test_an_emptied_rank_trains_all_weights(recipe: dict[str, Any]) -> None:
    lora = {"rank": 8, "dropout": 0.1}
    fields = adapter_fields(lora) | {"lora.rank": ""}
    assert "lora" not in sent({**recipe, "lora": lora}, **fields)


def test_a_rank_that_was_written_trains_an_adapter(recipe: dict[str, Any]) -> None:
    fields = adapter_fields(None)
    assert fields["lora.rank"] == ""
    assert sent(recipe, **fields | {"lora.rank": "8"})["lora"] == {"rank": 8}
    assert sent(recipe, **fields | {"lora.rank": "many"})["lora"] == {"rank": "many"}


def shown_fields(loss: object) -> dict[str, str]:
    """The fields of a loss as a browser would send them back untouched."""
    sent = {}
    for level in levels(loss):
        for setting in level.settings:
            chosen = ", ".join(value for value, is_chosen in setting.options if is_chosen)
            sent[setting.field] = chosen if setting.options else setting.value
    return sent


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_sent_as_it_was_shown_means_the_same(name: str) -> None:
    begun_with = begun(name, {"name": "CoSENTLoss"}, 384)
    sent_back = lay(json.loads(json.dumps(begun_with)), shown_fields(begun_with), 384)
    assert LossUse.model_validate(sent_back) == LossUse.model_validate(begun_with)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_begins_without_a_wrong_setting(name: str) -> None:
    use = LossUse.model_validate(begun(name, {"name": "CoSENTLoss"}, 384))
    assert list(loss_problems(use, Pointer("/loss"), [], 384)) == []


def test_a_wrapper_wraps_what_was_chosen_before(recipe: dict[str, Any]) -> None:
    assert sent(recipe, loss="MatryoshkaLoss")["loss"]["inner"] == {"name": "CoSENTLoss"}


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("scale", "0,5", 0.5),
        ("scale", "20", None),
        ("scale", "much", "much"),
        ("gather_across_devices", "yes", True),
        ("directions", "query_to_doc, doc_to_query", ["query_to_doc", "doc_to_query"]),
        ("directions", "query_to_doc", None),
        ("hardness_mode", "", None),
    ],
)
def test_a_setting_is_read_as_its_row_says(field: str, written: str, expected: object) -> None:
    loss: dict[str, Any] = {"name": "MultipleNegativesRankingLoss", "parameters": {}}
    laid = lay(loss, {f"loss.{field}": written}, None)
    assert laid["parameters"].get(field) == expected


def test_the_settings_of_the_loss_within_are_its_own() -> None:
    loss = begun("MatryoshkaLoss", {"name": "CoSENTLoss"}, 384)
    laid = lay(loss, {"loss.matryoshka_dims": "64, 32", "loss.inner.scale": "7"}, 384)
    assert laid["parameters"] == {"matryoshka_dims": [64, 32]}
    assert laid["inner"]["parameters"] == {"scale": 7}
