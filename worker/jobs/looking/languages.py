"""Which languages a column's texts are in."""

from collections import Counter
from collections.abc import Sequence

import py3langid

from backend.datasets.profile import LanguageShare

ENOUGH_TEXTS = 2_000
"""A share is known to within two percent; each text costs a quarter of a millisecond."""

_FEWEST_CHARACTERS = 20  # of less, the guess is wrong too often
_MOST_CHARACTERS = 300
_LEAST_SHARE = 0.02  # what is rarer is mostly a wrong guess


def languages(texts: Sequence[str], is_all_wanted: bool = False) -> list[LanguageShare]:
    """The shares of the texts that are long enough to tell, the most frequent language first."""
    telling = [text for text in texts if len(text) >= _FEWEST_CHARACTERS]
    if not is_all_wanted and len(telling) > ENOUGH_TEXTS:
        telling = telling[:: len(telling) // ENOUGH_TEXTS][:ENOUGH_TEXTS]
    counts = Counter(py3langid.classify(text[:_MOST_CHARACTERS])[0] for text in telling)
    shares = [(language, count / len(telling)) for language, count in counts.most_common()]
    return [
        LanguageShare(language=language, share=round(share, 4))
        for language, share in shares
        if share >= _LEAST_SHARE
    ]
