"""Results packages: opened when they are whole, refused with every fault, read anew when written anew."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.web.atlas import packages
from heban.web.atlas.packages import Results


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy"))


def faults(folder: Path) -> list[str]:
    with pytest.raises(BadData) as refused:
        packages.open_results(folder)
    return [str(finding) for finding in refused.value.findings]


def test_a_package_says_what_it_is(results: Results, made: Path) -> None:
    assert (results.slug, results.about["package"]) == ("demo", "demo")
    assert pd.read_parquet(results.file("capacity.scores"))["place"].nunique() == 3
    with pytest.raises(UnknownName) as refused:
        results.table("capacity.score")
    assert str(refused.value) == (
        "no table 'capacity.score' in the results demo. Near names: capacity.scores, capacity.steps, "
        "capacity.pillar_scores, capacity.catalogue, capacity.indicator_scores."
    )


def test_a_file_that_was_changed_is_refused(copied: Path) -> None:
    (copied / "network_flows.parquet").write_bytes(b"x")
    (copied / "network_years.parquet").unlink()
    assert faults(copied) == [
        "error: network_years.parquet: is missing. Repair: run `heban run` again.",
        "error: network_flows.parquet: does not have the checksum of datapackage.json. "
        "Repair: run `heban run` again.",
    ]


def test_facts_that_were_changed_are_refused(copied: Path) -> None:
    facts = json.loads((copied / "facts.json").read_text("utf-8"))
    facts["tables"]["network.flows"]["rows"][0][-1] += 1
    facts["tables"]["strange"] = facts["tables"].pop("network.years")
    facts["about"]["checksum"] = "0" * 64
    (copied / "facts.json").write_text(json.dumps(facts), "utf-8")
    again = " Repair: run `heban run` again."
    assert faults(copied) == [
        f"error: datapackage.json: does not list the table 'strange'.{again}",
        f"error: facts.json: does not have the table 'network_years'.{again}",
        f"error: datapackage.json: was made from another data package than facts.json.{again}",
        f"error: network_flows.parquet: does not hold what facts.json has.{again}",
    ]


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path) == [
        f"error: {tmp_path}: there is no facts.json, so it holds no results. "
        "Repair: give the folder that `heban run PACKAGE -o FOLDER` wrote."
    ]
    (tmp_path / "facts.json").write_text("{", "utf-8")
    assert faults(tmp_path) == [
        f"error: {tmp_path}: facts.json is no JSON in UTF-8. Repair: run `heban run` again."
    ]
    (tmp_path / "facts.json").write_text("{}", "utf-8")
    (tmp_path / "datapackage.json").write_text("{}", "utf-8")
    assert faults(tmp_path) == [
        "error: facts.json: has no about, facts, tables, cards. Repair: run `heban run` again."
    ]


def test_a_setting_that_names_no_folder_is_refused() -> None:
    with pytest.raises(BadSpec) as refused:
        packages.folders({"HEBAN_PACKAGES": "/nowhere"})
    assert str(refused.value) == (
        "HEBAN_PACKAGES names '/nowhere', which is no folder. Give folders that `heban run` wrote, separated "
        f"by '{os.pathsep}'."
    )


def test_packages_of_one_name_are_told_apart_by_their_checksum(made: Path, copied: Path) -> None:
    said = {"HEBAN_PACKAGES": os.pathsep.join((str(made), str(copied)))}
    facts = json.loads((copied / "facts.json").read_text("utf-8"))
    facts["about"]["date"] = "2027-01-01"
    (copied / "facts.json").write_text(json.dumps(facts), "utf-8")
    known = packages.library(said)
    assert list(known) == [f"demo-{one.mark}" for one in known.values()]
    assert len(known) == 2


def test_a_package_that_is_written_anew_is_read_anew(copied: Path) -> None:
    said = {"HEBAN_PACKAGES": str(copied)}
    (before,) = packages.library(said).values()
    assert packages.library(said)["demo"] is before
    facts = json.loads((copied / "facts.json").read_text("utf-8"))
    facts["about"]["date"] = "2027-01-01"
    (copied / "facts.json").write_text(json.dumps(facts, indent=3), "utf-8")
    assert packages.library(said)["demo"].about["date"] == "2027-01-01"
