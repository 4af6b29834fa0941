"""A recipe's arguments as those of sentence-transformers' trainer."""

from backend.recipes.as_script.code import quoted
from backend.recipes.losses import sampler_of
from backend.recipes.often import KEPT_CHECKPOINTS, LINES_A_TRAINING, TIMES_A_TRAINING
from backend.recipes.schemas import AS_THE_TRAINER_HAS_THEM, Arguments, Recipe

SAMPLER_OF_EACH = '''
def sampler_of_each(dataset, **settings):
    """Each dataset is put into batches as suits its loss, and draws apart from the others."""
    same = [name for name, one in train.items() if one.data.table is dataset.data.table]
    kind = SAMPLERS[same[0]]
    if kind is sampler.DefaultBatchSampler:
        dataset = RandomSampler(dataset, generator=settings["generator"])
    else:
        settings["generator"] = torch.Generator()  # it seeds it itself, which others must not see
    return kind(dataset, **settings)
'''

_CLASSES = {
    "batch_sampler": "sampler.DefaultBatchSampler",
    "no_duplicates": "sampler.NoDuplicatesBatchSampler",
    "no_duplicates_hashed": "sampler.NoDuplicatesBatchSampler",
    "group_by_label": "sampler.GroupByLabelBatchSampler",
}


def arguments_code(recipe: Recipe, *, has_prompts: bool) -> dict[str, str]:
    """By name, as expressions."""
    asked = recipe.arguments
    unsaid = Arguments().model_dump(include={"optim", "adam_beta1", "adam_beta2", "adam_epsilon"})
    plain = {
        name: value
        for name, value in asked.model_dump(include=AS_THE_TRAINER_HAS_THEM).items()
        if name not in unsaid or value != unsaid[name]
    }
    values = {
        "output_dir": 'str(HERE / "checkpoints")',
        **{name: _literal(plain[name]) for name in plain},
        "warmup_steps": f"{asked.warmup_ratio!r}",
        "max_steps": repr(asked.max_steps or -1),
        **_order(recipe),
        "seed": repr(recipe.seed),
        "logging_steps": _share(asked.logging_steps, LINES_A_TRAINING),
        "logging_first_step": "True",
        "logging_nan_inf_filter": "False",
        "save_strategy": '"steps"',
        "save_total_limit": repr(KEPT_CHECKPOINTS),
        "report_to": '"none"',
    }
    if asked.tf32:
        values["tf32"] = "True"
    if has_prompts:
        values["prompts"] = (
            "PROMPTS" if len(recipe.datasets) > 1 else "next(iter(PROMPTS.values()))"
        )
    return values


def best_code(recipe: Recipe) -> dict[str, str]:
    """What lets the best checkpoint by the first of `choosing` become the model."""
    every = _share(recipe.arguments.eval_steps, TIMES_A_TRAINING)
    return {
        "eval_strategy": '"steps"',
        "eval_steps": every,
        "save_steps": every,
        "load_best_model_at_end": "True",
        "metric_for_best_model": '"eval_" + choosing[0].primary_metric',
        "greater_is_better": "True",
    }


def saving_code(recipe: Recipe) -> dict[str, str]:
    """Where there is nothing to choose by."""
    asked = recipe.arguments
    return {"save_steps": _share(asked.save_steps or asked.eval_steps, TIMES_A_TRAINING)}


def samplers_of(recipe: Recipe) -> dict[str, str]:
    """The sampler of each dataset, by name: the one that is asked for, else what suits its loss."""
    asked = recipe.arguments.batch_sampler
    named = zip(recipe.dataset_names, recipe.datasets, strict=True)
    return {name: asked or sampler_of(recipe.loss_of(use)) for name, use in named}


def sampler_classes(recipe: Recipe) -> dict[str, str] | None:
    """Their classes; None where one name will do for all. Samplers of several datasets that draw
    from one generator, as the library's do, would disturb each other."""
    names = samplers_of(recipe)
    if len(names) == 1 or set(names.values()) == {"batch_sampler"}:
        return None
    return {dataset: _CLASSES[name] for dataset, name in names.items()}


def has_weights(recipe: Recipe) -> bool:
    return len({use.weight for use in recipe.datasets}) > 1


def _order(recipe: Recipe) -> dict[str, str]:
    one = next(iter(samplers_of(recipe).values()))
    batches = "sampler_of_each" if sampler_classes(recipe) else quoted(one)
    if len(recipe.datasets) == 1:
        return {"batch_sampler": batches}
    turns = "proportional" if has_weights(recipe) else recipe.arguments.multi_dataset_batch_sampler
    return {"batch_sampler": batches, "multi_dataset_batch_sampler": quoted(turns)}


def _literal(value: object) -> str:
    return quoted(value) if isinstance(value, str) else repr(value)


def _share(steps: int | None, times: int) -> str:
    """So many steps, or a share of all."""
    return repr(steps) if steps else f"1 / {times}"
