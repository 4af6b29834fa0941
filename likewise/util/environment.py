"""What this machine has."""

from worker.engine.devices import get_device_name
from worker.engine.installed import (
    check_package_availability,
    check_version_requirements,
    is_accelerate_available,
    is_datasets_available,
    is_training_available,
)
from worker.engine.process_group import is_dist_initialized

__all__ = [
    "check_package_availability",
    "check_version_requirements",
    "get_device_name",
    "is_accelerate_available",
    "is_datasets_available",
    "is_dist_initialized",
    "is_training_available",
]
