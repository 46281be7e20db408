"""The plan: what moves from where to where, why, what limits are worth, what the border costs."""

from __future__ import annotations

import pandas as pd

from heban.plans.allocation import Plan
from heban.plans.allocation.moves import table as moves
from heban.plans.allocation.received import deficits, received, totals
from heban.plans.allocation.sensitivity import steadiness
from heban.plans.allocation.toll import border_cost
from heban.report.chapters.maker import NONE, name_of, names_of
from heban.report.facts import Facts
from heban.report.planning.ground import Ground
from heban.report.planning.tables import names, priced

TIED = {
    True: (
        "另有同样好的方案，同分者按地方的先后取。",
        "Another plan is just as good; between equals the order of places decided.",
    ),
    False: ("没有另一个同样好的方案。", "No other plan is as good."),
}
ALL_FILLED = ("{asked} 处短板都补满了。", "All of {asked} deficits are filled.")
SOME_LEFT = ("{asked} 处短板中还有 {left} 处没有补满。", "Of {asked} deficits {left} are not filled.")
ROWS = 15  # moves and prices in the text; all of them are in `heban plan`
GAIN = ("增益", "Gain")
NEED = ("份平均需求", "mean needs")


def add_sharing(facts: Facts, made: Ground) -> None:
    """Add the plan with the greatest gain after cost."""
    plan = made.plan
    for key, value in totals(plan).items():
        facts.fact(f"boards.plan.{key}", value, decimals=0 if key == "moves" else 2, sources=made.sources)
    table = moves(plan, made.named)
    facts.fact("boards.plan.tied", TIED[plan.tied], sources=made.sources)
    _add_map(facts, made, plan, table)
    _add_moves(facts, made, plan, table)
    _add_left(facts, made, plan)
    _add_prices(facts, made, plan)
    _add_border(facts, made, plan)


def _add_map(facts: Facts, made: Ground, plan: Plan, table: pd.DataFrame) -> None:
    """Add what moves between each two places, all factors together, in mean needs."""
    size = {factor.code: plan.problem.size[f] for f, factor in enumerate(plan.factors)}
    weighed = table.assign(value=table["amount"] * table["factor"].map(size))
    pairs = weighed.groupby(["origin", "destination"], as_index=False, sort=False)["value"].sum()
    facts.table(
        "boards.flows",
        names(made, pairs.sort_values("value", ascending=False, kind="stable")),
        labels={"value": ("调动量", "Moved")},
        units={"value": NEED},
        decimals={"value": 3},
        sources=made.sources,
    )
    place = {one.code: one for one in made.places}
    each = received(plan)
    nodes = pd.DataFrame(
        {
            "place": made.codes,
            "given": each["given"].to_numpy(),
            "taken": each["taken"].to_numpy(),
            "lon": [place[code].lon for code in made.codes],
            "lat": [place[code].lat for code in made.codes],
            "core": each["given"].to_numpy() > each["taken"].to_numpy(),
        }
    )
    facts.table(
        "boards.places",
        names(made, nodes),
        labels={
            "given": ("给出", "Given"),
            "taken": ("得到", "Taken"),
            "core": ("给出多于得到", "Gives more"),
        },
        units={"given": NEED, "taken": NEED},
        decimals={"given": 3, "taken": 3},
        sources=made.sources,
    )
    for column, id in (("given", "boards.plan.givers"), ("taken", "boards.plan.takers")):
        top = each[each[column] > 0].sort_values(column, ascending=False, kind="stable").index[:3]
        found = names_of(made.package.region, [str(code) for code in top])
        facts.fact(id, found or NONE, sources=made.sources)


