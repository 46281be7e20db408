"""What a specification says of one indicator, or of one node, once all and one are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from heban.measures.index.spec import Part

Columns = slice | npt.NDArray[np.intp]
SCALE = (0.0, 100.0)
EFFICACY = (60.0, 100.0)  # the customary scale of the efficacy function (默认值待核)


def settled(whole: Part, *ones: Part | None) -> dict[str, Any]:
    """Return the settings of one indicator or node: those of all, changed by what was said of it alone.

    Later ones overrule earlier ones. Only keys that were written count, so that a partial setting leaves the
    others as they are; an unsaid None is no setting, but "no limit" is one.

    >>> from heban.measures.index.spec import Treat, TreatOne
    >>> of_one = settled(Treat(steps=("log_CT",)), TreatOne.model_validate({"winmax": "no limit"}))
    >>> of_one["steps"], of_one["winmax"], of_one["skew_limit"]
    (('log_CT',), None, 2.0)
    """
    said = {key: getattr(whole, key) for key in type(whole).model_fields if key != "of"}
    for one in ones:
        for key in one.model_fields_set if one is not None else ():
            field = type(whole).model_fields.get(key)
            may_be_none = field is not None and type(None) in get_args(field.annotation)
            if getattr(one, key) is not None or may_be_none:
                said[key] = getattr(one, key)
    return said


def by_setting(whole: Part, codes: Sequence[str]) -> list[tuple[dict[str, Any], Columns]]:
    """Return each set of settings in use, with the columns of the indicators that it holds for.

    >>> from heban.measures.index.spec import Treat, TreatOne
    >>> made = by_setting(Treat(of={"b": TreatOne(winmax=1)}), ["a", "b", "c"])
    >>> [(said["winmax"], columns.tolist()) for said, columns in made]
    [(5, [0, 2]), (1, [1])]
    """
    of: Mapping[str, Part] = getattr(whole, "of", {})
    if not any(code in of for code in codes):
        return [(settled(whole), slice(None))]
    groups: dict[str, tuple[dict[str, Any], list[int]]] = {}
    for column, code in enumerate(codes):
        said = settled(whole, of.get(code))
        groups.setdefault(repr(sorted(said.items())), (said, []))[1].append(column)
    return [(said, np.array(columns, dtype=np.intp)) for said, columns in groups.values()]


def of_node(whole: Part, code: str, level: int) -> dict[str, Any]:
    """Return the settings of one node: what is said of it, else of its level, else of all.

    >>> from heban.measures.index.spec import Aggregate, AggregateOne
    >>> spec = Aggregate(of={"2": AggregateOne(method="geometric"), "p": AggregateOne(threshold=0.5)})
    >>> made = of_node(spec, "p", 2)
    >>> made["method"], made["threshold"], of_node(spec, "i", 3)["method"]
    ('geometric', 0.5, 'arithmetic')
    """
    of: Mapping[str, Part] = getattr(whole, "of", {})
    return settled(whole, of.get(str(level)), of.get(code))


def range_of(said: Mapping[str, Any]) -> tuple[float, float]:
    """Return the scale of scores that was said, or the customary one of the method.

    >>> range_of({"method": "efficacy", "range": None}), range_of({"method": "minmax", "range": None})
    ((60.0, 100.0), (0.0, 100.0))
    """
    low, high = said["range"] or (EFFICACY if said["method"] == "efficacy" else SCALE)
    return float(low), float(high)
