"""The back office: the ledger is looked at, names are mended, and auditors see their own jurisdiction."""

from __future__ import annotations

import pytest
from django.urls import reverse

from heban.exchange.models import Jurisdiction, LedgerAccount, Remark
from heban.web.admin import Mended, office
from tests.web.cast import Cast, browser

KINDS = sorted(office._registry, key=lambda model: model.__name__)


def where(model: type, action: str = "changelist", *args: object) -> str:
    return reverse(f"admin:exchange_{model._meta.model_name}_{action}", args=args)


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("who", ["platform", "auditor", "region_finance"])
def test_who_sees_which_rows(who: str, model: type, cast: Cast) -> None:
    answer = browser(cast.people[who]).get(where(model))
    sees = who == "platform" or (who == "auditor" and office._registry[model].place)
    assert answer.status_code == (200 if sees else 302 if who == "region_finance" else 403)


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_nobody_adds_or_removes_and_only_references_are_mended(model: type, cast: Cast) -> None:
    client = browser(cast.people["platform"])
    assert client.get(where(model, "add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        assert client.post(where(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        mends = isinstance(office._registry[model], Mended)
        assert client.post(where(model, "change", row.pk), {}).status_code == (200 if mends else 403)


def test_a_name_is_mended_and_a_code_is_not(cast: Cast) -> None:
    place = Jurisdiction.objects.get(code="340500")
    said = {"name": "马鞍山", "name_en": "Ma'anshan", "code": "999999"}
    answer = browser(cast.people["platform"]).post(where(Jurisdiction, "change", place.pk), said)
    assert answer.status_code == 302
    place.refresh_from_db()
    assert (place.code, place.name, place.name_en) == ("340500", "马鞍山", "Ma'anshan")
    auditor = browser(cast.people["auditor"])
    assert auditor.post(where(Jurisdiction, "change", place.pk), said).status_code == 403


def test_a_remark_is_mended(cast: Cast) -> None:
    row = Remark.objects.create(key="mended", words={"zh": "合成数据"})
    said = {"words": '{"zh": "全部为合成数据"}'}
    assert browser(cast.people["platform"]).post(where(Remark, "change", row.pk), said).status_code == 302
    row.refresh_from_db()
    assert row.words == {"zh": "全部为合成数据"}


def test_an_auditor_sees_the_accounts_of_their_jurisdiction(cast: Cast) -> None:
    page = browser(cast.people["auditor"]).get(where(LedgerAccount)).content.decode()
    assert "340500:appropriation" in page
    assert "310000:appropriation" not in page
    other = LedgerAccount.objects.get(code="310000:appropriation")
    assert browser(cast.people["auditor"]).get(where(LedgerAccount, "change", other.pk)).status_code == 302
    assert (
        "310000:appropriation" in browser(cast.people["platform"]).get(where(LedgerAccount)).content.decode()
    )
