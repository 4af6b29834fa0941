"""Deleting data over REST."""

from backend.accounts.current import MayWrite
from backend.ids import DatasetId, VersionId
from backend.preparing import deleting
from backend.rest.route import rest_router
from backend.web.dependencies import DbSession

router = rest_router("datasets")


@router.delete("/datasets/{dataset_id}", operation_id="deleteDataset", status_code=204)
def delete_dataset(dataset_id: DatasetId, who: MayWrite, session: DbSession) -> None:
    """Delete a dataset with all its versions, unless something was made from them."""
    deleting.delete_dataset(session, who, dataset_id)


@router.delete(
    "/dataset-versions/{version_id}", operation_id="deleteDatasetVersion", status_code=204
)
def delete_version(version_id: VersionId, who: MayWrite, session: DbSession) -> None:
    """Delete one version, unless something was made from it."""
    deleting.delete_version(session, who, version_id)
