"""The plan: the form that starts a run. It asks the one validation, and offers its repairs."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayTrain
from backend.accounts.people import Person
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.cookbook import service as cookbook
from backend.cookbook.tables import KeptRecipe
from backend.datasets import facts as table_facts
from backend.datasets import service as datasets
from backend.datasets.tables import Dataset, DatasetVersion
from backend.ids import RecipeId, RunId, VersionId
from backend.problems import Invalid, NotFound, Problem
from backend.recipes import form
from backend.recipes.estimate.estimate import Estimate
from backend.recipes.goals import towards
from backend.recipes.mapping_query import from_query
from backend.recipes.merge_patch import merged
from backend.recipes.read import read
from backend.recipes.recommend import recommend
from backend.recipes.schemas import DatasetUse, LossUse, Mapping, Recipe
from backend.runs import estimates, service
from backend.runs.more_data import added, to_add
from backend.runs.plan import plan
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.templates import page, see

router = APIRouter(include_in_schema=False)

MOST_OFFERED = 100
"""So many datasets, the newest, can be added to a plan by its form, and so many templates used."""

OF_ONE_TRAINING = {"schema", "name", "datasets", "output"}
"""What a plan takes from no template."""

_VERSION_ID = TypeAdapter(VersionId)
_RECIPE_ID = TypeAdapter(RecipeId)


async def _sent(request: Request) -> dict[str, str]:
    """The form's fields; what was sent several times, as several ticks are, with commas."""
    async with request.form() as fields:
        texts = [(name, value) for name, value in fields.multi_items() if isinstance(value, str)]
    return {name: ", ".join(value for n, value in texts if n == name) for name, _ in texts}


SentForm = Annotated[dict[str, str], Depends(_sent)]


@router.get("/plan")
def show(
    request: Request,
    who: MayRead,
    session: ReadSession,
    version: VersionId | None = None,
    run: RunId | None = None,
) -> Response:
    """A plan to begin with: that of another run, or what is recommended for the data, read with
    the columns that the address names."""
    if run is not None:
        recipe = service.show(service.get(session, who, run)).recipe
    elif version is not None:
        mapping = from_query(request.query_params.multi_items())
        recipe = _suggested(datasets.get_version(session, who, version), mapping)
    else:
        return see("/data")
    return _shown(request, session, who, _plain(recipe))


@router.post("/plan")
def change(request: Request, who: MayRead, session: ReadSession, sent: SentForm) -> Response:
    """The plan after a choice or a repair, judged again."""
    recipe = planned(session, who, sent)
    if fix := sent.get("fix"):
        recipe = form.patched(recipe, fix)
    if also := sent.get("also"):
        added(recipe, _plain(_suggested(_version_of(session, who, also), None)))
    return _shown(request, session, who, recipe, sent.get("template", ""))


@router.post("/runs")
def start(request: Request, who: MayTrain, studio: TheStudio, sent: SentForm) -> Response:
    """Queue the plan and lead on to its run; or show it again with what is wrong."""
    with studio.database.reading() as session:
        recipe = planned(session, who, sent)
    try:
        with studio.database.writing() as session:
            run_id = service.create(session, who, studio.broker, recipe, None).id
    except Invalid as refusal:  # the page is made after the transaction: nobody waits for it
        with studio.database.reading() as session:
            template = sent.get("template", "")
            return _page(request, session, who, recipe, refusal.problems, refusal.status, template)
    return see(f"/runs/{run_id}")


def planned(session: Session, who: Person, sent: dict[str, str]) -> dict[str, Any]:
    """The recipe that a sent form means. A goal, a preset or a template that was chosen lays its own
    over what the other fields say, once: where it isn't what the form was shown with.

    Raises Invalid for what is no such form, NotFound for data or a template that isn't there.
    """
    recipe = form.recipe_of(sent)
    if (goal := GOALS.get(_newly(sent, "goal"))) and (mapping := form.mapping_of(recipe)):
        facts = table_facts.from_json(_version(session, who, recipe).facts)
        recipe = towards(goal, recipe, mapping, facts)
    if preset := PRESETS.get(_newly(sent, "preset")):
        recipe = merged(recipe, preset.patch)
    if template := _newly(sent, "template"):
        try:
            recipe_id = _RECIPE_ID.validate_python(template)
        except ValidationError as error:
            raise NotFound("template", template) from error
        kept = cookbook.get(session, who, recipe_id).recipe
        recipe = merged(recipe, {k: v for k, v in kept.items() if k not in OF_ONE_TRAINING})
    return recipe


def _newly(sent: dict[str, str], name: str) -> str:
    """What was chosen of this name, if the form was shown with something else."""
    chosen = sent.get(name, "")
    return chosen if chosen != sent.get(f"{name}_shown", "") else ""


def _shown(
    request: Request, session: Session, who: Person, recipe: dict[str, Any], template: str = ""
) -> Response:
    sound, problems = service.judge(session, who, recipe)
    found = None
    if sound is not None and not problems:
        found = estimates.foresee(session, who, sound).estimate
    return _page(request, session, who, recipe, problems, template=template, estimate=found)


def _page(
    request: Request,
    session: Session,
    who: Person,
    recipe: dict[str, Any],
    problems: Sequence[Problem],
    status: int = 200,
    template: str = "",
    estimate: Estimate | None = None,
) -> Response:
    version = _version(session, who, recipe)
    facts = table_facts.from_json(version.facts)
    name = datasets.get_dataset(session, who, version.dataset_id).name
    newest = datasets.datasets_of(who).order_by(Dataset.id.desc()).limit(MOST_OFFERED)
    more = to_add(recipe, session.scalars(newest))
    sound, _ = read(recipe)
    advice = service.advice(session, who, sound) if sound else []
    shown = plan(version.id, name, facts, recipe, problems, advice, more, estimate)
    kept = session.execute(
        cookbook.newest(who)
        .with_only_columns(KeptRecipe.id, KeptRecipe.name)
        .order_by(KeptRecipe.id.desc())
        .limit(MOST_OFFERED)
    ).all()
    return page(
        request,
        "runs/plan.html",
        "form",
        status,
        plan=shown,
        templates=kept,
        from_template=template,
    )


def _version(session: Session, who: Person, recipe: dict[str, Any]) -> DatasetVersion:
    """The data of a plan. Raises NotFound: without it there is nothing to show a plan of."""
    return _version_of(session, who, str(recipe["datasets"][0].get("version", "")))


def _version_of(session: Session, who: Person, named: str) -> DatasetVersion:
    try:
        version_id = _VERSION_ID.validate_python(named)
    except ValidationError as error:
        raise NotFound("dataset version", named) from error
    return datasets.get_version(session, who, version_id)


def _suggested(version: DatasetVersion, mapping: Mapping | None) -> Recipe:
    """What is recommended; where nothing fits, a beginning whose problems offer their repairs."""
    facts = table_facts.from_json(version.facts)
    begun = mapping or Mapping(inputs=facts.names[:1])
    return recommend(version.id, facts, mapping) or Recipe(
        datasets=[DatasetUse(version=version.id, mapping=begun)],
        loss=LossUse(name=next(iter(LOSSES))),
    )


def _plain(recipe: Recipe) -> dict[str, Any]:
    plain: dict[str, Any] = recipe.model_dump(mode="json")
    return plain
