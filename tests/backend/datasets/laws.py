"""How laws are tried: by examples, not by the clock, which says nothing on a busy machine."""

from hypothesis import settings

law = settings(deadline=None, max_examples=40)
