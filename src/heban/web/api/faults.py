"""One shape for every no of the interface: its code, its words in both languages, numbers, findings."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from heban.domain.errors import BadData, BadSpec, Finding, HebanError, NoPlan, Refused, UnknownName

log = logging.getLogger("heban.web")

SENTENCES: Mapping[str, tuple[int, str, str]] = {
    "access.login": (
        401,
        "未登录。请登录，或附带令牌：Authorization: Bearer …。",
        "Nobody is logged in. Log in, or send a token as Authorization: Bearer ….",
    ),
    "access.form": (
        403,
        "请求不是由本站页面发出。请重新打开页面后再试。",
        "The request did not come from a page of this site. Open the page again, or use a token.",
    ),
    "access.token": (
        403,
        "令牌不能管理令牌。请登录网站办理。",
        "A token cannot manage tokens. Log in on the site for that.",
    ),
    "access.too_many": (
        429,
        "请求过于频繁，每 {minutes} 分钟至多 {most} 次。请稍后再试。",
        "There were too many calls: the most is {most} in {minutes} minutes. Wait and call again.",
    ),
    "form.invalid": (
        400,
        "请求有 {count} 处错误，见 findings。请逐项更正。",
        "The request has faults: {count}, listed in findings. Correct each.",
    ),
    "form.unreadable": (400, "请求无法读取。请检查其格式。", "The request cannot be read. Check its form."),
    "body.too_large": (
        413,
        "内容过大，至多 {most} 字节。请缩小或分次提交。",
        "What was sent is too large: the most is {most} bytes. Make it smaller, or send it in parts.",
    ),
    "body.kind": (
        415,
        "内容类型不符，应为 {wanted}。请改用该类型。",
        "What was sent is of another kind: this address takes {wanted}. Send that, and say so.",
    ),
    "record.clash": (
        409,
        "与已有记录冲突（{constraint}）。请核对后再试。",
        "It clashes with what is written already ({constraint}). Look it up, and correct what you send.",
    ),
    "address.unknown": (404, "没有这个地址。", "There is nothing at this address."),
    "method.unknown": (
        405,
        "此地址不接受该方法，见 Allow。",
        "This address does not take the method. Use one of the header Allow.",
    ),
    "server.fault": (
        500,
        "系统故障，已记录。请附上 X-Request-Id 反馈。",
        "Something broke here and was written down. Tell us the X-Request-Id of this answer.",
    ),
}  # fmt: skip
_BY_STATUS = {status: code for code, (status, _, _) in reversed(list(SENTENCES.items()))}


class Place(Schema):
    """One fault of what was sent."""

    severity: str
    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    repair: str


class Problem(Schema):
    """What is refused, and why; `message_zh` is absent where the words exist in English only."""

    code: str
    message: str
    message_zh: str | None
    values: dict[str, Any]
    findings: list[Place]


class Fault(Schema):
    """The answer of every call that is refused or fails."""

    error: Problem


class Stopped(Exception):
    """A no of the interface itself, by its code in `SENTENCES`; who may what is the exchange's to refuse."""

    def __init__(self, code: str, findings: Iterable[Finding] = (), **values: object) -> None:
        self.code, self.findings, self.values = code, list(findings), values
        super().__init__(code)


def hear(api: NinjaAPI) -> None:
    """Let an interface answer every error in the one shape."""
    for kind in (
        HebanError, Stopped, ValidationError, AuthenticationError, Http404, HttpError, IntegrityError,
        DataError, RequestDataTooBig, Exception,
    ):  # fmt: skip
        api.add_exception_handler(kind, _answered)


def _answered(request: HttpRequest, error: Any) -> HttpResponse:
    if isinstance(error, HebanError):
        return _no(error)
    number = request.META.get("heban.request", "")
    match error:
        case Stopped():
            no = error
        case ValidationError():
            no = _invalid(error)
        case AuthenticationError() | HttpError():
            no = Stopped(_code(error.status_code))
        case Http404():
            no = Stopped("address.unknown")
        case RequestDataTooBig():
            no = Stopped("body.too_large", most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case IntegrityError() | DataError():
            # The last word is the database's. What it refuses without a code of ours is written down.
            no = Stopped("record.clash", constraint=_constraint(error))
            log.warning(f"clash {no.values['constraint']}", extra={"request": number})
        case _:
            no = Stopped("server.fault")
            log.error("broken", exc_info=error, extra={"request": number, "method": request.method})
    return stopped(no)


def stopped(no: Stopped) -> HttpResponse:
    """Return the answer to a no of the interface itself."""
    status, zh, en = SENTENCES[no.code]
    return _answer(status, no.code, en.format(**no.values), zh.format(**no.values), no.values, no.findings)


def shaped(response: HttpResponse) -> HttpResponse:
    """Give the one shape to an error that came from elsewhere, as from an address that is none."""
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    status, zh, en = SENTENCES[_code(response.status_code)]
    made = _answer(response.status_code, _code(status), en, zh, {}, [])
    response.content = made.content
    response.headers["Content-Type"] = made.headers["Content-Type"]
    response.headers["Content-Length"] = str(len(made.content))
    return response


def _constraint(error: Exception) -> str:
    """The name of what the database kept; never its words, which repeat the values."""
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    return name or type(error).__name__


def _no(no: HebanError) -> HttpResponse:
    zh: str | None = getattr(no, "zh", None)
    values: Mapping[str, object] = getattr(no, "values", {})
    match no:
        case Refused():
            status = 403 if no.code.startswith("access.") else 409
            return _answer(status, no.code, str(no), zh, values, [])
        case NoPlan():
            return _answer(409, "plan.none", str(no), zh, {"clashing": no.clashing}, [])
        case UnknownName():
            return _answer(404, "name.unknown", str(no), zh, {"near": no.near}, [])
        case BadData():
            return _answer(400, "data.bad", str(no), zh, {}, no.findings)
        case BadSpec():
            return _answer(400, "spec.bad", str(no), zh, {}, [])
    raise AssertionError(f"{type(no)} is none of the five kinds of no")


def _invalid(no: ValidationError) -> Stopped:
    findings = [_finding(error) for error in no.errors]
    return Stopped("form.invalid", findings, count=len(findings))


def _finding(error: Mapping[str, Any]) -> Finding:
    """Where it is wrong and what is; the value is not repeated, for it may be a secret."""
    where, *rest = map(str, error["loc"])
    column = ".".join(rest) or None
    return Finding("error", where, None, column, None, str(error["msg"]), "see the description of the route")


def _code(status: int) -> str:
    if status in (401, 404, 405, 413, 415, 429):
        return _BY_STATUS[status]
    if status == 403:
        return "access.form"
    return "server.fault" if status >= 500 else "form.unreadable"


def _answer(
    status: int, code: str, en: str, zh: str | None, values: Mapping[str, object], findings: Iterable[Finding]
) -> HttpResponse:
    problem = {
        "code": code,
        "message": en,
        "message_zh": zh,
        "values": {name: _plain(value) for name, value in values.items()},
        "findings": [finding.record() for finding in findings],
    }
    answer = JsonResponse({"error": problem}, status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _plain(value: object) -> object:
    """A value as JSON has it; words in two languages are given under both."""
    if isinstance(value, tuple) and hasattr(value, "zh"):
        return {"zh": value[0], "en": value[1]}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else json.loads(json.dumps(str(value)))
