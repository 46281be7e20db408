"""The forms of accounts: logging in within limits, and asking for a link to set a password."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heban.exchange.models import Person
from heban.web import windows
from heban.web.accounts.backend import address_of

TOO_MANY = _("Too many attempts. Wait fifteen minutes and try again.")


class Login(AuthenticationForm):
    """A name and a password, at most so many failures in a quarter of an hour.

    Beyond the limit nothing is looked at, so the answer tells nothing of the name or the password.
    """

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.fields["username"].label = _("E-mail address")

    error_messages = {
        "invalid_login": _("The e-mail address or the password is wrong."),
        "inactive": _("The e-mail address or the password is wrong."),
    }

    def clean(self) -> dict[str, Any]:
        """Check name and password, each try counted before it is made."""
        now = timezone.now()
        counted = [
            (windows.LOGIN_NAME, self.cleaned_data.get("username", "")),
            (windows.LOGIN_ADDRESS, address_of(self.request)),
        ]
        within = [windows.tried(limit, who, now) for limit, who in counted]
        if not all(within):
            raise ValidationError(TOO_MANY, code="too_many")
        checked: dict[str, Any] = super().clean()
        for limit, who in counted:
            windows.forgiven(limit, who, now)
        return checked


class AskForLink(PasswordResetForm):
    """An e-mail address to which a link is sent, if somebody has it; those who were only invited as well."""

    def clean(self) -> dict[str, Any]:
        """Refuse to send more and more mail to one address, or for one asker."""
        cleaned: dict[str, Any] = super().clean()
        _ensure_seldom(cleaned.get("email", ""), self.asker)
        return cleaned

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self.fields["email"].label = _("E-mail address")

    def get_users(self, email: str) -> Iterable[Person]:
        """Return who may log in with this address."""
        found: Iterable[Person] = Person.objects.filter(email__iexact=email, active=True)
        return found

    asker = ""
    """The address that the request came from; the view puts it in."""


class Register(forms.Form):
    """Name and address of somebody who wants an account; the password is set by the link they are sent."""

    name = forms.CharField(max_length=200, label=_("Your name"))
    email = forms.EmailField(max_length=254, label=_("E-mail address"))

    def clean(self) -> dict[str, Any]:
        """Refuse to send more and more mail to one address, or for one asker."""
        cleaned: dict[str, Any] = super().clean()
        _ensure_seldom(cleaned.get("email", ""), self.asker)
        return cleaned

    asker = ""
    """The address that the request came from; the view puts it in."""


def _ensure_seldom(email: str, asker: str) -> None:
    now = timezone.now()
    asked = [windows.tried(windows.MAIL_NAME, email, now), windows.tried(windows.MAIL_ADDRESS, asker, now)]
    if not all(asked):
        raise ValidationError(TOO_MANY, code="too_many")
