"""LoRA: a small adapter is trained beside the transformer's weights, which rest, and in the end it is
added to them. What is judged, saved and published is a plain model.

What stands beside the transformer, such as a Dense module or the loss's own weights, is trained as
ever. Source: Hu et al. 2021, arXiv 2106.09685.
"""

from transformers import set_seed
from transformers.utils.import_utils import is_peft_available

from backend.recipes.lora_problems import lora_advice
from backend.recipes.schemas import Recipe
from worker.engine.model import SentenceTransformer
from worker.jobs.ending import Refused
from worker.jobs.report import Report

INSTALL = "pip install 'likewise[lora]'"


def demand(recipe: Recipe) -> None:
    """Raises Refused where this worker lacks the package that adapters need."""
    if recipe.lora is not None and not is_peft_available():
        raise Refused(
            "no_peft",
            "This worker can't train with LoRA",
            f"Adapters need the package peft. Install it where the worker runs ({INSTALL}) and start "
            "the worker again, or leave lora out of the recipe: then all weights are trained.",
        )


def demand_place(recipe: Recipe, model: SentenceTransformer) -> None:
    """Raises Refused for a base model that can have no adapter: one without a transformer."""
    if recipe.lora is not None and not model.has_peft_compatible_model():
        raise Refused(
            "no_place_for_an_adapter",
            "This base model can't be trained with LoRA",
            f"{recipe.base_model} has no transformer, as models of static embeddings have none, and "
            "adapters belong to one. Leave lora out of the recipe, or choose another base model.",
        )


def put_on(recipe: Recipe, model: SentenceTransformer, report: Report) -> None:
    """Put the recipe's adapter on the model, if it has one. It begins at nothing: the vectors stay
    those of the base model. What it begins with is drawn by the recipe's seed alone.

    Raises Refused where the transformer has no layer for it.
    """
    if recipe.lora is None:
        return
    from peft import LoraConfig

    if getattr(model.transformers_model, "peft_config", None):
        model.merge_adapters()  # the base model's own, which has no part in this training
    set_seed(recipe.seed)
    try:
        model.add_adapter(LoraConfig(**recipe.lora.as_peft_has_it))
    except ValueError as error:
        raise Refused(
            "unusable_lora", "This base model can't be trained with LoRA", str(error)
        ) from error
    _tell(recipe, model, report)


def merge(recipe: Recipe, model: SentenceTransformer) -> None:
    """Add what the adapter has learned to the weights beneath, if there is one."""
    if recipe.lora is None:
        return
    model.merge_adapters()
    model.model_card_data.adapter = (
        f"{recipe.lora.in_words}, of all linear layers; merged into the weights"
    )


def _tell(recipe: Recipe, model: SentenceTransformer, report: Report) -> None:
    assert recipe.lora is not None
    sizes = [(each.numel(), each.requires_grad) for each in model.parameters()]
    trained, whole = sum(n for n, is_trained in sizes if is_trained), sum(n for n, _ in sizes)
    report.log(
        f"{recipe.lora.in_words}: {trained:,} weights are trained, beside {whole - trained:,} that rest"
    )
    for each in lora_advice(recipe):
        report.log(f"{each.title}. {each.detail}", level="warning")
