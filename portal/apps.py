from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    # Parts of the editor's package that no toolbar of ours reaches: three quarters of its files.
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "adapters",
        "bender-runner.config.json",
        "exportpdf",
        "flash",
        "galleriffic",
        "mathjax",
        "moono",
        "scayt",
        "smiley",
        "wsc",
    ]
