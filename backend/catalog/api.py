"""The catalogue over REST."""

from collections.abc import Mapping
from typing import TypeVar

from fastapi import APIRouter, HTTPException

from backend.catalog.base_models import BASE_MODELS
from backend.catalog.evaluators import EVALUATORS
from backend.catalog.goals import GOALS
from backend.catalog.losses import LOSSES
from backend.catalog.presets import PRESETS
from backend.catalog.rows import (
    BaseModelRow,
    EvaluatorRow,
    GoalRow,
    LossRow,
    PresetRow,
    SamplerRow,
)
from backend.catalog.samplers import MULTI_DATASET_SAMPLERS, SAMPLERS

router = APIRouter(prefix="/api/v1", tags=["catalogue"])

Row = TypeVar("Row")


@router.get("/losses", operation_id="listLosses")
def losses() -> list[LossRow]:
    """Every loss: what it is for, what data it takes, what can be set."""
    return list(LOSSES.values())


@router.get("/losses/{name}", operation_id="getLoss")
def loss(name: str) -> LossRow:
    """One loss, by its class's name."""
    return _named(LOSSES, "loss", name)


@router.get("/evaluators", operation_id="listEvaluators")
def evaluators() -> list[EvaluatorRow]:
    """Every way to measure a model."""
    return list(EVALUATORS.values())


@router.get("/evaluators/{name}", operation_id="getEvaluator")
def evaluator(name: str) -> EvaluatorRow:
    """One way to measure, by its class's name."""
    return _named(EVALUATORS, "evaluator", name)


@router.get("/samplers", operation_id="listSamplers")
def samplers() -> list[SamplerRow]:
    """Every way to put rows into batches."""
    return list(SAMPLERS.values())


@router.get("/multi-dataset-samplers", operation_id="listMultiDatasetSamplers")
def multi_dataset_samplers() -> list[SamplerRow]:
    """Every way for several datasets to take turns."""
    return list(MULTI_DATASET_SAMPLERS.values())


@router.get("/base-models", operation_id="listBaseModels")
def base_models() -> list[BaseModelRow]:
    """The models that are offered to start from; any other Hub model id works too."""
    return list(BASE_MODELS.values())


@router.get("/goals", operation_id="listGoals")
def goals() -> list[GoalRow]:
    """What a model can be for, in plain words, and what serves it."""
    return list(GOALS.values())


@router.get("/presets", operation_id="listPresets")
def presets() -> list[PresetRow]:
    """How long a training may take: settings to lay over a recipe, as JSON merge patches."""
    return list(PRESETS.values())


def _named(rows: Mapping[str, Row], kind: str, name: str) -> Row:
    if name not in rows:
        raise HTTPException(404, f"There is no {kind} {name!r}; the list has those there are.")
    return rows[name]
