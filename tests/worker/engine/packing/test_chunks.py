"""The chunks of gradient caching: each text once, none too large, and what is kept fits its room."""

from hypothesis import given
from hypothesis import strategies as st

from worker.engine.encoder.cached import _even_spans, _first_kept

LENGTHS = st.lists(st.integers(1, 300), max_size=150).map(lambda found: sorted(found)[::-1])


@given(LENGTHS, st.integers(1, 1_024))
def test_a_chunk_has_as_many_tokens_as_it_may_and_all_have_about_as_many(lengths, most):
    spans = list(_even_spans(lengths, most))
    assert [n for span in spans for n in range(span.start, span.stop)] == list(range(len(lengths)))
    tokens = [sum(lengths[span]) for span in spans]
    for span, held in zip(spans, tokens, strict=True):
        assert held <= most or span.stop - span.start == 1
    if lengths and lengths[0] <= most:
        assert len(spans) <= 2 * -(-sum(lengths) // most)


@given(LENGTHS, st.integers(0, 5_000))
def test_what_keeps_its_activations_is_as_much_as_the_room_holds(lengths, room):
    first = _first_kept(lengths, room)
    assert sum(lengths[first:]) <= room
    assert first == 0 or sum(lengths[first - 1 :]) > room
