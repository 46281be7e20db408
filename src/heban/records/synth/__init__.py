"""Synthetic records where no open ones exist: they agree with published totals and are called synthetic."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from heban.domain.errors import BadSpec
from heban.records.amending import amend
from heban.records.cards import Card
from heban.records.checking import require_good
from heban.records.package import DataPackage, open_package
from heban.records.synth.calibration import FILE, read_calibration
from heban.records.synth.transfers import transfers
from heban.records.writing import Table, check_target, in_place

__all__ = ["synthesise"]

NAME = "synthetic_transfers"


def synthesise(folder: Path, out: Path, *, seed: int, created: str) -> int:
    """Write a copy of a package with synthetic records of transfers; return how many there are.

    The same seed gives the same bytes. Raises `BadSpec` when the package does not say what to agree with,
    or has records of transfers already.
    """
    check_target(out, force=False)
    require_good(folder)
    package = open_package(folder)
    if package.of_kind("transfers"):
        named = package.of_kind("transfers")[0].name
        raise BadSpec(f"the package {package.name} has records of transfers already, in {named!r}.")
    asked = read_calibration(package)
    frame = transfers(package, asked, np.random.default_rng(seed))
    used = [package.resource(str(name)) for name in _used(package, asked.given, asked.classes)]
    table = Table(NAME, "transfers", frame, _card(package, seed, created, [r.name for r in used]), "parquet")

    def write(new: Path) -> None:
        shutil.copytree(folder, new, dirs_exist_ok=True)
        amend(new, [table])

    in_place(out, write)
    return len(frame)


def _used(package: DataPackage, *kinds: str) -> list[str]:
    rows = package.frames("holdings")
    return sorted(rows.loc[rows["kind"].isin(kinds), "table"].unique())


def _card(package: DataPackage, seed: int, created: str, used: list[str]) -> Card:
    return Card(
        title="合成的专利转移记录（synthetic）：每一条都是虚构的",
        title_en="Synthetic records of patent transfers: every single one is invented",
        producer="heban synth",
        year=str(package.document.get("version", "")),
        url=FILE,
        licence="CC0-1.0",
        retrieved=created,
        made=f"heban synth, seed {seed}：与 {', '.join(used)} 及已发布的年度总数一致；"
        "城市、日期、当事人、产业均为随机生成。",
        synthetic=True,
    )
