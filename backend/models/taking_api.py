"""Taking a model away over REST: its lineage, a card in one's own words, ONNX graphs."""

from typing import Annotated

from fastapi import Depends
from fastapi.responses import StreamingResponse

from backend.accounts.current import MayRead, MayTrain, MayWrite
from backend.ids import ModelId
from backend.models import lineage, service, work
from backend.models.archive import zipped
from backend.models.card import CardWords
from backend.models.exported import Exported
from backend.models.lineage_schemas import Lineage
from backend.models.tables import Model, folder_of_export
from backend.problems import NotFound
from backend.rest.route import rest_router
from backend.runs.schemas import JobOut
from backend.runs.states import JobKind
from backend.studio import Studio
from backend.web.dependencies import DbSession, ReadSession, TheStudio
from backend.web.headers import attached

router = rest_router("models")


@router.get("/models/{model_id}/lineage", operation_id="getModelLineage")
def show_lineage(model_id: ModelId, who: MayRead, session: ReadSession) -> Lineage:
    """Where a model came from (run, base, data, parent), and what came from it."""
    return lineage.of(session, who, model_id)


@router.get("/models/{model_id}/card/words", operation_id="getModelCardWords")
def card_words(model_id: ModelId, who: MayRead, session: ReadSession) -> CardWords:
    """What a person has said above the generated card."""
    return CardWords(words=service.get(session, who, model_id).card_words)


@router.put("/models/{model_id}/card/words", operation_id="writeModelCardWords")
def write_card_words(
    model_id: ModelId, body: CardWords, who: MayWrite, session: DbSession
) -> CardWords:
    """Say something above the generated card. It stays when the card is generated anew."""
    return CardWords(words=service.write_card_words(session, who, model_id, body.words).card_words)


@router.post("/models/{model_id}/export", operation_id="exportModel", status_code=202)
def export(model_id: ModelId, who: MayTrain, session: DbSession, studio: TheStudio) -> JobOut:
    """Have a model exported to ONNX, with 32-bit and with 8-bit weights. Each graph is loaded again
    and measured; a new export replaces the one before."""
    job = work.begin(session, who, studio.broker, JobKind.EXPORT, model_id, {})
    return JobOut.model_validate(job)


def _exported(model_id: ModelId, who: MayRead, studio: TheStudio) -> Model:
    with studio.database.reading() as session:
        model = service.get(session, who, model_id)
    if model.exported is None:
        raise NotFound("export of this model", model_id)
    return model


TheExported = Annotated[Model, Depends(_exported)]


@router.get("/models/{model_id}/export", operation_id="getModelExport")
def show_export(model: TheExported) -> Exported:
    """The graphs of the last export, and how each compared with the model."""
    return Exported.model_validate(model.exported)


@router.get(
    "/models/{model_id}/export/archive",
    operation_id="downloadModelExport",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string"}}}}},
)
def archive(model: TheExported, studio: TheStudio) -> StreamingResponse:
    """The model's folder with its graphs as a zip: sentence-transformers loads it by
    `backend="onnx"`."""
    return zip_of(studio, model, with_export=True)


def zip_of(studio: Studio, model: Model, *, with_export: bool = False) -> StreamingResponse:
    """A model's folder, with the card as a person wrote it."""
    folders = [studio.storage.folder(model.folder)]
    if with_export:
        folders.append(studio.storage.folder(folder_of_export(model.id)))
    return StreamingResponse(
        zipped(folders, model.id, service.own_files(studio.storage, model)),
        media_type="application/zip",
        headers=attached(f"{model.id}{'-onnx' if with_export else ''}.zip"),
    )
