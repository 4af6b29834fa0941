"""Whose Node.js fetches the pages' assets."""

import os

import pytest

from tools import front_end_assets


@pytest.mark.parametrize("version", ["v20.0.0\n", "v24.19.0\n", "v100.1.2\n"])
def test_a_new_node_will_do(version):
    assert front_end_assets.is_new_enough(version)


@pytest.mark.parametrize("version", ["v18.20.4\n", "v2.0.0\n", "", "node: not found", "20.1.1"])
def test_an_old_or_unreadable_one_will_not(version):
    assert not front_end_assets.is_new_enough(version)


def pretend(folder, **programs):
    for name, says in programs.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {says}\n")
        program.chmod(0o755)
    return str(folder)


def test_a_node_without_npm_will_not_do(tmp_path):
    assert not front_end_assets.has_node(pretend(tmp_path, node="v24.0.0"))


def test_the_machines_own_node_is_left_in_charge(tmp_path, monkeypatch):
    path = os.pathsep.join([pretend(tmp_path, node="v24.0.0", npm="11.0.0"), os.defpath])
    monkeypatch.setenv("PATH", path)
    assert front_end_assets.path_with_node() == path
