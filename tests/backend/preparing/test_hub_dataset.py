"""How a dataset of the Hub is named: repository, subset, split with slices, several splits."""

import pytest
from pydantic import ValidationError

from backend.recipes.hub import HubDataset, part_of


@pytest.mark.parametrize(
    "split",
    ["train", "train[:10000]", "train[10%:20%]", "train[-5:]", "train+test", "train[:1_000]+test"],
)
def test_a_split_may_be_a_slice_or_a_sum(split):
    assert HubDataset(repo="team/pairs", split=split).wanted_splits == [split]


@pytest.mark.parametrize(
    "split", ["", "train[", "train[a:b]", "../train", "train test", "+", "train+"]
)
def test_what_is_no_split_is_refused_at_its_place(split):
    with pytest.raises(ValidationError) as refused:
        HubDataset(repo="team/pairs", split=split)
    assert refused.value.errors()[0]["loc"] == ("split",)


@pytest.mark.parametrize(
    ("split", "part"),
    [
        ("train", "train"),
        ("train[:10%]", "train"),
        ("validation_matched", "choose"),
        ("dev", "choose"),
        ("test-hard", "prove"),
        ("trainer", None),
        ("unsupervised", None),
    ],
)
def test_a_splits_name_tells_its_part(split, part):
    assert part_of(split) == part


def test_several_splits_must_tell_their_parts():
    with pytest.raises(ValidationError, match="doesn't say what it is for"):
        HubDataset(repo="team/pairs", splits=["train", "extra"])


def test_one_split_and_several_exclude_each_other():
    with pytest.raises(ValidationError, match="not both"):
        HubDataset(repo="team/pairs", split="train", splits=["train", "test"])


def test_what_is_said_is_what_is_read_again():
    wanted = HubDataset(repo="team/pairs", subset="pair", splits=["train[:5]", "test"])
    assert HubDataset.model_validate(wanted.model_dump(mode="json")) == wanted
