"""Learning from a teacher: values and gradients of the reference, and what is refused."""

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer import losses as reference
from sentence_transformers.util import similarity as reference_similarity

from tests.conformance.losses.harness import (
    FAST,
    PAIRWISE,
    WIDTH,
    GivenEmbeddings,
    both,
    columns_of,
    drawn,
    dtypes,
    rows,
    seeds,
)
from worker.engine import losses, similarity

similarities = st.sampled_from(PAIRWISE)
temperatures = st.sampled_from([None, 0.5, 3.0])
distances = st.sampled_from(["cosine", "l2", "mse"])


def scored(module, similarities_of, name, sim, **options):
    return getattr(module, name)(GivenEmbeddings(), getattr(similarities_of, sim), **options)


def both_scored(name, sim, embeddings, labels, **options):
    both(
        scored(losses, similarity, name, sim, **options),
        scored(reference, reference_similarity, name, sim, **options),
        embeddings,
        labels,
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    negatives=st.integers(1, 4),
    sim=similarities,
    gives_scores=st.booleans(),
)
def test_margin_mse_equals_the_reference(seed, batch, dtype, negatives, sim, gives_scores):
    labels = drawn(seed, batch, negatives + gives_scores)
    embeddings = columns_of(seed, 2 + negatives, batch, dtype=dtype)
    both_scored("MarginMSELoss", sim, embeddings, labels)


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes, sim=similarities)
def test_margin_mse_of_one_margin_a_row_equals_the_reference(seed, batch, dtype, sim):
    embeddings = columns_of(seed, 3, batch, dtype=dtype)
    both_scored("MarginMSELoss", sim, embeddings, drawn(seed, batch))


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    candidates=st.integers(2, 5),
    sim=similarities,
    temperature=st.sampled_from([0.5, 1.0, 2.0]),
    student=temperatures,
    teacher=temperatures,
)
def test_distill_kl_div_equals_the_reference(
    seed, batch, dtype, candidates, sim, temperature, student, teacher
):
    both_scored(
        "DistillKLDivLoss",
        sim,
        columns_of(seed, 1 + candidates, batch, dtype=dtype),
        10 * drawn(seed, batch, candidates, dtype=dtype),
        temperature=temperature,
        student_temperature=student,
        teacher_temperature=teacher,
    )


@FAST
@given(
    seed=seeds,
    batch=rows,
    dtype=dtypes,
    columns=st.integers(1, 3),
    metric=distances,
    apart=st.booleans(),
    projected=st.booleans(),
)
def test_embed_distill_equals_the_reference(seed, batch, dtype, columns, metric, apart, projected):
    width = 7 if projected else WIDTH
    shape = (batch, columns, width) if apart else (batch, width)
    both(
        *(
            m.EmbedDistillLoss(GivenEmbeddings(), metric, width if projected else None)
            for m in (losses, reference)
        ),
        columns_of(seed, columns, batch, dtype=dtype),
        drawn(seed, *shape),
    )


@FAST
@given(seed=seeds, batch=rows, dtype=dtypes, columns=st.integers(1, 3), projected=st.booleans())
def test_mse_equals_the_reference(seed, batch, dtype, columns, projected):
    width = 7 if projected else WIDTH
    both(
        *(m.MSELoss(GivenEmbeddings(), width if projected else None) for m in (losses, reference)),
        columns_of(seed, columns, batch, dtype=dtype),
        drawn(seed, batch, width),
    )