def _add_moves(facts: Facts, made: Ground, plan: Plan, table: pd.DataFrame) -> None:
    """Add the moves that gain most, with their reason and how steady they are."""
    steady = steadiness(plan).set_index(["origin", "destination", "factor"])["steady"]
    keys = pd.MultiIndex.from_frame(table[["origin", "destination", "factor"]])
    table = table.assign(steady=100 * steady.reindex(keys).to_numpy())
    table = table.sort_values("gain", ascending=False, kind="stable").head(ROWS)
    columns = ["origin", "destination", "factor", "amount", "gain", "cost", "steady", "why_zh", "why_en"]
    shown = table.rename(columns={"zh": "why_zh", "en": "why_en"})[columns]
    facts.table(
        "boards.moves",
        names(made, shown),
        labels={
            "factor": ("要素", "Factor"),
            "amount": ("数量", "Amount"),
            "gain": GAIN,
            "cost": ("成本", "Cost"),
            "steady": ("稳定", "Steady"),
            "why": ("为什么", "Why"),
        },
        units={"steady": "%"},
        decimals={"amount": 2, "gain": 3, "cost": 3, "steady": 0},
        sources=made.sources,
        notes=(
            "稳定：需求增减一成、成本减半或加倍后重新求解，该调动仍出现的比重。增益：每补满一项短板得其权重乘以相对缺口。",
            "Steady: the share of reruns that have the move again, with needs a tenth up and down and costs "
            "halved and doubled. Gain: a filled deficit counts its weight times its share of the need.",
        ),
    )
    first = table.iloc[0] if len(table) else None
    for end in ("origin", "destination"):
        name = NONE if first is None else name_of(made.package.region, str(first[end]))
        facts.fact(f"boards.plan.first.{end}", name, sources=made.sources)


def _add_left(facts: Facts, made: Ground, plan: Plan) -> None:
    """Add whether deficits stay although something could be moved, and what holds the largest."""
    table = deficits(plan, made.named)
    asked = int(table["reason"].ne("bound").sum())
    stays = table[~table["reason"].isin(["", "bound"])].sort_values("left", ascending=False, kind="stable")
    zh, en = ALL_FILLED if stays.empty else SOME_LEFT
    said = stays.head(3)
    words = (
        zh.format(asked=asked, left=len(stays)) + "".join(said["zh"]),
        " ".join([en.format(asked=asked, left=len(stays)), *said["en"]]),
    )
    facts.fact("boards.plan.left_over", words, sources=made.sources)


def _add_prices(facts: Facts, made: Ground, plan: Plan) -> None:
    """Add what one more unit of each scarce thing would be worth; a plan in whole numbers has no prices."""
    columns = ["limit", "place", "factor", "price", "zh", "en"]
    table = priced(made, plan)
    limits = table[table["limit"] != "arrival"][columns].sort_values("price", ascending=False, kind="stable")
    shown = limits.head(ROWS).drop(columns="limit").rename(columns={"zh": "means_zh", "en": "means_en"})
    facts.table(
        "boards.prices",
        names(made, shown),
        labels={"factor": ("要素", "Factor"), "price": ("影子价格", "Price"), "means": ("含义", "Meaning")},
        decimals={"price": 4},
        sources=made.sources,
    )
    words = tuple(str(limits.iloc[0][lang]) for lang in ("zh", "en")) if len(limits) else NONE
    facts.fact("boards.plan.dearest", words, sources=made.sources)


def _add_border(facts: Facts, made: Ground, plan: Plan) -> None:
    """Add what the province border costs, and where its height comes from."""
    toll = border_cost(plan, made.named)
    zh, en = ("".join(toll.sentences("zh", made.named)), " ".join(toll.sentences("en", made.named)))
    facts.fact("boards.border", (zh, en), sources=made.sources)
    height, measured = made.border
    facts.fact("boards.border.height", 100 * height, decimals=0, unit="%", sources=made.sources)
    facts.fact("boards.border.from", BORDER[_origin(made, measured is not None)], sources=made.sources)


def _origin(made: Ground, measured: bool) -> str:
    if made.spec.cost.border != "measured":
        return "declared"
    found = made.border[1]
    return "measured" if measured and found is not None and found.penalty is not None else "unknown"


BORDER = {
    "declared": ("方案中声明", "as the specification says"),
    "measured": (
        "由本数据包城市间合作按引力模型测得",
        "measured by a gravity model on the package's own cooperation between cities",
    ),
    "unknown": (
        "数据不足以测得，按无边界计",
        "which the data cannot measure, so the plan counts no border",
    ),
}
