"""What a model now does better, and what worse: items of *prove*, after it was opened for it."""

from sqlalchemy.orm import Session

from backend.catalog.evaluators import EVALUATORS
from backend.models.schemas import ExampleOut, ExamplesOut
from backend.models.tables import Model
from backend.problems import NotFound
from backend.proof import judged
from backend.proof.examples import better_and_worse
from backend.proof.kept import PROVE, read
from backend.storage import Storage


def of_model(session: Session, storage: Storage, model: Model, most: int) -> ExamplesOut:
    """At most so many of each, the strongest first.

    Raises NotFound where the model was not judged on rows of the person's own, or was before items
    were kept.
    """
    proof = judged.newest(session, model.id)
    kept = read(storage.folder(proof.folder), PROVE) if proof and proof.folder else None
    if kept is None:
        raise NotFound("judgement", model.id)
    better, worse = better_and_worse(kept, EVALUATORS[kept.evaluator].statistic, most)
    return ExamplesOut(
        better=[ExampleOut.model_validate(each) for each in better],
        worse=[ExampleOut.model_validate(each) for each in worse],
    )
