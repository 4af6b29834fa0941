"""Repairs that a studio offers, applied to a recipe."""

from collections.abc import Mapping
from typing import Any

import jsonpatch

from backend.problems import Fix


def apply_fix(recipe: Mapping[str, Any], fix: Fix) -> dict[str, Any]:
    """A copy of `recipe` with the repair in it.

    Raises jsonpatch.JsonPatchException where the recipe isn't the one that the fix was offered for.
    """
    mended: dict[str, Any] = jsonpatch.apply_patch(dict(recipe), list(fix.patch))
    return mended
