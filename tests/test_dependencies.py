"""Every set-up is the same one, and nothing comes in without a reason and a licence that fits."""

import runpy
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PIN = runpy.run_path(str(ROOT / "scripts" / "pin.py"))
DECLARED: list[Requirement] = PIN["declared"]()
INSTALLED: dict[str, str] = PIN["closure"](DECLARED)
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = dict(line.split("==") for line in LINES if not line.startswith("#"))


def test_every_package_that_is_installed_for_us_is_pinned() -> None:
    missing = sorted(INSTALLED.keys() - PINS.keys())
    assert not missing, f"not in constraints.txt: {missing}; run `make pins`"


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda requirement: requirement.name)
def test_pins_satisfy_what_pyproject_asks_for(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[PIN["plain_name"](requirement.name)])


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda requirement: requirement.name)
def test_every_declared_dependency_has_its_reason_on_record(requirement: Requirement) -> None:
    record = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert f"| {requirement.name} |" in record, f"say in docs/dependencies.md why {requirement.name} is there"


@pytest.mark.parametrize("name", sorted(INSTALLED))
def test_no_dependency_has_a_licence_that_binds_our_code(name: str) -> None:
    metadata = distribution(name).metadata
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    licence = " ".join([metadata.get("License-Expression") or "", *classifiers])
    assert "LGPL" in licence or ("GPL" not in licence and "Affero" not in licence), licence
