"""The complexity of the cities, or why these grants give none that may be read."""

from __future__ import annotations

from heban.domain.errors import BadSpec
from heban.domain.place import LANGUAGES, Language
from heban.measures import space
from heban.measures.space.complexity import CLOSE, WEAK
from heban.report.chapters.space.ground import LEAST, Ground
from heban.report.facts import Facts
from heban.report.words import joined

ENDS = 3  # cities and fields named at each end


def add_complexity(facts: Facts, made: Ground) -> None:
    """Add what the complexity index finds over the cities with enough grants, in words, with its anchor."""
    facts.fact("space.complexity", _found(made), sources=made.sources, how=("ECI", "ECI"))


def _found(made: Ground) -> tuple[str, str]:
    last = made.last
    try:
        found = space.economic_complexity(last.present.loc[last.cities()])
    except BadSpec:
        return (
            "复杂度（ECI）在这里算不出：各城市见长的学科全都一样，或分成互不相干的几块。",
            "Complexity (ECI) cannot be told here: the cities are all present in the same fields, or fall "
            "into blocks that share none.",
        )
    weak = _weak(found)
    if weak:
        return weak
    cities = [str(one) for one in found.eci.dropna().sort_values(ascending=False, kind="stable").index]
    fields = [str(one) for one in found.pci.dropna().sort_values(ascending=False, kind="stable").index]
    zh, en = (_ends(made, cities, fields, lang) for lang in LANGUAGES)
    anchor = f"{found.anchor:.2f}"
    return (
        f"在项目不少于 {LEAST} 项的 {len(cities)} 个城市上，复杂度（ECI）最高的是{zh[0]}，最低的是{zh[1]}；"
        f"它的一端是{zh[2]}，另一端是{zh[3]}。它与见长学科数的相关为 {anchor}，符号由此而定。"
        "社会科学里，它分开的是两类学科，不是难易高低。",
        f"Over the {len(cities)} cities with {LEAST} grants or more, complexity (ECI) is highest in {en[0]} "
        f"and lowest in {en[1]}; one of its ends is {en[2]}, the other {en[3]}. Its correlation with the "
        f"number of fields present, which gives the sign, is {anchor}. In social science it tells two kinds "
        "of disciplines apart, not the hard from the easy.",
    )


def _ends(made: Ground, cities: list[str], fields: list[str], lang: Language) -> list[str]:
    """Return the names at both ends of the cities, then of the fields."""
    places = [made.region.short_name(code, lang) for code in cities]
    classes = [made.label(code)[LANGUAGES.index(lang)] for code in fields]
    return [joined(side, lang) for names in (places, classes) for side in (names[:ENDS], names[-ENDS:])]


def _weak(found: space.Complexity) -> tuple[str, str] | None:
    """Say why a complexity may not be read; None when it may."""
    if not found.anchor >= WEAK:
        return (
            f"复杂度（ECI）在这里很弱：它与见长学科数的相关只有 {found.anchor:.2f}，连符号都不可靠，"
            "本页不排名次。",
            f"Complexity (ECI) is weak here: its correlation with the number of fields present is only "
            f"{found.anchor:.2f}, so that not even its sign is firm. No ranking is given.",
        )
    second, third = found.eigenvalues
    if second - third < CLOSE * second:
        return (
            "复杂度（ECI）在这里很弱：第二与第三特征值几乎相等，方向不定，本页不排名次。",
            "Complexity (ECI) is weak here: the second and third eigenvalues are all but equal, so that its "
            "direction is open. No ranking is given.",
        )
    return None
