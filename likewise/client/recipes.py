"""What a client asks of recipes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from backend.cookbook.schemas import KeptRecipeIn, KeptRecipeOut
from backend.problems import Problem
from backend.recipes.estimate.estimate import Estimate
from backend.recipes.schemas import Recipe
from backend.runs.schemas import JudgementOut
from likewise.client.errors import ApiError, problems_of
from likewise.client.http import Http, refusal
from likewise.client.pages import Page, newest


class RecipeMethods:
    """Is a recipe sound; and those that are kept under a name."""

    _http: Http

    def validate(self, recipe: Recipe | Mapping[str, Any]) -> tuple[Problem, ...]:
        """Everything that is wrong with a recipe, at once; empty where it can be trained."""
        return problems_of([each.model_dump() for each in self._judged(recipe).problems])

    def advise(self, recipe: Recipe | Mapping[str, Any]) -> tuple[Problem, ...]:
        """What would not stop its training, and is worth a thought before it."""
        return problems_of([each.model_dump() for each in self._judged(recipe).advice])

    def _judged(self, recipe: Recipe | Mapping[str, Any]) -> JudgementOut:
        body = {"recipe": plain(recipe)}
        return self._http.ask("POST", "recipes/validate", JudgementOut, body=body)

    def estimate(self, recipe: Recipe | Mapping[str, Any], hosts: int = 1) -> Estimate:
        """What training it would take: seconds, memory and disk, each with a range.

        Raises ApiError with its problems where it can't be trained.
        """
        body = {"recipe": plain(recipe), "hosts": hosts}
        return self._http.ask("POST", "recipes/estimate", Estimate, body=body)

    def keep_recipe(self, name: str, recipe: Recipe | Mapping[str, Any]) -> KeptRecipeOut:
        """Keep a recipe under a name, sound or not yet."""
        body = KeptRecipeIn(name=name, recipe=plain(recipe))
        return self._http.ask("POST", "recipes", KeptRecipeOut, body=body)

    def kept_recipes(self, limit: int = 50) -> list[KeptRecipeOut]:
        """The newest kept recipes, newest first."""
        return newest(self._http, "recipes", Page[KeptRecipeOut], limit)

    def kept_recipe(self, recipe_id: str) -> KeptRecipeOut:
        return self._http.ask("GET", f"recipes/{recipe_id}", KeptRecipeOut)

    def replace_recipe(
        self, kept: KeptRecipeOut, recipe: Recipe | Mapping[str, Any], name: str | None = None
    ) -> KeptRecipeOut:
        """Put another recipe in the place of `kept`, as it was when you got it.

        Raises ApiError with status 412 where somebody has changed it since.
        """
        place = f"recipes/{kept.id}"
        now = self._http.send("GET", place)
        if not now.is_success:
            raise refusal(self._http.url, now)
        if self._http.read(now, KeptRecipeOut).revision != kept.revision:
            problem = Problem(
                code="changed_meanwhile",
                title="This was changed since you looked",
                detail="Get it again, and apply your change to what it is now.",
            )
            status = HTTPStatus.PRECONDITION_FAILED
            raise ApiError(status, problem.code, problem.title, (problem,))
        tag = now.headers.get("ETag")
        changed = self._http.send(
            "PUT",
            place,
            body=KeptRecipeIn(name=name or kept.name, recipe=plain(recipe)),
            headers={"If-Match": tag} if tag else {},
        )
        if not changed.is_success:
            raise refusal(self._http.url, changed)
        return self._http.read(changed, KeptRecipeOut)

    def delete_recipe(self, recipe_id: str) -> None:
        """Runs keep the recipe that they were started with."""
        self._http.tell("DELETE", f"recipes/{recipe_id}")


def plain(recipe: Recipe | Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as JSON's own values; a mapping is sent as it is, for the studio to judge."""
    if isinstance(recipe, Recipe):
        return recipe.model_dump(mode="json")
    values: dict[str, Any] = TypeAdapter(dict[str, Any]).dump_python(dict(recipe), mode="json")
    return values