REFUSED = {
    "margins of another number": ("MarginMSELoss", 4, drawn(0, 5, 4), "2 margins"),
    "one margin for two negatives": ("MarginMSELoss", 4, drawn(0, 5), "2 margins"),
    "scores of another number": ("DistillKLDivLoss", 4, drawn(0, 5, 2), "3 scores"),
    "a single candidate": ("DistillKLDivLoss", 2, drawn(0, 5, 1), "candidate"),
    "a score that is NaN": ("DistillKLDivLoss", 3, drawn(0, 5, 2) * torch.nan, "NaN"),
    "a teacher for other columns": ("EmbedDistillLoss", 2, drawn(0, 5, 3, WIDTH), "column"),
    "a teacher in one dimension": ("EmbedDistillLoss", 2, drawn(0, 5), "label column"),
    "no teacher": ("EmbedDistillLoss", 2, None, "label"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_labels_that_the_reference_refuses_are_refused(case):
    name, columns, labels, why = REFUSED[case]
    features = [{"sentence_embedding": column} for column in columns_of(0, columns, 5)]
    for module in (losses, reference):
        with pytest.raises(ValueError, match=why if module is losses else None):
            getattr(module, name)(GivenEmbeddings())(features, labels)


def test_a_teacher_of_another_width_is_told_of_the_projection():
    with pytest.raises(ValueError, match="projection_dim"):
        losses.MSELoss(GivenEmbeddings()).compute(columns_of(0, 1, 5), drawn(0, 5, 7))


@pytest.mark.parametrize("name", ["temperature", "student_temperature", "teacher_temperature"])
@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_a_temperature_that_is_not_above_0_is_refused(name, value):
    for module in (losses, reference):
        with pytest.raises(ValueError, match=name):
            module.DistillKLDivLoss(GivenEmbeddings(), **{name: value})


def test_an_unknown_distance_is_refused():
    for module in (losses, reference):
        with pytest.raises(ValueError, match="distance_metric"):
            module.EmbedDistillLoss(GivenEmbeddings(), "manhattan")


def test_a_teacher_too_sure_of_itself_is_warned_of_once():
    loss = losses.DistillKLDivLoss(GivenEmbeddings())
    sure = torch.tensor([[900.0, 0.0]] * 4)
    with pytest.warns(UserWarning, match="teacher_temperature above 9"):
        loss.compute(columns_of(0, 3, 4), sure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss.compute(columns_of(0, 3, 4), sure)


def test_a_candidate_left_out_on_purpose_is_not_warned_of():
    labels = torch.tensor([[1.0, 0.5, -torch.inf]] * 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        both_scored("DistillKLDivLoss", "pairwise_cos_sim", columns_of(0, 4, 4), labels)


@pytest.mark.parametrize("name", ["EmbedDistillLoss", "MSELoss"])
def test_a_projection_is_exchanged_with_the_reference_both_ways(name, tmp_path):
    mine, theirs = (
        getattr(m, name)(GivenEmbeddings(), projection_dim=7) for m in (losses, reference)
    )
    for one, other in ((mine, theirs), (theirs, mine)):
        one.save_projection(tmp_path / "projection.safetensors")
        other.load_projection(tmp_path / "projection.safetensors")
        for key, weight in one.projection.state_dict().items():
            assert torch.equal(weight, other.projection.state_dict()[key])
        torch.nn.init.normal_(theirs.projection.weight)


def test_a_loss_without_a_projection_gets_the_one_that_it_loads(tmp_path):
    losses.MSELoss(GivenEmbeddings(), 7).save_projection(tmp_path / "p.safetensors")
    loss = losses.MSELoss(GivenEmbeddings())
    loss.load_projection(tmp_path / "p.safetensors")
    assert loss.projection_dim == 7
    assert loss.get_config_dict() == {"projection_dim": 7}


def test_a_projection_of_other_widths_is_refused(tmp_path):
    path = tmp_path / "p.safetensors"
    losses.MSELoss(GivenEmbeddings(), 7).save_projection(path)
    for loss in (losses.MSELoss(GivenEmbeddings(), 8), losses.MSELoss(GivenEmbeddings(width=5))):
        with pytest.raises(ValueError, match="projects 12 dimensions to 7"):
            loss.load_projection(path)


def test_no_projection_can_not_be_saved(tmp_path):
    with pytest.raises(ValueError, match="projection_dim"):
        losses.MSELoss(GivenEmbeddings()).save_projection(tmp_path / "p.safetensors")
