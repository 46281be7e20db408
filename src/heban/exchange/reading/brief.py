"""A programme on one page, to print: what was ordered and paid, where, against which budget, what refused."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from heban.exchange.rules.schemes import schemes

if TYPE_CHECKING:
    import altair as alt

Language = Literal["zh", "en"]
WIDTH = 660
MOST_REFUSALS = 5
WAN = 1_000_000  # fen in 1 万元
WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("创新券项目简报", "Voucher programme in brief"),
    "period": ("{since} 至 {until}（不含末日）", "{since} up to {until}, the last day not counted"),
    "firms": ("获额度企业", "firms with a quota"),
    "purchases": ("订单", "orders"),
    "ordered": ("订单金额", "ordered"),
    "held": ("冻结与已用", "held or spent"),
    "redeemed": ("已核准", "approved"),
    "paid": ("已拨付", "paid"),
    "across": ("跨省占比", "across provinces"),
    "days": ("下单到拨付（中位天数）", "days from order to money (median)"),
    "of_paid": ("{n} 单已拨付", "of {n} orders paid"),
    "by_county": ("各地", "By place"),
    "place": ("地方", "place"),
    "months": ("各月订单、核准与拨付金额（万元）", "Ordered, approved and paid by month (M CNY)"),
    "budget": ("年度预算", "budget of the year"),
    "used": ("预算已用", "budget used"),
    "refusals": ("规则拒绝次数", "What the rules refused"),
    "none_refused": ("期内没有被拒的申请。", "Nothing was refused in the period."),
    "times": ("次", "times"),
    "held_fixed": (
        "金额按下单所在月计。“—”为尚无数据。",
        "Amounts stand in the month of their order. A dash is where there is nothing yet.",
    ),
    "areas": ("范围：{areas}", "Seen: {areas}"),
}
"""What the page says beside its numbers."""


def page(told: Mapping[str, Any], lang: Language = "zh") -> str:
    """Return a programme as one page of HTML to print, its chart as a picture inside.

    `told` is what `programme.programme` returns. The page needs no script and fetches nothing.
    """
    from heban.report.charts.theme import themed  # noqa: PLC0415  draws with Altair, which is slow to load
    from heban.report.pictures import svg  # noqa: PLC0415

    at = 0 if lang == "zh" else 1
    scheme = schemes().get(told["scheme"])
    text = (files("heban.exchange.reading") / "brief.html.j2").read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text).render(
        lang="zh-CN" if lang == "zh" else "en",
        language=lang,
        w=lambda name, **values: WORDS[name][at].format(**values),
        told=told,
        scheme=(scheme.zh if lang == "zh" else scheme.en) if scheme else told["scheme"],
        money=lambda fen: money(fen, lang),
        share=share,
        shown=lambda value: "—" if value is None else f"{value:,.0f}",
        budgets={one["place"]: one for one in told["budgets"]},
        refusals=told["refusals"][:MOST_REFUSALS],
        chart=Markup(svg(themed(chart(told, lang)), "brief-")),
    )


def chart(told: Mapping[str, Any], lang: Language) -> alt.LayerChart:
    """Return what was ordered and what was approved of it, by month, as bars."""
    import altair as alt  # noqa: PLC0415

    at = 0 if lang == "zh" else 1
    unit, written = (WAN, ",.0f") if lang == "zh" else (100 * WAN, ",.2f")
    names = {key: WORDS[key][at] for key in ("ordered", "redeemed", "paid")}
    rows = [
        {"month": one["month"], "what": name, "amount": one[f"{key}_fen"] / unit}
        for one in told["by_month"]
        for key, name in names.items()
    ]
    colours = alt.Scale(domain=list(names.values()), range=["#7fb2d6", "#0b5a8f", "#0d8068"])
    drawn = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("month:N", title=None, axis=alt.Axis(labelAngle=0, grid=False)),
        xOffset=alt.XOffset("what:N", sort=list(names.values())),
        y=alt.Y("amount:Q", title=None, axis=alt.Axis(format=",~f", domain=False, ticks=False, tickCount=4)),
    )
    bars = drawn.mark_bar().encode(color=alt.Color("what:N", scale=colours, title=None))
    numbers = drawn.mark_text(dy=-7, fontSize=10).encode(
        text=alt.condition("datum.amount > 0", alt.Text("amount:Q", format=written), alt.value(""))
    )
    drawing: alt.LayerChart = (bars + numbers).properties(
        width=WIDTH, height=170, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    return drawing


def money(fen: int | None, lang: Language) -> str:
    """Return an amount as the page writes it: in 万元 or 10,000 CNY, to one decimal.

    >>> money(1_587_000_000, "zh"), money(1_587_000_000, "en"), money(None, "zh")
    ('1,587.0 万元', '15.870 M CNY', '—')
    """
    if fen is None:
        return "—"
    return f"{fen / WAN:,.1f} 万元" if lang == "zh" else f"{fen / (100 * WAN):,.3f} M CNY"


def share(value: float | None) -> str:
    """Return a share as per cent; a dash for none.

    >>> share(0.6234), share(None)
    ('62.3 %', '—')
    """
    return "—" if value is None else f"{100 * value:.1f} %"
