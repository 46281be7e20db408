"""The columns of what is shared, as a page asks for them: under headings, each with its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from heban.exchange.models import Asset
from heban.exchange.models.assets import KINDS
from heban.exchange.rules.opening import DAY_MINUTES
from heban.exchange.rules.refusals import Said
from heban.web.desk import words
from heban.web.desk.fields import Money
from heban.web.desk.parts import Column, Flat


class Codes(forms.CharField):
    """Several codes in one line, parted by blanks or commas; its value is the list of them."""

    def to_python(self, value: Any) -> list[str]:
        """Return the codes."""
        for sign in ",，;；、":
            value = (value or "").replace(sign, " ")
        return list(dict.fromkeys(str(value).split()))

    def clean(self, value: Any) -> Any:
        """Return the codes, if each is one of GB/T 13745."""
        codes = self.to_python(value)
        if strange := [code for code in codes if not (code.isdigit() and len(code) <= 12)]:
            raise forms.ValidationError(
                _("%(code)s is no code of GB/T 13745. Write digits only, as 430.") % {"code": strange[0]}
            )
        return codes

    def prepare_value(self, value: Any) -> Any:
        """Return a list as one line."""
        return " ".join(value) if isinstance(value, list | tuple) else value


def _text(most: int = 200) -> Callable[[], forms.Field]:
    return lambda: forms.CharField(max_length=most)


def _long() -> forms.Field:
    return forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))


def _whole(least: int, most: int) -> Callable[[], forms.Field]:
    return lambda: forms.IntegerField(min_value=least, max_value=most)


def _degrees(most: int) -> Callable[[], forms.Field]:
    return lambda: forms.FloatField(min_value=-most, max_value=most)


def _one_of(field: str, codes: Sequence[str] = ()) -> Callable[[], forms.Field]:
    def made() -> forms.Field:
        known = words.choices()[field]
        return forms.ChoiceField(choices=[(code, words.here(known[code])) for code in codes or known])

    return made


def _day() -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


GROUPS: tuple[tuple[Said, tuple[Column, ...]], ...] = (
    (Said("是什么", "What it is"), (
        Column("kind", Said("类型", "Kind"), _one_of("asset_kind", KINDS), needed=True),
        Column("name", Said("名称", "Name"), _text(), needed=True),
        Column("name_en", Said("英文名称", "Name in English"), _text()),
        Column("number", Said("本单位编号", "Your own number"), _text(60),
               Said("仪器与装置提交时必填，本单位内不重复。",
                    "Instruments and facilities need one to be handed in; each only once.")),
        Column("model", Said("规格型号", "Model"), _text()),
        Column("maker", Said("生产厂商", "Maker"), _text()),
        Column("country", Said("产地国别", "Country of origin"), _text(60)),
        Column("value_fen", Said("原值（元）", "Value when bought (CNY)"), Money,
               Said("仪器与装置提交时必填；不知道则留空，不要填 0。",
                    "Instruments and facilities need it to be handed in; not known is empty, not 0.")),
        Column("in_use_since", Said("启用日期", "In use since"), _day),
        Column("public_money", Said("财政资金购置", "Bought with public money"), forms.BooleanField),
        Column("typecode", Said("分类编码", "Code of its type"), _text(20),
               Said("国家调查表的分类编码。", "As in the national survey.")),
        Column("gs1", Said("国家平台标识", "National identifier"), _text(60)),
    )),
    (Said("能做什么", "What it does"), (
        Column("purpose", Said("主要用途", "What it is used for"), _long),
        Column("specification", Said("主要技术指标", "Specification"), _long),
        Column("notes", Said("使用须知", "Notes for users"), _long),
        Column("fields", Said("研究领域（GB/T 13745 代码）", "Fields (codes of GB/T 13745)"), Codes,
               Said("多个代码用空格隔开，如 430 150。", "Part several by blanks, as 430 150.")),
    )),
    (Said("在哪里", "Where it stands"), (
        Column("address", Said("安放地址", "Address"), _text()),
        Column("longitude", Said("经度（度）", "Longitude (degrees)"), _degrees(180),
               Said("经纬度同时填或同时不填；用于按距离查找。",
                    "Give both or neither; by them it is found near a place.")),
        Column("latitude", Said("纬度（度）", "Latitude (degrees)"), _degrees(90)),
    )),
    (Said("服务与用券", "Service and vouchers"), (
        Column("service_class", Said("服务类别", "Class of service"), _one_of("service_class")),
        Column("voucher_ok", Said("可用创新券", "Vouchers may pay"), forms.BooleanField),
    )),
    (Said("怎样预约", "How it is booked"), (
        Column("confirms_itself", Said("申请即确认，不需人工答复", "Confirms requests by itself"),
               forms.BooleanField),
        Column("needs_training", Said("须培训后使用", "Only for trained people"), forms.BooleanField),
        Column("open_on_holidays", Said("节假日照常开放", "Open on public holidays"), forms.BooleanField),
        Column("grid_minutes", Said("时段（分钟）", "Bookings begin every … minutes"), _whole(1, 1440),
               Said("须能整除一天的 1440 分钟。", "A whole part of the 1440 minutes of a day.")),
        Column("least_minutes", Said("最短（分钟）", "Shortest use (minutes)"), _whole(1, 44_640)),
        Column("most_minutes", Said("最长（分钟）", "Longest use (minutes)"), _whole(1, 44_640)),
        Column("before_minutes", Said("使用前准备（分钟）", "Kept free before (minutes)"), _whole(0, 1440)),
        Column("after_minutes", Said("使用后清理（分钟）", "Kept free after (minutes)"), _whole(0, 1440)),
        Column("advance_days", Said("最多提前（天）", "How far ahead (days)"), _whole(0, 3_650)),
        Column("cancel_hours", Said("免费取消期限（开始前小时数）", "Free to cancel until (hours before)"),
               _whole(0, 8_760)),
    )),
)  # fmt: skip


PLACE = ("longitude", "latitude")


@dataclass(frozen=True)
class Columns(Flat):
    """Columns of an asset under headings; of one that there is already, only what differs is given."""

    row: Any = None

    def rows(self, name: str, initial: Any) -> list[list[tuple[str, Column, Any]]]:
        """Return the fields, those of one heading in one row."""
        found: dict[Said, list[tuple[str, Column, Any]]] = {}
        for one in self.columns:
            found.setdefault(one.group, []).append((f"{name}.{one.name}", one, self._now(one.name)))
        return list(found.values())

    def value(self, name: str, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is written, or what is written otherwise than it is."""
        found = {one.name: _plain(cleaned.get(f"{name}.{one.name}")) for one in self.columns}
        kept = {one: self._now(one) for one, value in found.items() if value is None and one not in PLACE}
        if wrong := dict(_unfit({**found, **kept})):
            raise forms.ValidationError({f"{name}.{one}": said for one, said in wrong.items()})
        if self.row is None:
            return {one: value for one, value in found.items() if value not in (None, "", [])}
        return {
            one: value
            for one, value in found.items()
            if value != _plain(self._now(one)) and (value is not None or Asset._meta.get_field(one).null)
        }

    def _now(self, column: str) -> Any:
        if self.row is not None:
            return getattr(self.row, column)
        field = Asset._meta.get_field(column)
        return None if callable(field.default) or not field.has_default() else field.default


def columns(names: Sequence[str]) -> list[Column]:
    """Return the columns of these names, each with its heading, in the order of the headings."""
    return [replace(one, group=head) for head, under in GROUPS for one in under if one.name in names]


def _unfit(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what does not go together, at the field that is to be corrected."""
    if given.get("value_fen") == 0:
        yield "value_fen", _("A value is above 0; leave it empty if it is not known.")
    missing = [one for one in PLACE if given.get(one) is None]
    if len(missing) == 1:
        yield missing[0], _("Give both longitude and latitude, or neither.")
    grid, least, most = (given.get(f"{one}_minutes") or 1 for one in ("grid", "least", "most"))
    if DAY_MINUTES % grid:
        said = _("It must be a whole part of the %(day)s minutes of a day, as 30.")
        yield "grid_minutes", said % {"day": DAY_MINUTES}
    elif most // grid * grid < least:
        yield "most_minutes", _("Give %(limit)s or more.") % {"limit": -(-least // grid) * grid}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
