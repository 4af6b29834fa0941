"""`python -m worker.jobs.import_dataset FOLDER`: bring a dataset from the Hub, as one Parquet file."""

import sys
from pathlib import Path

from datasets import load_dataset
from datasets.exceptions import DatasetNotFoundError
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from backend.recipes.hub import HubDataset
from backend.runs.states import Phase
from worker.jobs import ending
from worker.jobs.ending import Refused
from worker.jobs.folder import ROWS_FILE, JobFolder
from worker.jobs.lifeline import Lifeline
from worker.jobs.report import Report


def bring(folder: JobFolder) -> None:
    """Download the split and write its rows.

    Raises Refused where the Hub doesn't give it, saying why and what to do.
    """
    wanted = HubDataset.model_validate(folder.job())
    report = Report(folder.spool)
    report.phase(Phase.PREPARING)
    report.log(f"asking the Hub for {wanted.in_words}")
    try:
        rows = load_dataset(
            wanted.repo, wanted.subset, split=wanted.split, revision=wanted.revision
        )
    except DatasetNotFoundError as error:
        raise Refused(
            "no_hub_dataset",
            "The Hub has no such dataset for you",
            f"{wanted.repo} is not there, or is private or gated. Check the name; for a gated "
            "one accept its terms on the Hub and give the worker a token (HF_TOKEN).",
        ) from error
    except (OfflineModeIsEnabled, ConnectionError, HfHubHTTPError) as error:
        raise Refused(
            "hub_unreachable",
            "The Hub can't be reached",
            f"{wanted.in_words} could not be fetched: {error}. Check this machine's way to the "
            "Hub (HF_ENDPOINT), or upload the data as a file.",
        ) from error
    except (ValueError, RuntimeError) as error:
        raise Refused(
            "unusable_hub_dataset", "This dataset can't be read so", f"{wanted.in_words}: {error}"
        ) from error
    report.phase(Phase.SAVING)
    rows.to_parquet(str(folder.result / ROWS_FILE))
    report.log(f"{rows.num_rows:,} rows came")


def main() -> int:
    folder = JobFolder(Path(sys.argv[1]))
    Lifeline(at_once=True).hold()
    return ending.run(folder, lambda: bring(folder))


if __name__ == "__main__":
    sys.exit(main())
