"""What a studio refuses, as a person reads it, and its repairs."""

from backend.problems import Fix, Pointer, Problem
from backend.web.problem_details import details
from likewise.cli.exits import Exit
from likewise.cli.failures import exit_of
from likewise.client import ApiError, Unreachable, apply_fix

USE_ANOTHER = Fix(
    label="Use MultipleNegativesRankingLoss",
    patch=({"op": "replace", "path": "/loss/name", "value": "MultipleNegativesRankingLoss"},),
)
MAP_A_SCORE = Fix(
    label="Take 'grade' as the score",
    patch=({"op": "add", "path": "/datasets/0/mapping/label", "value": "grade"},),
)
PROBLEMS = (
    Problem(
        code="needs_label",
        title="This loss can't use these columns",
        detail="CoSENTLoss needs a score.",
        at=Pointer("/loss/name"),
        fixes=(USE_ANOTHER, MAP_A_SCORE),
    ),
    Problem(
        code="unknown_field",
        title="There is no such field",
        detail="A recipe has no field /sede.",
        at=Pointer("/sede"),
        fixes=(Fix(label="Remove /sede", patch=({"op": "remove", "path": "/sede"},)),),
    ),
)


def refused() -> ApiError:
    return ApiError.of(422, details(422, PROBLEMS).model_dump())


def test_every_problem_is_told_with_its_place_and_numbered_fixes() -> None:
    assert str(refused()).splitlines() == [
        "This loss can't use these columns",
        "  /loss/name: CoSENTLoss needs a score.",
        "    fix 1: Use MultipleNegativesRankingLoss",
        "    fix 2: Take 'grade' as the score",
        "  /sede: A recipe has no field /sede.",
        "    fix 3: Remove /sede",
    ]


def test_the_numbers_are_those_of_the_list_of_fixes() -> None:
    assert [fix.label for fix in refused().fixes] == [
        "Use MultipleNegativesRankingLoss",
        "Take 'grade' as the score",
        "Remove /sede",
    ]


def test_a_fix_mends_a_copy() -> None:
    recipe = {"loss": {"name": "CoSENTLoss"}, "seed": 1}
    assert apply_fix(recipe, USE_ANOTHER)["loss"]["name"] == "MultipleNegativesRankingLoss"
    assert recipe["loss"] == {"name": "CoSENTLoss"}


def test_problem_details_survive_the_way_there_and_back() -> None:
    assert ApiError.of(422, refused().details()).problems == PROBLEMS


def test_scripts_can_tell_refused_from_not_found_from_unreachable() -> None:
    missing = ApiError.of(404, {"title": "No such run", "code": "not_found"})
    assert [exit_of(e) for e in (refused(), missing, Unreachable("http://x", "refused"))] == [
        Exit.REFUSED,
        Exit.NOT_FOUND,
        Exit.UNREACHABLE,
    ]
