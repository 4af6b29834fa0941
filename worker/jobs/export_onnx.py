"""`python -m worker.jobs.export_onnx FOLDER`: a model as ONNX graphs, each loaded again."""

import sys
from pathlib import Path
from typing import Literal

from backend.models.exported import Exported, ExportedFile
from backend.proof.schemas import Served
from backend.runs.states import Phase
from worker.engine.model import SentenceTransformer
from worker.engine.onnx import exporting
from worker.jobs import ending, served
from worker.jobs.ending import Refused
from worker.jobs.folder import EXPORT_FILES, JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.loaded_again import LoadedAgain
from worker.jobs.model_order import ModelOrder
from worker.jobs.questions import Questions, questions_of
from worker.jobs.report import Report
from worker.jobs.served import Tolerance

OF_A_GRAPH = Tolerance(vectors=1e-4, metric=1e-3)
"""The same 32-bit floats in another order: 3e-6 was seen."""

OF_EIGHT_BITS = Tolerance(vectors=1.0, metric=0.01)
"""Rounded weights give other vectors; what matters is whether they find the same."""


def work(folder: JobFolder) -> None:
    """Raises Refused where this worker or this model can't, or where the graph differs."""
    demand_packages(exporting.missing())
    order = ModelOrder.model_validate(folder.job())
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    model = SentenceTransformer(str(order.model_folder), device="cpu", local_files_only=True)
    demand_transformer(model)
    questions = questions_of(order, model)
    files = folder.result / EXPORT_FILES
    files.mkdir()

    report.phase(Phase.SAVING)
    report.progress(phase=Phase.SAVING.value, percent=20.0)
    report.log("writing the graph")
    _export(model, files)
    report.log("rounding its weights to 8 bits")
    exporting.make_smaller(files)

    report.phase(Phase.EVALUATING)
    report.progress(phase=Phase.EVALUATING.value, percent=50.0)
    full = _served(order, model, questions, files / exporting.FULL, OF_A_GRAPH)
    report.log(full.sentence)
    demand_same(full)
    report.progress(phase=Phase.EVALUATING.value, percent=75.0)
    small = rounded(_served(order, model, questions, files / exporting.EIGHT_BITS, OF_EIGHT_BITS))
    report.log(small.sentence)
    made = Exported(
        files=[
            _file(files, exporting.FULL, "float32", full),
            _file(files, exporting.EIGHT_BITS, "int8", small),
        ],
        size_bytes=sum(path.stat().st_size for path in files.rglob("*") if path.is_file()),
    )
    (folder.result / "result.json").write_text(made.model_dump_json(), encoding="utf-8")
    report.progress(phase=Phase.SAVING.value, percent=100.0, eta_seconds=0.0)


def demand_packages(missing: list[str]) -> None:
    if missing:
        raise Refused(
            "no_onnx",
            "This worker can't export to ONNX",
            f"It lacks {', '.join(missing)}. Whoever runs the studio installs them with the extra "
            "`onnx` where its workers are: pip install 'likewise[onnx]'.",
        )


def demand_transformer(model: SentenceTransformer) -> None:
    if not exporting.can_be_exported(model):
        raise Refused(
            "no_transformer",
            "This model has no graph to export",
            f"It begins with {type(model[0]).__name__}; only a transformer is exported to ONNX. "
            "Download the model as it is: sentence-transformers loads it.",
        )


def demand_same(served_by_graph: Served) -> None:
    if not served_by_graph.is_same:
        raise Refused(
            "export_differs",
            "The exported graph differs from the model",
            f"{served_by_graph.sentence} So the export was not kept. This architecture does not "
            "survive it with the versions of transformers and onnxruntime that are installed here.",
        )


def rounded(found: Served) -> Served:
    """The outcome for weights of 8 bits, whose vectors are meant to differ."""
    if found.largest_gap is None or found.measured is None or found.again is None:
        return found
    return found.model_copy(
        update={
            "sentence": f"Loaded again by a process of its own, its vectors of {found.texts} texts "
            f"differ by up to {found.largest_gap:.2g}; its {found.metric} is {found.again:.4f}, "
            f"the model's {found.measured:.4f}."
        }
    )


def _export(model: SentenceTransformer, files: Path) -> None:
    """What can't be traced fails in as many ways as there are architectures."""
    try:
        exporting.export(model, files)
    except Exception as error:
        raise Refused(
            "cannot_export",
            "This architecture can't be exported to ONNX",
            f"transformers says: {str(error).splitlines()[0] if str(error) else repr(error)}",
        ) from error


def _served(
    order: ModelOrder,
    model: SentenceTransformer,
    questions: Questions,
    graph: Path,
    tolerance: Tolerance,
) -> Served:
    prompts = served.prompts_in(questions.asked)
    with LoadedAgain(order.model_folder, "cpu", prompts, graph) as stranger:
        return served.served_as_measured(
            order.model_folder, model, questions.asked, questions.measured, stranger, tolerance
        )


def _file(
    files: Path, name: str, weights: Literal["float32", "int8"], found: Served
) -> ExportedFile:
    size = sum(path.stat().st_size for path in (files / name).parent.glob(f"{Path(name).name}*"))
    return ExportedFile(name=name, size_bytes=size, weights=weights, served=found)


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: work(folder))


if __name__ == "__main__":
    sys.exit(main())
