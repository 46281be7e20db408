"""Classes of patents: IPC symbols to industries by the longest rule that fits."""

from __future__ import annotations

import re
from typing import Any

import ibis
import pandas as pd
from ibis import _

from heban.domain.errors import BadData, BadSpec, Finding
from heban.records import engine

# Section, class, subclass, main group, subgroup: H 01 L 31/04, with or without the blank, or in the
# fourteen places of the archives, H01L0031040000, where the group has zeros before and after.
RULE = re.compile(r"([A-H])(\d\d)?([A-Z])?\s*(\d{1,4})?(?:/(\d{2,6}))?")
SUBCLASS = r"^([A-H]\d\d[A-Z])"
GROUP = r"^[A-H]\d\d[A-Z]\s*0*(\d+)(?:/|\s|\(|$)"
SUBGROUP = r"^[A-H]\d\d[A-Z]\s*0*\d+/(\d{2,6})"
ARCHIVED = r"^[A-H]\d\d[A-Z](\d{4})(\d{6})$"
SEPARATORS = "[;；,，、|]"


def industries(symbols: Any, rules: pd.DataFrame) -> Any:
    """Return the expression of the classes of each patent: id, class; several classes make several rows.

    `symbols` is a lazy table with `id` and `ipc`; an `ipc` may list several symbols. `rules` has the
    columns prefix and class. A rule is a section, class, subclass, main group or subgroup of the IPC
    (`H`, `H01`, `H01L`, `H01L 31`, `H01L 31/04`) and fits by that hierarchy, not by letters: `G06F 1` is no
    rule for G06F 11/30. Of the rules that fit a symbol only those of the deepest level count; where
    they name several classes, it falls in all of them. A patent without a rule has no row.
    Raises `BadData` for a prefix that is no part of an IPC symbol.

    >>> rules = pd.DataFrame({"prefix": ["H01L", "H01L 31", "G06F 1"], "class": ["1", "6", "2"]})
    >>> patents = {"id": ["p", "q", "r"], "ipc": ["H01L31/04", "H01L 21/02;H01L 31/00", "G06F 11/30"]}
    >>> found = industries(engine.in_memory(pd.DataFrame(patents)), rules)
    >>> found.order_by("id", "class").execute().to_numpy().tolist()
    [['p', '6'], ['q', '1'], ['q', '6']]
    """
    keyed = rules.assign(**_keys(rules))[["key", "depth", "class"]].drop_duplicates()
    table = engine.beside(symbols.get_backend(), keyed)
    one = symbols.filter(_.ipc.notnull()).select("id", symbol=_.ipc.re_split(SEPARATORS).unnest()).distinct()
    one = one.mutate(symbol=_.symbol.strip().upper())
    return _deepest(_parts(one), table)


def by_industry(transfers: Any, rules: pd.DataFrame) -> Any:
    """Return transfers with the industry as class; a patent of several industries stands in each.

    A transfer whose symbol no rule fits keeps the empty class. The sum over the industries exceeds
    the number of transfers wherever patents fall in several.
    """
    found = industries(transfers.select("id", "ipc"), rules).select(patent_id="id", industry="class")
    joined = transfers.left_join(found, transfers.id == found.patent_id)
    return joined.mutate(**{"class": _.industry.fill_null("")}).drop("patent_id", "industry")


def _keys(rules: pd.DataFrame) -> dict[str, list[Any]]:
    missing = [column for column in ("prefix", "class") if column not in rules]
    if missing:
        raise BadSpec(f"rules of classes lack the columns {', '.join(missing)}.")
    keys, depths, findings = [], [], []
    for row, prefix in enumerate(rules["prefix"].astype(str), start=2):
        key = _key(prefix)
        if key is None:
            said = "not a part of an IPC symbol"
            repair = "write it as H, H01, H01L, H01L 31 or H01L 31/04"
            findings.append(Finding("error", "rules", row, "prefix", prefix, said, repair))
        keys.append(key or "")
        depths.append(_depth(key or ""))
    if findings:
        raise BadData(findings)
    return {"key": keys, "depth": depths}


def _key(prefix: str) -> str | None:
    """Return a rule in one spelling: H01L 31/04."""
    found = RULE.fullmatch(prefix.strip().upper())
    if found is None:
        return None
    parts = list(found.groups())
    given = [part is not None for part in parts]
    if given != sorted(given, reverse=True):  # a part without the one before it
        return None
    section, number, letter, group, subgroup = (part or "" for part in parts)
    spelled = section + number + letter
    if group:
        spelled += f" {int(group)}"
    return f"{spelled}/{subgroup}" if subgroup else spelled


def _depth(key: str) -> int:
    return 5 if "/" in key else 4 if " " in key else {1: 1, 3: 2}.get(len(key), 3)


def _parts(one: Any) -> Any:
    """Return id, symbol and its five keys, from the section down to the subgroup."""
    archived = _.symbol.re_search(ARCHIVED)
    number = _.symbol.re_extract(ARCHIVED, 1).try_cast("int64").cast("string")
    tail = _.symbol.re_extract(ARCHIVED, 2).re_replace("0{1,4}$", "")
    parts = one.mutate(
        subclass=_.symbol.re_extract(SUBCLASS, 1),
        group=ibis.ifelse(archived, number, _.symbol.re_extract(GROUP, 1)),
        subgroup=ibis.ifelse(archived, tail, _.symbol.re_extract(SUBGROUP, 1)),
    )
    main = ibis.ifelse(_.group.fill_null("") != "", _.subclass + " " + _.group, "")
    full = ibis.ifelse(_.subgroup.fill_null("") != "", _.subclass + " " + _.group + "/" + _.subgroup, "")
    return parts.filter(_.subclass != "").select(
        "id",
        "symbol",
        k1=_.subclass.substr(0, 1),
        k2=_.subclass.substr(0, 3),
        k3=_.subclass,
        k4=main,
        k5=full,
    )


def _deepest(parts: Any, rules: Any) -> Any:
    levels = [
        parts.select("id", "symbol", key=f"k{depth}").join(rules.filter(_.depth == depth), "key")
        for depth in range(1, 6)
    ]
    fits = ibis.union(*(level.select("id", "symbol", "depth", "class") for level in levels))
    deepest = fits.group_by("id", "symbol").agg(deepest=_.depth.max())
    chosen = fits.join(deepest, ["id", "symbol"]).filter(_.depth == _.deepest)
    return chosen.select("id", "class").distinct()
