"""What a client asks of models."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from backend.models.card import CardWords
from backend.models.exported import Exported
from backend.models.lineage_schemas import Lineage
from backend.models.openai_schemas import EmbeddingsIn, EmbeddingsOut
from backend.models.schemas import (
    ExamplesOut,
    GuardIn,
    ModelFile,
    ModelOut,
    SeedOut,
    SimilarityIn,
    SimilarityOut,
)
from backend.models.seeing_schemas import MapOut, SearchIn, SearchOut, SeenOut
from backend.models.sizes.schemas import DEFAULT_MARGIN, ShrinkIn, SizesOut
from backend.proof.schemas import GuardOut
from backend.publishing.schemas import PublicationIn, PublicationOut
from backend.runs.schemas import FailureOut, JobOut
from backend.runs.states import JobStatus
from likewise.client.errors import Incompatible, JobFailed
from likewise.client.http import Http, refusal
from likewise.client.pages import Page, newest

TEXTS_AT_ONCE = 1_000

PREVIEW_SECONDS = 300.0
"""Gigabytes of weights are read once before the answer comes."""

LOOK_SECONDS = 1.0


class ModelMethods:
    """Models: list, look, try, take away, publish."""

    _http: Http

    def models(self, limit: int = 50) -> list[ModelOut]:
        """The newest models, newest first."""
        return newest(self._http, "models", Page[ModelOut], limit)

    def model(self, model_id: str) -> ModelOut:
        """One model with its verdict and figures before and after."""
        return self._http.ask("GET", f"models/{model_id}", ModelOut)

    def similarity(self, model_id: str, source: str, others: Sequence[str]) -> SimilarityOut:
        """Cosine similarity of `source` with each of `others`, by tuned and by base model."""
        body = SimilarityIn(source=source, others=list(others))
        return self._http.ask("POST", f"models/{model_id}/similarity", SimilarityOut, body=body)

    def open_prove(self, model_id: str) -> JobOut:
        """Have a model judged that was trained with *prove* closed."""
        return self._http.ask("POST", f"models/{model_id}/prove", JobOut)

    def examples(self, model_id: str, most: int = 10) -> ExamplesOut:
        """What it now does better than its base model, and what worse."""
        params = {"most": most}
        return self._http.ask("GET", f"models/{model_id}/examples", ExamplesOut, params=params)

    def seeds(self, model_id: str) -> list[SeedOut]:
        """What became of its recipe with other seeds."""
        return self._http.ask("GET", f"models/{model_id}/seeds", list[SeedOut])

    def guard_model(self, model_id: str, sets: Sequence[str] = ()) -> JobOut:
        """Have it and its base measured on general sets; by default on the usual ones."""
        body = GuardIn(sets=list(sets))
        return self._http.ask("POST", f"models/{model_id}/guard", JobOut, body=body)

    def guard(self, model_id: str) -> GuardOut:
        """What the newest look at the general sets has found."""
        return self._http.ask("GET", f"models/{model_id}/guard", GuardOut)

    def blend_model(self, model_id: str) -> JobOut:
        """Have a model made between it and its base; the job's result names it."""
        return self._http.ask("POST", f"models/{model_id}/blend", JobOut)

    def measure_sizes(self, model_id: str) -> JobOut:
        """Have a model measured at smaller sizes; ask the job how far it is."""
        return self._http.ask("POST", f"models/{model_id}/sizes", JobOut)

    def sizes(self, model_id: str, margin: float = DEFAULT_MARGIN) -> SizesOut:
        """What each size costs, and the smallest that surely loses less than `margin`."""
        return self._http.ask(
            "GET", f"models/{model_id}/sizes", SizesOut, params={"margin": margin}
        )

    def shrink_model(self, model_id: str, size: ShrinkIn) -> JobOut:
        """Make a size that was measured a model of its own; the job's result names it."""
        return self._http.ask("POST", f"models/{model_id}/smaller", JobOut, body=size)

    def look_at_texts(self, model_id: str) -> JobOut:
        """Have base and tuned model embed the texts of its data, for `seen`, `seen_map` and
        `search`; those are there once the job has succeeded."""
        return self._http.ask("POST", f"models/{model_id}/seen", JobOut)

    def seen(self, model_id: str, most: int = 10) -> SeenOut:
        """How the nearest neighbours of your texts changed, with the `most` that changed most."""
        return self._http.ask("GET", f"models/{model_id}/seen", SeenOut, params={"most": most})

    def seen_map(self, model_id: str, by: str | None = None, most: int = 1_500) -> MapOut:
        """Your texts on two maps, before and after; `by` names what groups them."""
        params = {"most": most} if by is None else {"most": most, "by": by}
        return self._http.ask("GET", f"models/{model_id}/seen/map", MapOut, params=params)

    def search(self, model_id: str, query: str, most: int = 10) -> SearchOut:
        """What base and tuned model find among your texts, best first."""
        body = SearchIn(query=query, most=most)
        return self._http.ask("POST", f"models/{model_id}/search", SearchOut, body=body)

    def change_model(self, model_id: str, **changes: Any) -> ModelOut:
        """Another `name`, or other `tags`."""
        return self._http.ask("PATCH", f"models/{model_id}", ModelOut, body=changes)

    def delete_model(self, model_id: str) -> None:
        """With its files; ApiError where another was trained from it."""
        self._http.tell("DELETE", f"models/{model_id}")

    def model_files(self, model_id: str) -> list[ModelFile]:
        return self._http.ask("GET", f"models/{model_id}/files", list[ModelFile])

    def model_card(self, model_id: str) -> str:
        """Its card, as Markdown."""
        answer = self._http.send("GET", f"models/{model_id}/card")
        if not answer.is_success:
            raise refusal(self._http.url, answer)
        return answer.text

    def model_lineage(self, model_id: str) -> Lineage:
        """Where it came from, and what came from it."""
        return self._http.ask("GET", f"models/{model_id}/lineage", Lineage)

    def write_card_words(self, model_id: str, words: str) -> str:
        """Say something above the generated card, in Markdown; empty for nothing."""
        body = CardWords(words=words)
        return self._http.ask("PUT", f"models/{model_id}/card/words", CardWords, body=body).words

    def export_model(self, model_id: str) -> Exported:
        """Export it to ONNX; returns when it is there.

        Raises JobFailed with the reason where this worker or this architecture can't.
        """
        job = self._http.ask("POST", f"models/{model_id}/export", JobOut)
        while not job.status.is_ended:
            time.sleep(LOOK_SECONDS)
            job = self._http.ask("GET", f"jobs/{job.id}", JobOut)
        if job.status is not JobStatus.SUCCEEDED:
            why = job.problem or FailureOut(code="none", title="No export", detail=job.status)
            raise JobFailed(job.id, why.title, why.detail)
        return self.model_export(model_id)

    def model_export(self, model_id: str) -> Exported:
        """The graphs of the last export, each with how it compared; ApiError where there is none."""
        return self._http.ask("GET", f"models/{model_id}/export", Exported)

    def download_export(self, model_id: str, place: str | Path) -> Path:
        """The model's folder with its graphs as a zip at `place`; in a folder, under its id."""
        path = Path(place)
        path = path / f"{model_id}-onnx.zip" if path.is_dir() else path
        self._http.download(f"models/{model_id}/export/archive", path)
        return path

    def download_model(self, model_id: str, place: str | Path) -> Path:
        """The model's folder as a zip at `place`; in a folder, under the model's id."""
        path = Path(place)
        path = path / f"{model_id}.zip" if path.is_dir() else path
        self._http.download(f"models/{model_id}/archive", path)
        return path

    def preview_publication(
        self,
        model_id: str,
        repo: str,
        license: str,
        languages: Sequence[str],
        *,
        private: bool = True,
        as_pull_request: bool = False,
        with_samples: bool = False,
    ) -> PublicationOut:
        """What would leave for the Hub, to the byte. Nothing leaves before `publish`."""
        body = PublicationIn(
            repo=repo,
            license=license,
            languages=list(languages),
            private=private,
            as_pull_request=as_pull_request,
            with_samples=with_samples,
        )
        return self._http.ask(
            "POST",
            f"models/{model_id}/publications",
            PublicationOut,
            body=body,
            read_seconds=PREVIEW_SECONDS,
        )

    def publications(self, model_id: str, limit: int = 50) -> list[PublicationOut]:
        """What was previewed and published of a model, newest first."""
        place = f"models/{model_id}/publications"
        return newest(self._http, place, Page[PublicationOut], limit)

    def publication(self, publication_id: str) -> PublicationOut:
        return self._http.ask("GET", f"publications/{publication_id}", PublicationOut)

    def publication_card(self, publication_id: str) -> str:
        """The card as it will lie on the Hub, as Markdown."""
        answer = self._http.send("GET", f"publications/{publication_id}/card")
        if not answer.is_success:
            raise refusal(self._http.url, answer)
        return answer.text

    def publish(self, publication_id: str) -> PublicationOut:
        """Send exactly what was previewed; returns when it lies on the Hub and was compared.

        Raises JobFailed with the reason where it couldn't be; publish again and it goes on.
        """
        place = f"publications/{publication_id}"
        found = self._http.ask(
            "POST", f"{place}/publish", PublicationOut, read_seconds=PREVIEW_SECONDS
        )
        while found.job is not None and not found.job.status.is_ended:
            time.sleep(LOOK_SECONDS)
            found = self._http.ask("GET", place, PublicationOut)
        if found.commit is None:
            why = found.job.problem if found.job else None
            title = why.title if why else "It was not published"
            raise JobFailed(str(found.job_id), title, why.detail if why else found.status)
        return found

    def embed(
        self,
        model_id: str,
        texts: Sequence[str],
        dimensions: int | None = None,
        prompt_name: str | None = None,
    ) -> list[list[float]]:
        """One embedding a text, in their order, by a model or a base model of the catalogue."""
        found: list[list[float]] = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            body = EmbeddingsIn(
                model=model_id,
                input=list(texts[start : start + TEXTS_AT_ONCE]),
                dimensions=dimensions,
                prompt_name=prompt_name,
            )
            answer = self._http.ask(
                "POST", f"{self._http.url}/v1/embeddings", EmbeddingsOut, body=body
            )
            for item in answer.data:
                if isinstance(item.embedding, str):
                    raise Incompatible(self._http.url, "base64 came where floats were asked for")
                found.append(item.embedding)
        return found
