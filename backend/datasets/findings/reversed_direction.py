"""Questions where passages should be: the first column is what is asked, the second what answers."""

from statistics import median

from backend.datasets.findings.finding import Finding, FindingKind, Remedy
from backend.datasets.findings.making import found, step
from backend.datasets.findings.questions import is_question, question_share
from backend.datasets.looking.one_pass import Seen

_FEWEST_ROWS = 20
_MOST_ROWS = 5_000  # a share is known to within one percent
_CLEARLY_MORE = 0.4
_MORE = 0.15
_TIMES_LONGER = 3


def reversed_direction(seen: Seen) -> Finding | None:
    """The second column asks and the first does not, or asks more while its texts are far shorter.

    With a label, too: whether a passage answers is asked of a question and a passage.
    """
    mapping = seen.mapping
    if mapping is None or len(mapping.inputs) < 2:
        return None
    one, other = mapping.inputs[:2]
    firsts, seconds = _texts(seen, one), _texts(seen, other)
    if min(len(firsts), len(seconds)) < _FEWEST_ROWS:
        return None
    more = question_share(seconds) - question_share(firsts)
    times = median(map(len, firsts)) / median(map(len, seconds))
    if more < (_MORE if times >= _TIMES_LONGER else _CLEARLY_MORE):
        return None
    inputs = [other, one, *mapping.inputs[2:]]
    turned = mapping.model_copy(update={"inputs": inputs}).model_dump(mode="json")
    longer = f", and those of {one} are {times:.0f} times as long" if times >= 2 else ""
    return found(
        FindingKind.REVERSED,
        f"{other} seems to hold the questions and {one} what answers them: "
        f"{question_share(seconds):.0%} of the texts of {other} look like questions, "
        f"{question_share(firsts):.0%} of {one}{longer}. Searches begin with the question.",
        _asking_second(seen, one, other),
        count=seen.facts.rows,
        looked_at=min(len(seen.numbers), _MOST_ROWS),
        is_sample=seen.facts.rows > _MOST_ROWS,
        columns=[one, other],
        remedies=[
            Remedy(label=f"Take {other} first, then {one}", mapping=turned),
            Remedy(
                label=f"Swap {one} and {other}",
                operations=[step("swap_columns", one=one, other=other)],
            ),
        ],
    )


def _texts(seen: Seen, name: str) -> list[str]:
    texts = seen.sample.column(name).slice(0, _MOST_ROWS).to_pylist()
    return [text for text in texts if text and text.strip()]


def _asking_second(seen: Seen, one: str, other: str) -> list[int]:
    """Rows of which the second text asks and the first does not."""
    firsts = seen.sample.column(one).slice(0, _MOST_ROWS).to_pylist()
    seconds = seen.sample.column(other).slice(0, _MOST_ROWS).to_pylist()
    return [
        int(row)
        for row, first, second in zip(seen.numbers, firsts, seconds, strict=False)
        if first and second and is_question(second) and not is_question(first)
    ]
