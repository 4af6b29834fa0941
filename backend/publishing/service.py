"""What one can do to publish a model: look at what would leave, and let exactly this leave."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.accounts import audit
from backend.accounts.audit import Act
from backend.accounts.people import Person
from backend.datasets.tables import DatasetVersion
from backend.hub.connection import access_of
from backend.ids import ModelId, PublicationId
from backend.models import service as models
from backend.models import work
from backend.models.schemas import ModelOut
from backend.models.tables import Model
from backend.problems import Conflict, Fix, Invalid, NotFound, Pointer, Problem, replace
from backend.proof.card_text import divided
from backend.publishing import card
from backend.publishing.card import About
from backend.publishing.leaving import CARD, changed, leaving, text_hash
from backend.publishing.leaving_file import LeavingFile
from backend.publishing.samples import samples
from backend.publishing.schemas import PublicationIn, PublicationOut
from backend.publishing.tables import Publication
from backend.publishing.there import There, look
from backend.recipes.schemas import Recipe
from backend.recipes.words import and_list
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind, JobStatus
from backend.runs.tables import Job, Run
from backend.studio import Studio

PREVIEWED = "previewed"


def preview(studio: Studio, who: Person, model_id: ModelId, asked: PublicationIn) -> Publication:
    """Freeze what would leave, and ask the Hub what it would be put upon. Nothing leaves.

    Slow: no transaction may be open. Raises NotFound if `who` may not see the model, Conflict where
    its rows are to be shown and are gone, Invalid where what was asked can't be, and what the Hub
    says: Offline, Away, NoRights.
    """
    with studio.database.reading() as session:
        model = models.get(session, who, model_id)
        shown = models.show(session, studio.storage, model)
        run = session.get_one(Run, model.run_id)
        recipe, objects = _learned(session, run) if asked.with_samples else (None, [])
    there = look(access_of(studio, who), asked.repo)
    _demand_a_place(asked, there)
    own = _own_card(studio, model)
    text = card.published(
        own,
        About(
            repo=asked.repo,
            license=asked.license,
            languages=asked.languages,
            verdict=shown.verdict,
            served=shown.served,
            samples=[] if recipe is None else list(samples(studio.storage, recipe, objects)),
        ),
    )
    files = leaving(studio.storage.folder(model.folder), text)
    names = {file.name for file in files}
    made = Publication(
        project_id=who.project_id,
        model_id=model.id,
        **asked.model_dump(),
        files=[file.model_dump() for file in files],
        size_bytes=sum(file.size_bytes for file in files),
        card=text,
        card_source=text_hash(own),
        is_new_repo=there is None,
        parent=there and there.commit,
        replaces=sorted(names & set(there.names)) if there else [],
    )
    with studio.database.writing() as session:
        models.get(session, who, model_id)
        session.add(made)
        session.flush()
    return made


def publish(studio: Studio, who: Person, publication_id: PublicationId) -> Publication:
    """Queue exactly what was previewed. While that is under way, twice is once.

    Slow: no transaction may be open. Raises NotFound if `who` may not see it, Conflict if it has
    been published or if the model is no longer what was shown.
    """
    with studio.database.reading() as session:
        found = get(session, who, publication_id)
        model = models.get(session, who, found.model_id)
    _demand_unchanged(studio, model, found)
    with studio.database.writing() as session:
        found = get(session, who, publication_id)
        if found.commit is not None:
            raise Conflict(
                "already_published",
                "This has been published",
                f"It lies at {found.url}. To publish again, look at what will leave first.",
            )
        wanted = {"publication_id": publication_id}
        job = work.begin(session, who, studio.broker, JobKind.PUBLISH, model.id, wanted)
        if job.id != found.job_id:
            found.job_id = job.id
            audit.record(
                session,
                who,
                Act.PUBLISHING_BEGUN,
                model.id,
                publication_id=publication_id,
                repo=found.repo,
                private=found.private,
                with_samples=found.with_samples,
            )
        session.flush()
    return found


def get(session: Session, who: Person, publication_id: PublicationId) -> Publication:
    """Raises NotFound where there is none, or it isn't theirs."""
    query = select(Publication).where(
        Publication.project_id == who.project_id, Publication.id == publication_id
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("publication", publication_id)
    models.get(session, who, found.model_id)
    return found


def newest(session: Session, who: Person, model_id: ModelId) -> Select[Publication]:
    """Raises NotFound if `who` may not see the model."""
    models.get(session, who, model_id)
    return select(Publication).where(
        Publication.project_id == who.project_id, Publication.model_id == model_id
    )


def show(session: Session, found: Publication) -> PublicationOut:
    job = session.get(Job, found.job_id) if found.job_id else None
    status = PREVIEWED if job is None else job.status.value
    if found.commit is not None:
        status = JobStatus.SUCCEEDED.value
    columns = {column.key: getattr(found, column.key) for column in Publication.__table__.columns}
    return PublicationOut.model_validate(
        {
            **columns,
            "status": status,
            "job": job and JobOut.model_validate(job),
            "metadata": divided(found.card)[0],
        }
    )


def default_repo(account: str, model: ModelOut) -> str:
    """A name under the person's account that the Hub takes, from what they call the model."""
    letters = (each if each.isascii() and each.isalnum() else "-" for each in model.name.lower())
    words = [word for word in "".join(letters).split("-") if word]
    return f"{account}/{'-'.join(words)[:80].strip('-') or 'model'}"


def _learned(session: Session, run: Run) -> tuple[Recipe, list[str]]:
    recipe = Recipe.model_validate(run.recipe)
    found = [session.get(DatasetVersion, use.version) for use in recipe.datasets]
    versions = [version for version in found if version is not None]
    if len(versions) < len(found):
        raise Conflict(
            "no_rows",
            "There are no rows to show",
            "The data that this model learned from is no longer here. Leave samples out.",
        )
    return recipe, [version.object_hash for version in versions]


def _own_card(studio: Studio, model: Model) -> str:
    try:
        return models.card(studio.storage, model)
    except FileNotFoundError:
        return ""


def _demand_a_place(asked: PublicationIn, there: There | None) -> None:
    """Raises Invalid where what is asked would leave for another place than the person thinks."""
    if there is None and asked.as_pull_request:
        raise Invalid(
            Problem(
                code="no_hub_repo",
                title="There is no repository to propose it to",
                detail=f"The Hub has no {asked.repo}, or none that your account may see. Check the "
                "name, or create it directly.",
                at=Pointer("/repo"),
                fixes=(
                    Fix(
                        label="Create it directly",
                        patch=(replace(Pointer("/as_pull_request"), False),),
                    ),
                ),
            )
        )
    if there is not None and asked.private and not there.is_private:
        raise Invalid(
            Problem(
                code="repo_is_public",
                title="This repository is public",
                detail=f"{asked.repo} is there already, and everybody can see what is in it. Choose "
                "another name to publish privately, or say that it may be public.",
                at=Pointer("/private"),
                fixes=(
                    Fix(label="It may be public", patch=(replace(Pointer("/private"), False),)),
                ),
            )
        )


def _demand_unchanged(studio: Studio, model: Model, found: Publication) -> None:
    files = [LeavingFile.model_validate(file) for file in found.files]
    names = changed(studio.storage.folder(model.folder), files)
    if text_hash(_own_card(studio, model)) != found.card_source:
        names = [*names, CARD]
    if names:
        raise Conflict(
            "changed_since",
            "The model is no longer what you looked at",
            f"{and_list(names)} changed since. Nothing was sent. Look at what will be sent once more, "
            "and publish then.",
        )
