from django.db import models


class Notice(models.Model):
    """Holds the feature's right; a real one would have columns."""

    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = "notice"

    def __str__(self) -> str:
        return "notice"
