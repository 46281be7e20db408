"""What the rows are, over which years, and how far they may be read."""

from __future__ import annotations

from heban.report.chapters.space.ground import UNIT, Ground
from heban.report.facts import Facts

# Classes of the two funds that the bundled package counts: their codes begin with the fund.
FUNDS = ("nssfc_", "nsfc_")
SOCIAL = (
    "它们只有社会科学与管理科学，不含高新技术：这里演示的是方法，不能当作高新技术分工与互补的各阶段来读；"
    "换上专利与论文的行，同样的算法才说得上技术。",
    "They hold social science and management and no high technology: they show the method, and must not be "
    "read as stages of how high technology is divided and complemented. The same measures speak of "
    "technology once patents and papers stand in their place.",
)
OTHER = ("以下所说都只就这些行而言。", "All that follows is said of these rows alone.")


def add_scope(facts: Facts, made: Ground) -> None:
    """Add what is counted, the first and the last period, the background, and how far it may be read."""
    last, sources = made.last, made.sources
    facts.fact("space.what", made.title, sources=sources[:1])
    held = [str(one) for period in made.periods for one in period.amounts.columns]
    facts.fact("space.caveat", SOCIAL if any(one.startswith(FUNDS) for one in held) else OTHER)
    for name, period in (("first", made.periods[0]), ("last", last)):
        facts.fact(f"space.{name}.since", period.since, plain=True, sources=sources)
        facts.fact(f"space.{name}.year", period.year, plain=True, sources=sources)
    facts.fact("space.universe", last.universe, decimals=0, sources=sources)
    facts.fact("space.grants", last.totals.sum(), decimals=0, unit=UNIT, sources=sources)
    facts.fact("space.unclassed", made.unclassed, decimals=0, unit=UNIT, sources=sources)
