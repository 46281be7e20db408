"""The chapter of joined boards on the bundled package: what it says is what the tables hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from heban.domain.errors import BadData, BadSpec
from heban.records.package import open_package
from heban.report.chapters import CHAPTERS
from heban.report.planning.ground import ground, read_spec
from heban.report.planning.scenarios import read_edits
from heban.report.planning.travel import travel


def table(facts: Any, id: str) -> pd.DataFrame:
    made = facts["tables"][id]
    return pd.DataFrame(made["rows"], columns=[column["name"] for column in made["columns"]])


def value(facts: Any, key: str) -> Any:
    return facts["facts"][f"boards.{key}"]["value"]


def test_the_laboratories_of_a_city_are_counted_per_million_residents(full_facts: Any, yrd: Path) -> None:
    """Nanjing: its state, enterprise and provincial key laboratories over 7.031 million residents."""
    package = open_package(yrd)
    kinds = ["state_key_laboratory", "enterprise_state_key_laboratory", "province_state_key_laboratory"]
    rows = package.frames("institutions")
    labs = ((rows["place"] == "320100") & rows["kind"].isin(kinds)).sum()
    board = table(full_facts, "boards.all").query("place == '320100' and factor == 'laboratories'").iloc[0]
    assert board["value"] == pytest.approx(labs / 7.031)
    assert board["standing"] == "long"


def test_counts_of_boards_are_those_of_the_table(full_facts: Any) -> None:
    board = table(full_facts, "boards.all")
    for standing in ("long", "short", "even", "unknown"):
        assert value(full_facts, standing) == (board["standing"] == standing).sum()
    assert value(full_facts, "long") > 0
    assert value(full_facts, "short") > 0


def test_a_city_without_figures_is_neither_long_nor_short(full_facts: Any) -> None:
    blank = {name["zh"] for name in value(full_facts, "blank")}
    assert blank == {"蚌埠", "安庆", "宿州", "亳州"}
    unknown = table(full_facts, "boards.all").query("place == '340300'")
    assert set(unknown["standing"]) == {"unknown"}


def test_what_the_theory_names_and_nobody_counts_is_said_to_be_missing(full_facts: Any) -> None:
    missing = [name["zh"] for name in value(full_facts, "factors.missing")]
    assert missing == ["R&D/GDP", "FDI/GDP", "在读高校生", "万人创业青年", "休闲文化服务设施密度"]
    why = table(full_facts, "boards.factors").set_index("factor")
    assert why.loc["students", "missing_en"] == "the package has no statistics of city_students"


def test_no_donor_of_the_plan_falls_below_its_need(yrd: Path) -> None:
    package = open_package(yrd)
    made = ground(package, *read_spec(package))
    plan = made.plan
    planned = [factor.code for factor in plan.factors]
    columns = [number for number, one in enumerate(made.boards.factors) if one.code in planned]
    left = (made.boards.value_low - made.boards.need_high)[:, columns] * made.boards.scale[:, columns]
    given = plan.moved.sum(axis=1)
    moved = given > 0
    transferable = [factor.mobility == "transferable" for factor in plan.factors]
    assert (given[:, transferable] <= left[:, transferable] + 1e-9)[moved[:, transferable]].all()
    assert made.border[0] == pytest.approx(0.2098, abs=1e-3)


def test_flows_on_the_map_are_the_moves_in_mean_needs(full_facts: Any) -> None:
    flows = table(full_facts, "boards.flows")
    assert flows["value"].sum() == pytest.approx(value(full_facts, "plan.moved"))
    given = table(full_facts, "boards.places").set_index("place")["given"]
    out = flows.groupby("origin")["value"].sum()
    assert given[given > 0].to_dict() == pytest.approx(out.to_dict())


def test_the_plan_lifts_the_region_and_nobody_falls(full_facts: Any) -> None:
    after = table(full_facts, "boards.after")
    assert value(full_facts, "region.change") > 0
    assert value(full_facts, "after.lose") == (after["change"] < 0).sum() == 0
    assert after["probability"].between(0, 1).all()


def test_key_factors_are_not_named_where_the_sample_is_too_small(full_facts: Any) -> None:
    verdict = value(full_facts, "drivers.verdict")
    assert "样本太小" in verdict["zh"]
    assert "Too small to say which" in verdict["en"]
    ranks = table(full_facts, "boards.drivers")
    assert (ranks["rank_low"] <= ranks["rank"]).all()
    assert (ranks["rank"] <= ranks["rank_high"]).all()


def test_the_patrol_is_that_of_the_places_named(full_facts: Any) -> None:
    assert value(full_facts, "patrol.place") == {"zh": "金华", "en": "Jinhua"}
    matches = table(full_facts, "boards.patrol.matches")
    assert ((matches["donor"] == "330700") | (matches["receiver"] == "330700")).all()
    inside = table(full_facts, "boards.group.matches")
    members = {"310100", "320500", "330100", "330400", "330500", "330700", "340100", "340200", "341800"}
    assert set(inside["donor"]) | set(inside["receiver"]) <= members


def test_a_package_without_a_plan_has_no_such_chapter(demo: Path) -> None:
    assert CHAPTERS["boards"].lacks(open_package(demo)) == ["file plan.toml"]


def test_a_plan_of_nothing_that_the_package_holds_is_left_out_with_the_reason(
    demo_with: Callable[..., Path],
) -> None:
    folder = demo_with()
    (folder / "plan.toml").write_text('[[factors]]\ncode = "a"\nsource = "holdings:a"\n', "utf-8")
    said = CHAPTERS["boards"].lacks(open_package(folder))
    assert said == ["the package demo holds none of the factors a."]


def test_a_table_of_travel_goes_both_ways_and_is_never_guessed(tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("origin,destination,value\na,b,1.5\nb,c,2\nc,b,3\n", "utf-8")
    made = travel(file, ["a", "b", "c"])
    assert made[0, 1] == made[1, 0] == 1.5
    assert (made[1, 2], made[2, 1]) == (2, 3)
    assert pd.isna(made[0, 2])


def test_a_way_that_is_no_number_is_named_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("origin,destination,value\na,b,1.5\nb,c,-2\nc,a,far\n", "utf-8")
    with pytest.raises(BadData) as error:
        travel(file, ["a", "b", "c"])
    assert str(error.value) == (
        "2 faults in the data:\n"
        "  error: hours.csv row 3, value = '-2': a way is a number of 0 or more. Repair: give the number.\n"
        "  error: hours.csv row 4, value = 'far': a way is a number of 0 or more. Repair: give the number."
    )


def test_edits_that_are_not_there_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BadSpec) as error:
        read_edits(tmp_path / "none.csv")
    assert str(error.value) == (
        f"there is no file of edits {str(tmp_path / 'none.csv')!r}. Give --edits a CSV file."
    )
