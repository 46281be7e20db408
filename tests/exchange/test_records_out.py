"""Records out: the loop closes, from what happened in the exchange to the index, and nobody stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from heban.exchange import records_out, server
from heban.exchange.demo import assets, ground, uses
from heban.exchange.demo.mass import writing
from heban.exchange.models import Organisation, Usage
from heban.records.cards import Card
from heban.records.checking import check_package
from heban.records.package import open_package
from heban.records.writing import Table, write_package
from heban.report.indexing import built
from tests.exchange.bare import bare

NOW = datetime(2026, 9, 16, 2, tzinfo=UTC)
CARD = Card(
    "示例 Demo", "Heban 测试", "2026", "https://example.org", "CC0-1.0", "2026-01-01", "invented", True
)
PROVINCES = ["310000", "320000", "330000", "340000"]
PERIOD = {"since": date(2026, 1, 1), "until": date(2026, 10, 1), "now": NOW}


@pytest.fixture(scope="module")
def world(running: server.Server) -> Iterator[None]:
    """Eighty owners over the delta and four hundred instruments that were used."""
    with bare(running, "world"):
        with writing():
            on = ground.laid(3, NOW)
            owners = ground.owners(on, 120, 1)
            listed = assets.instruments(on, 400, 80_000_000_000, owners)
            uses.last_quarter(on, listed, owners)
        yield


def package(folder: Path, *, indicator: bool = True) -> Path:
    """A package of the four provinces, with an index whose pillar of sharing knows personnel alone."""
    places = pd.DataFrame(ground.rows())
    level = places["code"].map(lambda code: "province" if code.endswith("0000") else "city")
    places = places.assign(level=level.where(places["code"].str[4:] == "00", "county"))
    top = pd.DataFrame(
        [("100000", "全国", "China", "nation", ""), ("YRD", "长三角", "Delta", "region", "100000")],
        columns=["code", "zh", "en", "level", "parent"],
    )
    indicators = [
        ("capacity", "创新能力", "Capacity", "点", "", "none"),
        ("sharing", "资源共享", "Sharing", "点", "capacity", "none"),
        ("rd_fte", "研发人员", "Personnel", "人年", "sharing", "sum"),
        ("instruments_shared", "大型科学仪器共享数", "Instruments shared", "台(套)", "sharing", "sum"),
    ]
    catalogue = pd.DataFrame(
        indicators[: 4 if indicator else 3], columns=["code", "zh", "en", "unit", "parent", "total"]
    ).assign(direction=1, weight=1.0)
    statistics = pd.DataFrame(
        [(place, 2026, "rd_fte", 100.0 * n) for n, place in enumerate(PROVINCES, 1)],
        columns=["place", "year", "indicator", "value"],
    ).assign(data_year=2026, unit="人年", edition="2026")
    frames = {"places": pd.concat([top, places]), "indicators": catalogue, "statistics": statistics}
    write_package(folder, "loop", "示例", [Table(name, name, frame, CARD) for name, frame in frames.items()])
    (folder / "region.toml").write_text(
        'code = "YRD"\nzh = "长三角"\nen = "Delta"\ncode_system = "GB/T 2260"\nnation = "100000"\n'
        f"provinces = {json.dumps(PROVINCES)}\n",
        "utf-8",
    )
    (folder / "index.toml").write_text(
        'root = "capacity"\n[normalise]\nmethod = "minmax"\n'
        '[aggregate]\nmethod = "arithmetic"\nthreshold = 0.5\n',
        "utf-8",
    )
    return folder


def counted() -> dict[str, int]:
    """Instruments of half a million or more that others used, by province, counted row by row."""
    found: dict[str, set[int]] = {}
    for one in Usage.objects.filter(external=True).select_related("booking__unit__asset__jurisdiction"):
        asset = one.booking.unit.asset
        if asset.value_fen >= 50_000_000:
            found.setdefault(f"{asset.jurisdiction.code[:2]}0000", set()).add(asset.pk)
    return {place: len(numbers) for place, numbers in found.items()}


def test_the_loop_closes(world: None, tmp_path: Path) -> None:
    folder = package(tmp_path / "loop")
    _, _, before = built(folder, level="province")
    out = records_out.export(folder, **PERIOD)  # type: ignore[arg-type]
    _, panel, after = built(folder, level="province")
    assert [finding for finding in check_package(folder) if finding.severity == "error"] == []
    seen = panel.values.sel(indicator="instruments_shared", year=2026).to_series().to_dict()
    assert {place: seen[place] for place in PROVINCES} == counted(), "the index reads what happened here"
    assert panel.origins["instruments_shared"] == ("exchange_statistics",)
    pillar = {
        name: result.scores.sel(node="sharing", year=2026).to_series().to_dict()
        for name, result in (("before", before), ("after", after))
    }
    wanted = _minmax(counted())
    for place in PROVINCES:
        assert pillar["after"][place] == pytest.approx((pillar["before"][place] + wanted[place]) / 2)
    assert pillar["before"] != pillar["after"]
    assert out.rows["exchange_use"] > 0 and out.suppressed["exchange_use"] > 0


def _minmax(values: dict[str, int]) -> dict[str, float]:
    low, high = min(values.values()), max(values.values())
    return {place: 100 * (value - low) / (high - low) for place, value in values.items()}


def test_nobody_stands_in_what_is_given_out(world: None, tmp_path: Path) -> None:
    folder = package(tmp_path / "loop")
    records_out.export(folder, **PERIOD)  # type: ignore[arg-type]
    written = "".join(path.read_text("utf-8") for path in folder.glob("exchange_*.csv"))
    for uscc, name in Organisation.objects.values_list("uscc", "name"):
        assert uscc not in written and name not in written
    cells = pd.read_csv(folder / "exchange_use.csv", dtype={"origin": str, "destination": str})
    assert set(cells["kind"]) == {"exchange_hours", "exchange_external_hours", "exchange_income"}
    for origin, destination in cells[["origin", "destination"]].drop_duplicates().itertuples(index=False):
        rows = Usage.objects.filter(
            booking__unit__asset__jurisdiction__code__startswith=origin[:4],
            booking__taker__jurisdiction__code__startswith=destination[:4],
        )
        assert rows.values("booking__unit__asset__owner").distinct().count() >= records_out.LEAST
        assert rows.values("booking__taker").distinct().count() >= records_out.LEAST
    card = open_package(folder).card("exchange_use")
    assert card.synthetic and card.year == "2026" and "任一方不足 3 家单位的格不列" in card.made


def test_a_package_without_the_indicator_is_given_it(world: None, tmp_path: Path) -> None:
    folder = package(tmp_path / "loop", indicator=False)
    assert records_out.export(folder, **PERIOD).added_indicator  # type: ignore[arg-type]
    assert open_package(folder).catalogue["instruments_shared"].parent == "sharing"
    assert not records_out.export(folder, **PERIOD).added_indicator, "the second time it is there"  # type: ignore[arg-type]


def test_an_empty_period_takes_the_tables_out_again(world: None, tmp_path: Path) -> None:
    folder = package(tmp_path / "loop")
    records_out.export(folder, **PERIOD)  # type: ignore[arg-type]
    out = records_out.export(folder, since=date(2020, 1, 1), until=date(2021, 1, 1), now=NOW)
    assert set(out.rows.values()) == {0}
    assert sorted(path.name for path in folder.glob("*.csv")) == [
        "indicators.csv",
        "places.csv",
        "statistics.csv",
    ]


def shared(*rows: tuple[str, int, int]) -> tuple[dict[str, int], records_out.Out]:
    out = records_out.Out()
    frame = pd.DataFrame([(city, 2026, asset, owner) for city, asset, owner in rows],
                         columns=["city", "year", "asset", "owner"])  # fmt: skip
    made = records_out.shared_instruments(frame, out)
    return dict(zip(made["place"], made["value"], strict=True)), out


def test_what_can_be_subtracted_is_kept_back_too() -> None:
    three = [("330100", n, n) for n in (1, 2, 3)]
    assert shared(*three)[0] == {"330100": 3, "330000": 3}
    values, out = shared(*three, ("330200", 4, 4))
    assert values == {"330100": 3}, "the province less Hangzhou would be one owner's"
    assert out.suppressed["exchange_statistics"] == 2
    values, _ = shared(*three, ("330200", 4, 4), ("330300", 5, 5), ("330400", 6, 6))
    assert values == {"330100": 3, "330000": 6}, "three owners together hide one another"
    assert shared(("330100", 1, 1), ("330100", 2, 2))[0] == {}
