"""Keep the names under which feed readers know the articles that are in a feed today."""

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

ITEMS = 30  # of each feed


def keep_former_ids(apps, schema_editor):
    published = (
        apps.get_model("news", "Article")
        .objects.filter(status="published", published_at__lte=timezone.now())
        .exclude(expires_at__lte=timezone.now())
        .select_related("category")
        .only("slug", "category__slug")
        .order_by("-published_at", "-pk")
    )
    shown = {article.pk: article for article in published[:ITEMS]}
    for category in apps.get_model("news", "Category").objects.all():
        shown |= {article.pk: article for article in published.filter(category=category)[:ITEMS]}
    for article in shown.values():
        address = f"{settings.PUBLIC_URL}/{article.category.slug}/{article.slug}-{article.pk}/"
        published.model.objects.filter(pk=article.pk).update(former_feed_id=address)


class Migration(migrations.Migration):
    dependencies = [('news', '0005_redirect_key_indexes')]

    operations = [
        migrations.AddField(
            "article",
            "former_feed_id",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=500),
        ),
        migrations.RunPython(keep_former_ids, migrations.RunPython.noop),
    ]
