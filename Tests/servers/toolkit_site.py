"""django-oauth-toolkit as a site of one file, whose login page is that of Django's admin:

    toolkit_site.py FOLDER PORT USER PASSWORD CLIENT SECRET
"""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

folder, port = Path(sys.argv[1]), sys.argv[2]
settings.configure(
    DEBUG=False, SECRET_KEY="only for tests, on loopback", ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="toolkit_site", USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "toolkit.db")}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", LOGIN_URL="/admin/login/", STATIC_URL="/static/",
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages", "oauth2_provider"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request",
                                                   "django.contrib.auth.context_processors.auth",
                                                   "django.contrib.messages.context_processors.messages"]}}],
    OAUTH2_PROVIDER={"SCOPES": {"mcp:use": "use it", "mcp:more": "more of it", "introspection": "ask about tokens"},
                     "PKCE_REQUIRED": True, "ACCESS_TOKEN_EXPIRE_SECONDS": 600, "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"]})
django.setup()

from django.contrib import admin  # noqa: E402 after django.setup
from django.urls import include, path  # noqa: E402

urlpatterns = [path("admin/", admin.site.urls), path("", include("oauth2_provider.urls", namespace="oauth2_provider"))]
sys.modules["toolkit_site"] = sys.modules["__main__"]


def fill(user, password, client_id, secret):
    """The user and the client, once."""
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application
    if User.objects.exists():
        return
    User.objects.create_superuser(user, "alice@example.com", password)
    Application.objects.create(client_id=client_id, client_secret=secret, name="a service", client_type="confidential",
                               authorization_grant_type="client-credentials")


call_command("migrate", verbosity=0)
fill(*sys.argv[3:7])
call_command("runserver", f"127.0.0.1:{port}", "--noreload", "--nothreading", verbosity=0)
