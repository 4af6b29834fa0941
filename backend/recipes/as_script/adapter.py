"""The adapter of a recipe in the words of peft: put on before the training, merged after it."""

from backend.recipes.as_script.code import call, quoted
from backend.recipes.schemas import Recipe

PACKAGE = "peft"

_MERGED = """\
# What the adapter learned is added to the weights beneath: from here on it is a plain model.
model.save_pretrained(str(HERE / "adapter"))
adapted = PeftModel.from_pretrained(base_model()[0].model, str(HERE / "adapter"))
model[0].model = adapted.merge_and_unload()
"""


def imports(recipe: Recipe) -> list[str]:
    return ["from peft import LoraConfig, PeftModel"] if recipe.lora else []


def added_code(recipe: Recipe) -> str:
    """The lines that put it on; empty where the recipe has none."""
    if recipe.lora is None:
        return ""
    given = {
        name: quoted(value) if isinstance(value, str) else repr(value)
        for name, value in recipe.lora.as_peft_has_it.items()
    }
    return f"set_seed(SEED)\nmodel.add_adapter({call('LoraConfig', **given)})\n"


def merged_code(recipe: Recipe) -> str:
    return _MERGED if recipe.lora else ""
