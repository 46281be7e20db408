"""Roles of cities: hub, source, sink, and who stands between the provinces."""

from __future__ import annotations

import numpy as np

from heban.measures.network.brokerage import ROLES as BROKERS
from heban.measures.network.brokerage import brokerage
from heban.measures.network.roles import ROLES, city_roles
from heban.records.package import DataPackage
from heban.report.chapters.maker import NONE, SEED, labelled, name_of, named, names_of
from heban.report.chapters.transfer_cities.flows import UNIT, Moved
from heban.report.facts import Facts


def add_roles(package: DataPackage, facts: Facts, made: Moved) -> None:
    """Add what each city gave and received in the last year, its role with the band of its balance."""
    region = package.region
    table = city_roles(made.last, np.random.default_rng(SEED)).rename_axis("place").reset_index()
    corridor = _corridor(package)
    table = table.assign(corridor=table["place"].isin(corridor))
    table = table.sort_values(["volume", "place"], ascending=[False, True])
    columns = ["place", "role", "given", "received", "within", "balance", "low", "high", "corridor"]
    facts.table(
        "transfer.cities.roles",
        labelled(named(table[columns], region, "place"), ROLES, "role"),
        sources=made.sources,
        labels={
            "role": ("角色", "Role"),
            "given": ("输出", "Given"),
            "received": ("输入", "Received"),
            "within": ("市内转移", "Within the city"),
            "balance": ("平衡度", "Balance"),
            "low": ("下界", "Low"),
            "high": ("上界", "High"),
            "corridor": ("在走廊上", "On the corridor"),
        },
        units=dict.fromkeys(("given", "received", "within"), UNIT),
        decimals={"given": 0, "received": 0, "within": 0, "balance": 3, "low": 3, "high": 3},
        notes=(
            "平衡度 =（输出 − 输入）/（输出 + 输入），区间为记录重抽样的 95%；区间含 0 的不称源泉或洼地。"
            "流量居前四分之一、平衡度绝对值不小于 0.1 为界，默认值待核。",
            "Balance = (given − received)/(given + received), with the 95 % band of resampled records; whose "
            "band holds 0 is called neither source nor sink. The limits, the top quarter by volume and a "
            "balance of 0.1, are Heban's own (默认值待核).",
        ),
    )
    for role in ("hub", "source", "sink"):
        codes = [str(code) for code in table.loc[table["role"] == role, "place"]]
        facts.fact(f"transfer.cities.{role}", names_of(region, codes) or NONE, sources=made.sources)
    _add_brokers(package, facts, made)


def _add_brokers(package: DataPackage, facts: Facts, made: Moved) -> None:
    """Add who lets patents into a province, out of it, and on between provinces."""
    region = package.region
    province = {city.code: city.parent for city in region.cities()}
    table = brokerage(made.last, province).rename_axis("place").reset_index()
    table = table.sort_values(["total", "place"], ascending=[False, True]).head(10)
    facts.table(
        "transfer.cities.brokers",
        named(table, region, "place"),
        sources=made.sources,
        labels={**BROKERS, "total": ("合计", "Total")},
        decimals=dict.fromkeys([*BROKERS, "total"], 0),
        notes=(
            "居间次数：甲转给本市、本市转给乙，而甲不直接转给乙；按三者所在省分类（Gould–Fernandez 1989）。",
            "Open two-paths through the city, by the provinces of the three (Gould and Fernandez 1989).",
        ),
    )
    for role in ("gatekeeper", "representative"):
        best = str(table.loc[table[role].idxmax(), "place"])
        facts.fact(f"transfer.cities.{role}", name_of(region, best), sources=made.sources)


def _corridor(package: DataPackage) -> tuple[str, ...]:
    """Return the members of the second named group, the first of the corridors: the chart marks them."""
    groups: list[tuple[str, ...]] = [group.members for group in package.region.groups.values()]
    return groups[1] if len(groups) > 1 else ()
