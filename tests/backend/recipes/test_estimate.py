"""What a training will take: laws that hold for whatever recipe, machine and model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.columns import ColumnFacts, ColumnType, TableFacts
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.losses import LOSSES
from backend.recipes.estimate.estimate import Basis, Estimate, estimate
from backend.recipes.estimate.experience import Past
from backend.recipes.estimate.lengths import Lengths, counted, guessed
from backend.recipes.estimate.model_facts import ASSUMED, ModelFacts, of_config, of_row
from backend.recipes.estimate.reckoned import Reckoned, reckon
from backend.recipes.estimate.speed import USUAL_CPU, USUAL_GPU
from backend.recipes.estimate.spent import Spent
from backend.recipes.estimate.work import Known, Work, work_of
from backend.recipes.schemas import Recipe
from tests.backend.recipes import plans

MINILM = of_row(BASE_MODELS["sentence-transformers/all-MiniLM-L6-v2"])
MPNET = of_row(BASE_MODELS["sentence-transformers/all-mpnet-base-v2"])
PAIR_LOSS, CHUNKED_LOSS = "MultipleNegativesRankingLoss", "CachedMultipleNegativesRankingLoss"


def table(rows: int, characters: float = 60.0) -> TableFacts:
    columns = tuple(
        ColumnFacts(
            name=name,
            type=ColumnType.TEXT,
            distinct=rows,
            mean_characters=characters,
            maximum=3 * characters,
        )
        for name in ("anchor", "positive")
    )
    return TableFacts(rows=rows, columns=columns)


def recipe(loss: str = PAIR_LOSS, parameters=None, evaluators=(), **arguments) -> Recipe:
    plain = plans.recipe(loss, ["anchor", "positive"])
    plain["loss"]["parameters"] = parameters or {}
    plain["arguments"] = arguments
    plain["evaluators"] = [{"name": name} for name in evaluators]
    return Recipe.model_validate(plain)


def work(asked: Recipe, facts: TableFacts, limit: int = 256) -> Work:
    known = [Known(facts=facts, lengths=lambda column: guessed(column, limit))]
    return work_of(asked, known, lambda _: MINILM)


def reckoned(
    asked: Recipe, facts: TableFacts, model: ModelFacts = MINILM, speed=USUAL_CPU
) -> Reckoned:
    return reckon(work(asked, facts), model, speed, asked.arguments)


def past(took: float, memory: float = 1.0, of: Reckoned | None = None, **more) -> Past:
    """A run that took so many times what was reckoned for it."""
    before = of or reckoned(recipe(), table(1_000))
    spent = Spent(
        host="h",
        device="cpu",
        ranks=1,
        steps=before.steps,
        seconds=took
        * (before.training_seconds + before.evaluation_seconds + before.around_seconds),
        training_seconds=took * before.training_seconds,
        evaluation_seconds=took * before.evaluation_seconds,
        memory_bytes=round(memory * before.memory_bytes),
        disk_bytes=1,
        base_model="b",
        model=MINILM,
        was_resumed=False,
    )
    return Past(
        reckoned=before, spent=spent, **({"is_same_model": False, "is_same_data": False} | more)
    )


def estimated(runs: list[Past], measured: bool = True, model: ModelFacts = MINILM) -> Estimate:
    asked = recipe(evaluators=["InformationRetrievalEvaluator"])
    found = work(asked, table(1_000))
    return estimate(
        found,
        reckon(found, model, USUAL_CPU, asked.arguments),
        model,
        USUAL_CPU,
        runs,
        host="h",
        has_measured_itself=measured,
        are_tokens_counted=True,
    )


@given(st.integers(20, 100_000), st.integers(0, 5_000), st.integers(1, 256))
def test_more_rows_never_take_less_time(rows, tens, batch):
    """A single row more may be the one by which a tenth and a fifth are both kept aside: of 120 rows
    84 are learned from, of 119 one more. Of each ten, seven are."""
    more = 10 * tens
    measure = ("InformationRetrievalEvaluator",)
    asked = recipe(evaluators=measure, per_device_train_batch_size=batch, eval_steps=10)
    fewer, larger = reckoned(asked, table(rows)), reckoned(asked, table(rows + more))
    assert larger.steps >= fewer.steps
    assert larger.training_seconds >= fewer.training_seconds * 0.999
    assert larger.evaluation_seconds >= fewer.evaluation_seconds > 0


@given(st.integers(1, 10_000), st.integers(1, 128))
def test_twice_as_many_steps_train_twice_as_long(steps, batch):
    once = reckoned(recipe(max_steps=steps, per_device_train_batch_size=batch), table(5_000))
    twice = reckoned(recipe(max_steps=2 * steps, per_device_train_batch_size=batch), table(5_000))
    assert twice.training_seconds == pytest.approx(2 * once.training_seconds)


def test_a_batch_of_long_texts_takes_more_memory_than_the_weights():
    sizes = (8, 64, 512)
    facts = table(50_000, 800)
    found = [reckoned(recipe(per_device_train_batch_size=size), facts) for size in sizes]
    assert found[0].memory_bytes < found[1].memory_bytes / 1.5 < found[2].memory_bytes / 5


@given(st.integers(1, 511), st.integers(10, 400))
def test_a_larger_batch_takes_no_less_memory(batch, characters):
    facts = table(50_000, characters)
    small = reckoned(recipe(max_steps=10, per_device_train_batch_size=batch), facts)
    large = reckoned(recipe(max_steps=10, per_device_train_batch_size=batch + 1), facts)
    assert large.memory_bytes >= small.memory_bytes


def test_in_chunks_a_batch_of_any_size_takes_the_memory_of_a_chunk():
    facts = table(50_000, 300)
    chunked = [
        reckoned(
            recipe(CHUNKED_LOSS, {"mini_batch_size": 16}, per_device_train_batch_size=batch), facts
        )
        for batch in (256, 4_096)
    ]
    whole = reckoned(recipe(per_device_train_batch_size=256), facts)
    assert chunked[1].memory_bytes == pytest.approx(chunked[0].memory_bytes, rel=0.01)
    assert chunked[0].memory_bytes < whole.memory_bytes
    a_row = [one.training_seconds for one in (chunked[0], whole)]
    assert a_row[0] > 1.1 * a_row[1], "what was dropped is read a second time"


def test_accumulated_batches_take_their_time_and_no_memory():
    facts = table(9_000)
    plain = reckoned(recipe(max_steps=10), facts)
    four = reckoned(recipe(max_steps=10, gradient_accumulation_steps=4), facts)
    assert 3 < four.training_seconds / plain.training_seconds <= 4
    assert four.memory_bytes == pytest.approx(plain.memory_bytes, rel=0.02)


def test_a_larger_model_takes_more_of_everything():
    small, large = (reckoned(recipe(), table(2_000), model) for model in (MINILM, MPNET))
    for name in ("training_seconds", "around_seconds", "memory_bytes", "disk_bytes"):
        assert getattr(large, name) > getattr(small, name), name


def test_an_adapter_takes_less_memory_and_less_disk_than_all_weights():
    facts, asked = table(2_000), recipe().arguments
    found = work(recipe(), facts)
    whole, adapter, larger = (reckon(found, MPNET, USUAL_CPU, asked, r) for r in (None, 8, 256))
    for name in ("training_seconds", "memory_bytes", "disk_bytes"):
        assert getattr(adapter, name) < getattr(larger, name) < getattr(whole, name), name


def test_a_model_of_word_vectors_alone_is_quick_for_its_size():
    words = of_config({}, 30_000_000, 512)
    assert words.layers == 0
    quick, usual = (reckoned(recipe(), table(5_000), model) for model in (words, MINILM))
    assert quick.training_seconds < usual.training_seconds


def test_texts_are_read_up_to_the_limit_and_no_further():
    facts = table(2_000, 4_000)
    short = reckon(work(recipe(), facts, 32), MINILM, USUAL_CPU, recipe().arguments)
    long = reckon(work(recipe(), facts, 256), MINILM, USUAL_CPU, recipe().arguments)
    assert short.training_seconds < long.training_seconds / 4
    assert short.memory_bytes < long.memory_bytes


def test_epochs_and_rows_kept_aside_make_the_steps_that_the_trainer_makes():
    asked = recipe(
        evaluators=["InformationRetrievalEvaluator"],
        per_device_train_batch_size=32,
        num_train_epochs=3.0,
    )
    # 1,000 rows: 100 to choose by, 200 to prove with; 700 in batches of 32 are 22 a round.
    assert work(asked, table(1_000)).steps == 66


def test_measuring_more_often_takes_longer():
    facts = table(2_000)
    seldom, often = (
        reckoned(
            recipe(evaluators=["InformationRetrievalEvaluator"], max_steps=100, eval_steps=every),
            facts,
        )
        for every in (50, 5)
    )
    assert often.evaluation_seconds > 2 * seldom.evaluation_seconds
    assert reckoned(recipe(max_steps=100), facts).evaluation_seconds == 0


def test_the_guard_brings_texts_of_its_own():
    facts = table(2_000)
    guarded = recipe(evaluators=["NanoBEIREvaluator"], max_steps=10)
    one = guarded.model_copy(deep=True)
    one.evaluators[0].sets.append("nq")
    all_sets, one_set = reckoned(guarded, facts), reckoned(one, facts)
    assert all_sets.evaluation_seconds > 5 * one_set.evaluation_seconds > 0


def test_half_precision_counts_where_the_device_is_made_for_it():
    facts = table(5_000, 400)
    asked = [recipe(per_device_train_batch_size=128, bf16=half) for half in (False, True)]
    single, half = (reckoned(one, facts, MPNET, USUAL_GPU) for one in asked)
    assert half.training_seconds < single.training_seconds
    assert half.memory_bytes < single.memory_bytes
    single, half = (reckoned(one, facts, MPNET, USUAL_CPU) for one in asked)
    assert half == single


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_is_reckoned_with_and_more_networks_take_longer(loss):
    row = LOSSES[loss]
    inner = {"inner": {"name": PAIR_LOSS}} if row.wraps else {}
    plain = plans.recipe(loss, ["anchor", "positive"])
    plain["loss"] |= inner | {"parameters": dict.fromkeys(row.models, "a guide")}
    found = reckoned(Recipe.model_validate(plain), table(1_000))
    usual = reckoned(recipe(), table(1_000))
    if row.networks > 1 or row.models:
        assert found.training_seconds > 1.1 * usual.training_seconds
        assert found.memory_bytes > usual.memory_bytes
    else:
        assert found.training_seconds == pytest.approx(usual.training_seconds, rel=0.5)


@pytest.mark.parametrize("name", EVALUATORS)
def test_every_measure_takes_some_time(name):
    found = reckoned(recipe(evaluators=[name]), table(1_000))
    assert found.evaluation_seconds > 0


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 50)), min_size=1, max_size=12),
    st.integers(8, 512),
)
def test_lengths_lie_between_one_and_the_limit(bars, limit):
    edges = [2]
    for width, _ in bars:
        edges.append(edges[-1] + width)
    counts = [count for _, count in bars]
    found = counted(edges, counts, (edges[0] + edges[-1]) / 2, limit)
    assert 0 < found.mean <= max(limit, 2)
    assert found.square >= found.mean**2 * 0.999
    assert found.longest <= max(limit, 2)


def test_a_prompt_makes_every_text_longer():
    found = Lengths(mean=10, square=120, longest=20).longer_by(5)
    assert (found.mean, found.square, found.longest) == (15, 245, 25)
    assert found.variance == 20


def test_what_runs_took_sets_the_estimate_right():
    before = estimated([])
    after = estimated([past(1.5), past(1.6), past(1.4)])
    assert (before.basis, after.basis) == (Basis.MEASURED, Basis.RUNS)
    ratio = after.training_seconds.value / before.training_seconds.value
    assert ratio == pytest.approx(1.5)
    assert after.memory_bytes.value == pytest.approx(before.memory_bytes.value)


def test_one_strange_day_changes_little():
    usual = [past(1.0) for _ in range(4)]
    assert estimated([*usual, past(50.0)]).seconds == estimated([*usual, past(1.0)]).seconds


def test_a_run_like_this_one_counts_more_than_others():
    others = [past(1.0), past(1.0)]
    same = past(2.0, is_same_model=True, is_same_data=True)
    found = estimated([*others, same]).training_seconds.value
    assert found == pytest.approx(2 * estimated([]).training_seconds.value)


def test_the_less_is_known_the_wider_is_the_range():
    def width(found: Estimate) -> float:
        return found.seconds.high / found.seconds.low

    by_runs, by_measure = estimated([past(1.0), past(1.0)]), estimated([])
    by_guess = estimated([], measured=False)
    assert width(by_runs) < width(by_measure) < width(by_guess)
    unknown = estimated([], model=ASSUMED)
    assert width(unknown) > width(by_measure)
    assert not unknown.is_model_known


def test_it_is_said_in_plain_words_with_no_false_precision():
    found = estimated([])
    assert found.sentence.startswith("About ")
    assert " on h, " in found.sentence
    assert "GB of memory" in found.sentence
    assert "measured itself" in found.basis_sentence
    assert all(
        getattr(found, name).made_of.endswith(".")
        for name in ("seconds", "training_seconds", "evaluation_seconds", "memory_bytes")
    )
