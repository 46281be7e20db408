"""The addresses of the site: pages with their language in front, the rest without."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth import views as django_views
from django.urls import include, path

from heban.web import health
from heban.web.accounts import views
from heban.web.admin import office
from heban.web.api.site import api

urlpatterns = [
    path("health", health.health, name="health"),
    path("api/v1/", api.urls),
    path("language", views.language, name="language"),
    path("admin/", office.urls),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("login", views.LoggingIn.as_view(), name="login"),
        path("logout", django_views.LogoutView.as_view(), name="logout"),
        path("password", views.ChangingPassword.as_view(), name="password_change"),
        path("password/forgotten", views.AskingForLink.as_view(), name="password_ask"),
        path(
            "password/asked",
            django_views.PasswordResetDoneView.as_view(template_name="registration/asked.html"),
            name="password_asked",
        ),
        path("password/<uidb64>/<token>", views.SettingPassword.as_view(), name="password_set"),
        path("register", views.register, name="register"),
        path("desk/", include("heban.web.desk.urls")),
        path("atlas/", include("heban.web.atlas.urls")),
    ),
]
