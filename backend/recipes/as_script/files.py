"""What lies beside the script: the rows, divided and mapped, a Parquet file for each part."""

from backend.recipes.schemas import Recipe

TRAIN, CHOOSE, PROVE, DOCUMENTS = "train", "choose", "prove", "documents"


def name_of(recipe: Recipe, dataset: str, part: str) -> str:
    """A file's name without its ending; of several datasets it begins with the dataset's."""
    return f"{dataset}.{part}" if len(recipe.datasets) > 1 else part
