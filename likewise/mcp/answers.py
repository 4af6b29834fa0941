"""What tools answer: as much as it takes to decide, and no text of a dataset."""

from typing import Any

from pydantic import BaseModel, Field

from backend.datasets.schemas import FitsOut, VersionOut
from backend.models.schemas import ModelOut
from backend.problems import Problem
from backend.recipes.estimate.estimate import Estimate
from backend.runs.schemas import RunOut
from likewise.client.data import ProfileSeen

SHOWN_LOSSES = 12


class ColumnSeen(BaseModel):
    name: str
    type: str
    nulls: int
    distinct: int


class VersionSeen(BaseModel):
    version_id: str
    dataset_id: str
    rows: int
    columns: list[ColumnSeen]

    @classmethod
    def of(cls, version: VersionOut) -> "VersionSeen":
        columns = [
            ColumnSeen(
                name=column.name, type=column.type, nulls=column.nulls, distinct=column.distinct
            )
            for column in version.columns
        ]
        return cls(
            version_id=version.id,
            dataset_id=version.dataset_id,
            rows=version.rows,
            columns=columns,
        )


class DatasetSeen(BaseModel):
    dataset_id: str
    name: str
    tags: list[str]
    versions: list[VersionSeen] = Field(description="The newest first.")


class DatasetsSeen(BaseModel):
    datasets: list[DatasetSeen]


class FindingSeen(BaseModel):
    kind: str
    sentence: str
    count: int
    remedies: list[str]


class Checked(BaseModel):
    """`status` of the look; findings are there once it has succeeded."""

    status: str
    sentence: str | None
    findings: list[FindingSeen]
    notes: list[str]

    @classmethod
    def of(cls, profile: ProfileSeen) -> "Checked":
        result = profile.result
        found = result.findings if result else []
        return cls(
            status=profile.status,
            sentence=result.sentence if result else None,
            findings=[
                FindingSeen(
                    kind=finding.kind,
                    sentence=finding.sentence,
                    count=finding.count,
                    remedies=[remedy.label for remedy in finding.remedies],
                )
                for finding in found
            ],
            notes=result.notes if result else [],
        )


class LossSeen(BaseModel):
    loss: str
    fitness: str
    purpose: str
    because: str | None


class Trainable(BaseModel):
    """What the columns are, and which losses can use them; those that fit first."""

    format: str
    sentence: str
    mapping: dict[str, Any]
    losses: list[LossSeen]

    @classmethod
    def of(cls, fits: FitsOut) -> "Trainable":
        return cls(
            format=str(fits.format),
            sentence=fits.sentence,
            mapping=fits.mapping.model_dump(mode="json"),
            losses=[
                LossSeen(
                    loss=fit.loss, fitness=fit.fitness, purpose=fit.purpose, because=fit.because
                )
                for fit in fits.losses[:SHOWN_LOSSES]
            ],
        )


class RecipeSeen(BaseModel):
    recipe: dict[str, Any]


class FixSeen(BaseModel):
    label: str
    patch: list[dict[str, Any]] = Field(description="A JSON Patch (RFC 6902) of the recipe.")


class ProblemSeen(BaseModel):
    pointer: str
    code: str
    message: str
    fixes: list[FixSeen]

    @classmethod
    def of(cls, problem: Problem) -> "ProblemSeen":
        return cls(
            pointer=problem.at,
            code=problem.code,
            message=problem.detail,
            fixes=[FixSeen(label=fix.label, patch=list(fix.patch)) for fix in problem.fixes],
        )


class Judged(BaseModel):
    """A recipe without problems can be trained; advice would not stop it."""

    can_be_trained: bool
    problems: list[ProblemSeen]
    advice: list[ProblemSeen]

    @classmethod
    def of(cls, problems: tuple[Problem, ...], advice: tuple[Problem, ...]) -> "Judged":
        return cls(
            can_be_trained=not problems,
            problems=[ProblemSeen.of(each) for each in problems],
            advice=[ProblemSeen.of(each) for each in advice],
        )


class Expected(BaseModel):
    """What a training would take. `low_seconds` to `high_seconds` is where it most likely lies."""

    sentence: str
    basis: str
    steps: int
    seconds: float
    low_seconds: float
    high_seconds: float
    memory_bytes: float
    disk_bytes: float

    @classmethod
    def of(cls, found: Estimate) -> "Expected":
        return cls(
            sentence=found.sentence,
            basis=found.basis_sentence,
            steps=found.steps,
            seconds=found.seconds.value,
            low_seconds=found.seconds.low,
            high_seconds=found.seconds.high,
            memory_bytes=found.memory_bytes.value,
            disk_bytes=found.disk_bytes.value,
        )


class RunSeen(BaseModel):
    run_id: str
    name: str
    status: str
    phase: str | None
    percent: float | None
    eta_seconds: float | None
    problem: str | None
    model_id: str | None
    actions: list[str]
    base_model: str
    loss: str

    @classmethod
    def of(cls, run: RunOut) -> "RunSeen":
        problem = f"{run.problem.title}: {run.problem.detail}" if run.problem else None
        return cls(
            run_id=run.id,
            name=run.name,
            status=run.status,
            phase=run.phase,
            percent=run.progress.percent if run.progress else None,
            eta_seconds=run.progress.eta_seconds if run.progress else None,
            problem=problem,
            model_id=run.model_id,
            actions=list(run.actions),
            base_model=run.recipe.base_model,
            loss=run.recipe.loss.name,
        )


class RunsSeen(BaseModel):
    runs: list[RunSeen]


class FigureSeen(BaseModel):
    key: str
    steps: list[int]
    values: list[float]


class FiguresSeen(BaseModel):
    figures: list[FigureSeen]
    keys: list[str] = Field(description="All figures that this run has told so far.")


class LogSeen(BaseModel):
    lines: list[str]


class ModelSeen(BaseModel):
    """`verdict` is the sentence of the proof: better, worse, or how much would settle it."""

    model_id: str
    run_id: str
    name: str
    base_model: str
    verdict: str | None
    word: str | None
    metric: str | None
    before: float | None
    after: float | None
    interval_95: tuple[float, float] | None

    @classmethod
    def of(cls, model: ModelOut) -> "ModelSeen":
        proof = model.verdict
        return cls(
            model_id=model.id,
            run_id=model.run_id,
            name=model.name,
            base_model=model.base_model,
            verdict=proof.sentence if proof else None,
            word=proof.word if proof else None,
            metric=proof.metric if proof else None,
            before=proof.before if proof else None,
            after=proof.after if proof else None,
            interval_95=proof.ci95 if proof else None,
        )


class ModelsSeen(BaseModel):
    models: list[ModelSeen]


class Alike(BaseModel):
    """Cosine similarity of the source with each of the others, in their order."""

    tuned: list[float]
    base: list[float]


class RowsSeen(BaseModel):
    rows: list[dict[str, Any]]
