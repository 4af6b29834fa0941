"""Which build of torch a machine gets."""

import json

import pytest

from tools.install_torch import NOT_LOCKED, Way, choose, names_in, wanted

CUDA = ["torch", "nvidia-cublas", "cuda-bindings", "triton", "filelock"]
PLAIN = ["torch", "filelock", "networkx"]


@pytest.mark.parametrize(
    ("gpu", "would_install", "way"),
    [
        (False, CUDA, Way.CPU),
        (True, CUDA, Way.PLAIN),
        (False, PLAIN, Way.PLAIN),  # macOS, or a machine with a CPU build of its own
        (True, PLAIN, Way.PLAIN),
        (False, [], Way.PLAIN),
    ],
)
def test_a_cuda_build_is_avoided_only_where_there_is_no_gpu(gpu, would_install, way):
    assert choose(gpu, would_install) is way


@pytest.mark.parametrize("package", ["nvidia-cudnn-cu13", "cuda-toolkit", "triton", "NVIDIA-NCCL"])
def test_one_cuda_package_is_enough_to_avoid_the_build(package):
    assert choose(False, [*PLAIN, package]) is Way.CPU


def test_a_name_that_only_begins_alike_is_no_cuda_package():
    assert choose(False, ["tritonclient", "cudatext"]) is Way.PLAIN


def test_names_are_read_from_pips_report():
    report = {"version": "1", "install": [{"metadata": {"name": name}} for name in CUDA]}
    assert names_in(json.dumps(report)) == CUDA


def test_torch_is_wanted_at_the_version_that_the_lock_leaves_out():
    assert wanted("# why\n# more\ntorch==2.13.0 ; sys_platform == 'never'\n") == "torch==2.13.0"
    assert wanted(NOT_LOCKED.read_text()).startswith("torch==")
