"""What was asked for and not had, and what is looked for: refusals and needs of the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from heban.exchange.demo.book import SCHEME
from heban.exchange.demo.ground import PILOT, Ground, Party
from heban.exchange.demo.mass import written

REFUSED = {
    "voucher.share": 30, "voucher.firm": 14, "region.same": 22, "service.class": 12, "service.use": 9,
    "beneficiary.kind": 8, "funding.double": 5, "party.related": 4, "voucher.budget": 2,
}  # fmt: skip
"""How often each rule refused, against the others; Heban's own, none is published."""
WISHES = (
    ("430", "耐高温涂层", "用于 {n} ℃ 工况的耐磨涂层工艺，附着力不低于 {m} MPa。"),
    ("480", "固态电池电解质", "室温离子电导率不低于 {m}×10⁻⁴ S/cm 的固态电解质，循环 {n} 次以上。"),
    ("510", "功率器件封装", "结温 {m} ℃ 以上的碳化硅模块封装方案，热循环 {n} 次。"),
    ("310", "药物递送载体", "包封率不低于 {m}% 的脂质纳米颗粒制备工艺，批量 {n} 支。"),
    ("460", "精密减速器检测", "传动误差小于 {m} 角秒的减速器在线检测方法，寿命 {n} 小时。"),
    ("610", "工业废水脱盐", "盐度 {m} g/L 废水的低能耗脱盐技术，日处理 {n} 吨。"),
)


def refused(on: Ground, count: int) -> None:
    """Write that rules refused, within the last months, in the places of the pilot."""
    codes, weights = list(REFUSED), np.array(list(REFUSED.values()), dtype=float)
    drawn = on.rng.choice(codes, size=count, p=weights / weights.sum())
    written(
        "denial",
        {
            "code": [str(code) for code in drawn],
            "jurisdiction": [str(place) for place in on.rng.choice(PILOT, size=count)],
            "at": [on.now - timedelta(days=float(day)) for day in on.rng.uniform(1, 120, size=count)],
        },
        act="hold", scheme=SCHEME,
    )  # fmt: skip


def needs(on: Ground, firms: Sequence[Party], count: int) -> None:
    """Write what firms look for; every third is for matching only."""
    drawn = [WISHES[int(at)] for at in on.rng.integers(len(WISHES), size=count)]
    numbers = on.rng.integers(2, 99, size=(count, 2))
    written(
        "need",
        {
            "organisation_id": [firms[int(at)].id for at in on.rng.integers(len(firms), size=count)],
            "field": [field for field, _, _ in drawn],
            "title": [f"{title}（合成{at + 1:03d}）" for at, (_, title, _) in enumerate(drawn)],
            "text": [
                text.format(n=int(n) * 20, m=int(m))
                for (_, _, text), (n, m) in zip(drawn, numbers, strict=True)
            ],
            "budget_fen": [int(wan) * 1_000_000 for wan in on.rng.integers(20, 400, size=count)],
            "public": [at % 3 > 0 for at in range(count)],
            "made_at": [on.now - timedelta(days=float(day)) for day in on.rng.uniform(1, 90, size=count)],
        },
        made_by_id=on.clerks["firm"], closed_at=None,
    )  # fmt: skip
