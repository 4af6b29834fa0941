"""Real data, each awkward in its own way, goes from its raw file to a sound recipe in three calls.

POST /datasets with the files as they are, POST …/recommend, POST /recipes/validate: nothing is
edited by hand in between.
"""

import pytest

from tests import real_data
from tests.real_data import real

pytestmark = real_data.needed


def raw(*names):
    return [("file", (name.rsplit("/")[-1], real(name).read_bytes())) for name in names]


def cranfield():
    return [("file", ("cranfield.zip", real_data.cranfield_as_beir()))]


STSB = ("stsb/stsb-en-train.csv", "stsb/stsb-en-dev.csv", "stsb/stsb-en-test.csv")
BANKING = ("banking77/train.csv", "banking77/test.csv")
LEARNED = {
    "stsb": (lambda: raw(*STSB), 8_628, ["column 1", "column 2"], "column 3"),
    "banking77": (lambda: raw(*BANKING), 13_083, ["text"], "category"),
    "med": (lambda: raw("med/MED.tsv"), 5_382, ["sentence1", "sentence2"], "gold_label"),
    "cranfield": (cranfield, None, ["query", "document"], None),
}


@pytest.mark.parametrize(
    "name",
    ["stsb", "cranfield", *(pytest.param(n, marks=pytest.mark.slow) for n in ("banking77", "med"))],
)
def test_from_the_raw_file_to_a_sound_recipe_in_three_calls(api, name):
    files, rows, inputs, label = LEARNED[name]
    answer = api.post("datasets", files=files(), timeout=60)
    assert answer.status_code == 201, answer.text
    version = answer.json()
    assert rows in (None, version["rows"])

    answer = api.post(f"dataset-versions/{version['id']}/recommend", json={})
    assert answer.status_code == 200, answer.text
    recipe = answer.json()
    use = recipe["datasets"][0]
    assert (use["mapping"]["inputs"], use["mapping"]["label"]) == (inputs, label)
    assert recipe["evaluators"], "its verdict needs a measure"

    answer = api.post("recipes/validate", json={"recipe": recipe})
    assert answer.status_code == 200, answer.text
    assert answer.json()["problems"] == []


@pytest.mark.parametrize(("name", "part"), [("stsb", "part"), ("banking77", "part")])
def test_files_that_are_called_train_and_test_stay_what_they_are(api, name, part):
    version = api.post("datasets", files=LEARNED[name][0](), timeout=60).json()
    recipe = api.post(f"dataset-versions/{version['id']}/recommend", json={}).json()
    assert recipe["datasets"][0]["held_out"]["part"] == part
