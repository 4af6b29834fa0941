"""What an author says of a model, and what was noted of its training while it went on."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from worker.engine.card import widget
from worker.engine.card.datasets import describe
from worker.engine.card.facts import Evaluation, Judge, LogLine, Settings, Training
from worker.engine.card.losses import all_of

logger = logging.getLogger(__name__)

IR_COLUMNS = frozenset({"query", "question"})
IR_PROMPTS = ("query", "document", "passage", "corpus")
IR_EVALUATORS = frozenset({"InformationRetrievalEvaluator", "NanoBEIREvaluator"})


@dataclass
class SentenceTransformerModelCardData:
    """What the model card says. Nothing here asks the Hub anything: what an author says stands.

    `train_datasets` and `eval_datasets` are dicts with name, id, or both. `generate_widget_examples`
    lets the card run its own usage example and print the numbers. Rows of the training data, as
    examples or in the Hub's widget, appear only with `allow_training_rows`.
    `proof` is the comparison with the base model on data that no choice has seen: metric, before,
    after, difference, ci95 (low, high), queries, verdict; it heads the card. `served` says how the
    saved model compared with the one that was measured. `adapter` says which adapter it was
    trained by, where it was.
    """

    language: str | list[str] | None = field(default_factory=list)
    license: str | None = None
    model_name: str | None = None
    model_id: str | None = None
    train_datasets: list[dict[str, str]] = field(default_factory=list)
    eval_datasets: list[dict[str, str]] = field(default_factory=list)
    task_name: str = (
        "semantic textual similarity, semantic search, paraphrase mining, classification, "
        "clustering, and more"
    )
    tags: list[str] = field(
        default_factory=lambda: [
            "sentence-transformers",
            "sentence-similarity",
            "feature-extraction",
            "dense",
        ]
    )
    local_files_only: bool = False
    generate_widget_examples: bool = True
    allow_training_rows: bool = field(default=False, kw_only=True)
    proof: dict[str, Any] | None = field(default=None, kw_only=True)
    served: str | None = field(default=None, kw_only=True)
    adapter: str | None = field(default=None, kw_only=True)

    base_model: str | None = field(default=None, init=False)
    base_model_revision: str | None = field(default=None, init=False)
    base_readme: str | None = field(default=None, init=False, repr=False)
    ir_model: bool | None = field(default=None, init=False)
    training: Training | None = field(default=None, init=False)
    evaluations: dict[Any, Evaluation] = field(default_factory=dict, init=False)
    log: list[LogLine] = field(default_factory=list, init=False)
    best_model_step: int | None = field(default=None, init=False)
    widget: list[dict[str, Any]] = field(default_factory=list, init=False)
    usage_examples: list[str] = field(default_factory=list, init=False)
    co2_eq_emissions: dict[str, Any] | None = field(default=None, init=False)
    training_seconds: float | None = field(default=None, init=False)
    evaluation_seconds: float = field(default=0.0, init=False)
    model: Any = field(default=None, init=False, repr=False, compare=False)
    _began: float | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.set_language(self.language or [])
        if self.model_id and self.model_id.count("/") != 1:
            logger.warning("model_id %r isn't owner/name; it is left out", self.model_id)
            self.model_id = None

    @property
    def languages(self) -> list[str]:
        """`language` as a list, whichever way it was set."""
        return [self.language] if isinstance(self.language, str) else list(self.language or [])

    # ---- what an author says

    def set_language(self, language: str | list[str]) -> None:
        """Say which languages the model was made for, as codes: "en", or ["en", "de"]."""
        self.language = [language] if isinstance(language, str) else list(language)

    def set_license(self, license: str) -> None:
        """Say under which licence the model stands, by the Hub's name for it."""
        self.license = license

    def add_tags(self, tags: str | Sequence[str]) -> None:
        """Add tags that aren't there yet."""
        for tag in [tags] if isinstance(tags, str) else tags:
            if tag not in self.tags:
                self.tags.append(tag)

    def set_model_id(self, model_id: str) -> None:
        """Say where on the Hub the model lies."""
        self.model_id = model_id

    def name_it(self, name: str) -> None:
        """Take `name` for the model's id if it is "owner/name", else for what people call it."""
        if name.count("/") == 1:
            self.model_id = self.model_id or name
        else:
            self.model_name = name

    def set_base_model(self, model_id: str, revision: str | None = None) -> bool:
        """Say which model of the Hub this one was made from; always True."""
        self.base_model, self.base_model_revision = model_id, revision
        return True

    def set_widget_examples(self, dataset: Any) -> None:
        """Take rows of `dataset` for the Hub's widget; nothing unless `allow_training_rows`."""
        if not self.allow_training_rows:
            return
        try:
            self.widget, self.usage_examples = widget.examples(dataset)
        except Exception as problem:  # a dataset's own transform may fail in any way
            logger.warning("the card has no widget: %s", type(problem).__name__)

    # ---- what happened

    def register_model(self, model: Any) -> None:
        """Take `model` for the one that the card is about."""
        self.model = model
        prompts = getattr(model, "prompts", {})
        has_routes = any(type(module).__name__ == "Router" for module in model)
        if has_routes or any(prompts.get(name) for name in IR_PROMPTS):
            self.ir_model = True

    def remember_base(self, name: str, revision: str | None, readme: str | None) -> None:
        """Note where the model came from. A path of this machine is told by its last part only."""
        self.base_model = Path(name).name if Path(name).exists() else name
        self.base_model_revision = revision
        self.base_readme = readme

    def remember_training(
        self,
        *,
        train: Mapping[str, Any],
        evaluation: Mapping[str, Any],
        losses: Mapping[str, Any],
        arguments: Settings,
    ) -> None:
        """Note what a training learns from: losses and datasets by name, "" where there is one."""
        try:
            self.training = self._described(train, evaluation, losses, arguments)
        except Exception:  # somebody's own loss or arguments may fail in any way
            logger.exception("the card can't tell of this training")
            return
        if any(IR_COLUMNS & set(dataset.columns) for dataset in self.training.train):
            self.ir_model = True
        for dataset in (*evaluation.values(), *train.values()):
            if not self.widget:
                self.set_widget_examples(dataset)

    def _described(
        self,
        train: Mapping[str, Any],
        evaluation: Mapping[str, Any],
        losses: Mapping[str, Any],
        arguments: Settings,
    ) -> Training:
        count = None if self.model is None else widget.token_counter(self.model)
        every = losses.get("", next(iter(losses.values()), None))

        def facts(datasets: Mapping[str, Any], told: list[dict[str, str]]) -> Any:
            said = told if len(told) == len(datasets) else [{}] * len(datasets)
            rows = self.allow_training_rows
            for (name, dataset), words in zip(datasets.items(), said, strict=True):
                yield describe(dataset, name, losses.get(name, every), words, count, rows)

        return Training(
            train=tuple(facts(train, self.train_datasets)),
            evaluation=tuple(facts(evaluation, self.eval_datasets)),
            losses=all_of(losses.values()),
            arguments=arguments.to_dict(),
            changed=arguments.changed(),
        )

    def remember_log(self, epoch: float, step: int, values: Mapping[str, Any]) -> None:
        """Note the losses of one line of the training's log, and how long judging took."""
        kept = {
            k: float(v)
            for k, v in values.items()
            if k == "loss" or (k.endswith("_loss") and k != "train_loss")  # that is their mean
        }
        if kept:
            self._line(epoch, step, kept)
        self.evaluation_seconds += sum(
            float(v) for k, v in values.items() if k.startswith("eval_") and k.endswith("_runtime")
        )

    def remember_evaluation(
        self, judge: Judge, metrics: Mapping[str, Any], epoch: float = 0, step: int = 0
    ) -> None:
        """Note what an evaluator found; the last time it ran counts."""
        primary = judge.primary_metric or next(iter(metrics), None)
        settings = judge.get_config_dict() if hasattr(judge, "get_config_dict") else {}
        kinds = {cls.__name__ for cls in type(judge).__mro__}
        if self.ir_model is None and kinds & IR_EVALUATORS:
            self.ir_model = True
        key = (type(judge).__name__, judge.name, repr(settings))
        self.evaluations[key] = Evaluation(
            judge.description, judge.name, primary, dict(metrics), type(judge).__name__, settings
        )
        if step >= 0 and isinstance(metrics.get(primary or ""), (int, float)):
            self._line(epoch, step, {str(primary): metrics[str(primary)]})

    set_evaluation_metrics = remember_evaluation

    def set_best_model_step(self, step: int) -> None:
        """Say which step's weights the model has."""
        self.best_model_step = step

    def begin(self) -> None:
        """Note that training begins now."""
        self._began, self.evaluation_seconds = time.monotonic(), 0.0

    def end(self) -> None:
        """Note that training has ended."""
        self.tick()
        self._began = None

    def tick(self) -> None:
        """Note how long training has gone on."""
        if self._began is not None:
            self.training_seconds = time.monotonic() - self._began

    def _line(self, epoch: float, step: int, values: Mapping[str, float]) -> None:
        if self.log and self.log[-1].step == step:
            values = {**self.log.pop().values, **values}
        self.log.append(LogLine(epoch, step, values))
