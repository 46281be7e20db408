"""The national test of a technology-based small or medium firm (科技型中小企业), point by point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heban.exchange.rules.money import told
from heban.exchange.rules.refusals import Said

LEAST_SCORE = 60
MOST_STAFF = 500
MOST_SALES_FEN = 20_000_000_000
MOST_ASSETS_FEN = 20_000_000_000

# From which per cent on, how many points; the first that is reached counts.
STAFF_POINTS = ((30, 20), (25, 16), (20, 12), (15, 8), (10, 4))
RD_OF_SALES_POINTS = ((6, 50), (5, 40), (4, 30), (3, 20), (2, 10))
RD_OF_COST_POINTS = ((30, 50), (25, 40), (20, 30), (15, 20), (10, 10))
# From which number of rights on, how many points.
FIRST_CLASS_POINTS = ((1, 30),)
SECOND_CLASS_POINTS = ((4, 24), (3, 18), (2, 12), (1, 6))

DIRECT = {
    "high_tech": Said("高新技术企业证书在有效期内", "a valid certificate of a high-tech enterprise"),
    "national_prize": Said(
        "五年内国家级科技奖前三名", "a national science prize, top three, within five years"
    ),
    "research_unit": Said(
        "经认定的省部级以上研发机构", "a recognised research unit of provincial rank or above"
    ),
    "standard": Said(
        "五年内主导制定国际、国家或行业标准", "leading an international, national or industry standard"
    ),
}
BREACHES = {
    "safety": Said("重大安全事故", "a serious breach of safety"),
    "quality": Said("重大质量事故", "a serious breach of quality"),
    "environment": Said("严重环境违法", "a serious breach of environmental law"),
    "integrity": Said("科研严重失信", "a serious breach of research integrity"),
    "abnormal_list": Said("列入经营异常名录", "an entry in the list of abnormal operation"),
    "dishonesty_list": Said("列入严重违法失信名单", "an entry in the list of serious breaches"),
}


@dataclass(frozen=True, slots=True)
class FirmYear:
    """A firm's figures of a year; what is not known is None, and never taken to be 0 (§1).

    `ip1` and `ip2` count rights of class I (inventions, plant varieties and the like) and of class II.
    `direct` holds keys of `DIRECT`, `breaches` keys of `BREACHES` within this and the last year.
    """

    staff: int | None = None
    tech_staff: int | None = None
    sales_fen: int | None = None
    assets_fen: int | None = None
    rd_fen: int | None = None
    cost_fen: int | None = None
    ip1: int | None = None
    ip2: int | None = None
    mainland: bool = True
    banned_trade: bool = False
    breaches: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one part of the score, out of how many, and why."""

    name: Said
    points: int
    most: int
    why: Said


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a firm passes: its points, what fails it, and what lets it pass without a score."""

    passes: bool
    points: tuple[Points, ...]
    reasons: tuple[Said, ...]
    direct: tuple[Said, ...]

    @property
    def score(self) -> int:
        """The sum of the points, out of 100."""
        return sum(part.points for part in self.points)


def tech_sme(firm: FirmYear) -> Verdict:
    """Return whether a firm is a technology-based small or medium firm, and why.

    Needed are a seat in the mainland; staff ≤ 500, sales and assets ≤ 200 million CNY each; no banned trade
    and no serious breach; and a direct pass or a score of at least 60 with points for staff above 0. Staff
    counts up to 20 points, research spending up to 50, the better of its share of sales and of cost, rights
    up to 30, the better of class I and class II. Shares are compared exactly. A figure that is not known
    gives no points and is named. Source: 国科发政〔2017〕115号 (read in a reprint).

    >>> firm = FirmYear(40, 12, 3_000_000_000, 2_000_000_000, 180_000_000, None, 0, 4)
    >>> found = tech_sme(firm)
    >>> found.passes, found.score, [part.points for part in found.points]
    (True, 94, [20, 50, 24])
    """
    points = (_staff(firm), _research(firm), _rights(firm))
    direct = tuple(DIRECT[key] for key in firm.direct)
    reasons = [*_size(firm), *_conduct(firm)]
    score = sum(part.points for part in points)
    if not direct and score < LEAST_SCORE:
        reasons.append(
            Said(f"得分 {score}，不足 {LEAST_SCORE}", f"the score is {score}, below {LEAST_SCORE}")
        )
    if not direct and points[0].points == 0:
        reasons.append(Said("科技人员指标为 0 分", "there are no points for scientific staff"))
    return Verdict(not reasons, points, tuple(reasons), direct)


def _size(firm: FirmYear) -> list[Said]:
    limits = (
        (firm.staff, MOST_STAFF, _persons, Said("职工", "staff")),
        (firm.sales_fen, MOST_SALES_FEN, told, Said("年销售收入", "sales")),
        (firm.assets_fen, MOST_ASSETS_FEN, told, Said("资产", "assets")),
    )
    reasons = []
    for value, most, told_as, name in limits:
        if value is None:
            reasons.append(Said(f"{name.zh}无数据", f"{name.en} are not known"))
        elif value > most:
            given, limit = told_as(value), told_as(most)
            zh = f"{name.zh} {given[0]}，超过 {limit[0]}"
            reasons.append(Said(zh, f"{name.en} are {given[1]}, above {limit[1]}"))
    return reasons


def _persons(number: int) -> tuple[str, str]:
    return f"{number} 人", f"{number} persons"


def _conduct(firm: FirmYear) -> list[Said]:
    reasons = [BREACHES[key] for key in firm.breaches]
    if not firm.mainland:
        reasons.insert(0, Said("未在境内注册", "it is not registered in the mainland"))
    if firm.banned_trade:
        reasons.append(Said("属于禁止、限制或淘汰类", "it is in a banned or restricted trade"))
    return reasons


def _staff(firm: FirmYear) -> Points:
    name = Said("科技人员", "scientific staff")
    got, why = _of(
        firm.tech_staff, firm.staff, STAFF_POINTS, Said("科技人员占职工", "scientific staff of all")
    )
    return Points(name, got, 20, why)


def _research(firm: FirmYear) -> Points:
    """The better of the two shares; of equal ones that of sales."""
    routes = (
        _of(firm.rd_fen, firm.sales_fen, RD_OF_SALES_POINTS, Said("研发占销售收入", "research of sales")),
        _of(firm.rd_fen, firm.cost_fen, RD_OF_COST_POINTS, Said("研发占成本费用", "research of cost")),
    )
    got, why = max(routes, key=lambda route: route[0])
    return Points(Said("研发投入", "research spending"), got, 50, why)


def _rights(firm: FirmYear) -> Points:
    routes = (
        _counted(firm.ip1, FIRST_CLASS_POINTS, Said("Ⅰ类知识产权", "rights of class I")),
        _counted(firm.ip2, SECOND_CLASS_POINTS, Said("Ⅱ类知识产权", "rights of class II")),
    )
    got, why = max(routes, key=lambda route: route[0])
    return Points(Said("科技成果", "results"), got, 30, why)


def _of(
    part: int | None, whole: int | None, steps: Sequence[tuple[int, int]], name: Said
) -> tuple[int, Said]:
    """Points of a share in per cent; compared as part·100 ≥ percent·whole, which no rounding blurs."""
    if part is None or not whole:
        return 0, Said(f"{name.zh}：无数据", f"{name.en}: not known")
    got = next((points for percent, points in steps if part * 100 >= percent * whole), 0)
    shown = f"{part * 10_000 // whole / 100:.2f} %"  # rounded down, so that 29.999 never reads as 30
    return got, Said(f"{name.zh} {shown}", f"{name.en}: {shown}")


def _counted(number: int | None, steps: Sequence[tuple[int, int]], name: Said) -> tuple[int, Said]:
    if number is None:
        return 0, Said(f"{name.zh}：无数据", f"{name.en}: not known")
    got = next((points for least, points in steps if number >= least), 0)
    return got, Said(f"{name.zh} {number} 项", f"{name.en}: {number}")
