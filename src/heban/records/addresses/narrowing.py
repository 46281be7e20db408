"""What a name means beside the other names of its address: 北京朝阳 is a district, 吉林长春 a province."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heban.records.addresses.gazetteer import Gazetteer, Reading

LINE, BRANCH, ORGANISATION = 3, 2, 1  # strengths: at least a line; a branch; within a name
SEVERAL = ("city", "county", "country")


@dataclass(frozen=True, slots=True)
class Mark:
    """A name read in an address: what it may mean, how firmly it stands there, its chain."""

    readings: tuple[Reading, ...]
    strength: int
    chain: int
    chinese: bool = False
    institution: bool = False

    def cities(self) -> frozenset[str]:
        """The cities that the name may mean."""
        return frozenset(r.unit.city for r in self.readings if r.unit.level == "city")

    def counties(self) -> frozenset[str]:
        """The cities of the counties that the name may mean."""
        return frozenset(r.unit.city for r in self.readings if r.unit.level == "county" and r.unit.city)

    def whole_counties(self) -> frozenset[str]:
        """The cities of the counties and county-level cities that the name means; districts left out."""
        counties = (r for r in self.readings if r.unit.level == "county" and not r.unit.district)
        return frozenset(r.unit.city for r in counties if r.full or self.strength < LINE)

    def above(self) -> frozenset[str]:
        """The provinces, and whatever else lies above cities, that the name may mean."""
        return frozenset(r.unit.code for r in self.readings if r.unit.level not in SEVERAL)

    def full(self) -> bool:
        """Whether the name is a full one in one of its meanings."""
        return any(reading.full for reading in self.readings)


def narrowed(marks: Sequence[Mark], gazetteer: Gazetteer) -> list[Mark]:
    """Leave each name the meanings that agree with the other names of the address."""
    firm = [mark for mark in marks if mark.strength >= LINE and not mark.institution]
    agreeing = [mark if mark.institution else _agreeing(mark, firm, gazetteer) for mark in marks]
    walked: list[Mark] = []
    for number in dict.fromkeys(mark.chain for mark in agreeing):
        walked += _walked([mark for mark in agreeing if mark.chain == number])
    return walked


def _agreeing(mark: Mark, firm: Sequence[Mark], gazetteer: Gazetteer) -> Mark:
    others = frozenset[str]().union(*(m.cities() for m in firm if m.readings != mark.readings))
    inner = tuple(r for r in mark.readings if r.unit.level == "county" and r.unit.city in others)
    if inner:
        return replace(mark, readings=inner)
    above = tuple(r for r in mark.readings if r.unit.code in mark.above())
    holds = any(r.unit.code in gazetteer.units[city].lineage for r in above for city in others)
    return replace(mark, readings=above) if holds and mark.cities() else mark


def _walked(chain: Sequence[Mark]) -> list[Mark]:
    """Walk down the steps of a Chinese address, and set aside what does not lie in the step before.

    After a city or county, a bare name or a district elsewhere is no step of the address
    (惠州市河南岸, 天台县西工业区); a full county is one, even when it has changed hands since.
    """
    steps: list[Mark] = []
    here: frozenset[str] = frozenset()
    for named in chain:
        mark = named
        if not mark.chinese or mark.institution or mark.strength < LINE:
            steps.append(mark)
            continue
        if here:
            mark = _step_within(mark, here)
        elif not mark.cities() and not mark.above() and mark.counties():
            mark = _first_county(mark, bool(steps))
        if mark.strength >= LINE and not (mark.above() and not mark.full()):
            here = mark.cities() or mark.counties() or here
        steps.append(mark)
    return steps


def _step_within(mark: Mark, here: frozenset[str]) -> Mark:
    inside = tuple(r for r in mark.readings if r.unit.city in here)
    if inside:
        return replace(mark, readings=inside)
    whole = tuple(r for r in mark.readings if r.full and r.unit.level != "province" and not r.unit.district)
    return replace(mark, readings=whole) if whole else replace(mark, readings=(), strength=ORGANISATION)


def _first_county(mark: Mark, after_province: bool) -> Mark:
    """A district, or a bare name, must stand where an address begins or after its province."""
    districts = all(r.unit.district for r in mark.readings)
    if after_province or (mark.full() and not districts):
        return mark
    if mark.full() and mark.strength == LINE:
        return replace(mark, strength=ORGANISATION)
    return replace(mark, strength=BRANCH) if districts and not mark.full() else mark
