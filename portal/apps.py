from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.contrib.admin import options
from django.contrib.staticfiles import apps as staticfiles
from django.utils.translation import gettext_lazy as _

from datefields import ADMIN_FIELDS


class PortalConfig(AppConfig):
    default = True  # of the three in this module
    name = "portal"
    verbose_name = _("Portal")


class PortalAdminConfig(admin.AdminConfig):
    default = False
    default_site = "portal.adminsite.PortalAdminSite"

    def ready(self) -> None:
        """Before the admins of the features are read: how each of them, and each row under a form, asks for a day."""
        options.FORMFIELD_FOR_DBFIELD_DEFAULTS.update(ADMIN_FIELDS)
        super().ready()


class PortalStaticFilesConfig(staticfiles.StaticFilesConfig):
    # Parts of the editor's package that no toolbar of ours reaches, and languages that nobody here
    # reads: nine tenths of the files. Each costs the first start its compression.
    ignore_patterns = [
        *staticfiles.StaticFilesConfig.ignore_patterns,
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
        *(
            f"ckeditor/ckeditor/plugins/{name}/*"
            for name in (
                "adobeair",
                "bbcode",
                "codesnippet",
                "codesnippetgeshi",
                "devtools",
                "docprops",
                "embedsemantic",
                "placeholder",
                "sharedspace",
                "sourcedialog",
                "stylesheetparser",
                "uicolor",
            )
        ),
        # What the editor's settings take out of it (removePlugins in richtext/editor.py).
        *(
            f"ckeditor/ckeditor/plugins/{name}/*"
            for name in (
                "about",
                "autoembed",
                "colordialog",
                "copyformatting",
                "div",
                "embed",
                "embedbase",
                "forms",
                "iframe",
                "iframedialog",
                "image",
                "language",
                "pagebreak",
                "preview",
                "templates",
            )
        ),
        # English, Vietnamese and their neighbours in the alphabet stay.
        "ckeditor/*lang/[!ev]*",
        "admin/js/vendor/select2/i18n/[!ev]*",
    ]
