"""The pages of accounts; most are Django's, with our forms and limits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import check_for_language, get_language, get_language_from_path, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from heban.exchange.models import Person
from heban.web.accounts.backend import address_of
from heban.web.accounts.forms import AskForLink, Login, Register
from heban.web.accounts.invitations import invite


class _Limited:
    """A page whose form may say that there were too many attempts: then the status says so too."""

    def form_invalid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if form.has_error("__all__", "too_many"):
            answer.status_code = 429
            answer.headers["Retry-After"] = str(15 * 60)
        return answer


class LoggingIn(_Limited, views.LoginView):
    """Name and password."""

    form_class = Login
    template_name = "registration/login.html"
    redirect_authenticated_user = True


class AskingForLink(_Limited, views.PasswordResetView):
    """Ask for a link to set a password; the answer is the same whether anybody has the address."""

    form_class = AskForLink
    template_name = "registration/ask.html"
    email_template_name = "registration/link.txt"
    subject_template_name = "registration/subject.txt"
    success_url = reverse_lazy("password_asked")

    def get_form(self, form_class: Any = None) -> AskForLink:
        """Return the form, told who asks."""
        form: AskForLink = super().get_form(form_class)
        form.asker = address_of(self.request)
        return form


class SettingPassword(views.PasswordResetConfirmView):
    """Set a password by a link that serves once."""

    template_name = "registration/set.html"
    success_url = reverse_lazy("login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it, and say so where one goes on to log in."""
        messages.success(self.request, _("The password is set. Log in with it."))
        answer: HttpResponse = super().form_valid(form)
        return answer


class ChangingPassword(views.PasswordChangeView):
    """Change the password by giving the old one."""

    template_name = "registration/change.html"
    success_url = reverse_lazy("home")


def register(request: HttpRequest) -> HttpResponse:
    """Let anybody have an account: it may do nothing until it registers a firm, or is given a role.

    The answer is the same whether somebody has the address: then the link sets a new password.
    """
    form = Register(request.POST or None)
    form.asker = address_of(request)
    if request.method == "POST" and form.is_valid():
        named = form.cleaned_data
        site = request.build_absolute_uri("/")
        invite(named["name"], named["email"].lower(), get_language() or "zh-hans", site=site)
        return HttpResponseRedirect(reverse("password_asked"))
    status = 429 if form.has_error("__all__", "too_many") else 200
    return render(request, "registration/register.html", {"form": form}, status=status)


def home(request: HttpRequest) -> HttpResponse:
    """Show where one can go."""
    return render(request, "web/home.html")


@require_POST  # type: ignore[untyped-decorator]
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language; of somebody logged in it is remembered."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(chosen) and chosen in ("zh-hans", "en"):
        Person.objects.filter(pk=request.user.pk).update(language=chosen)
    # The page one comes from is looked up in its own language: the browser's may be another.
    with override(get_language_from_path(request.POST.get("next", "")) or get_language()):
        return set_language(request)
