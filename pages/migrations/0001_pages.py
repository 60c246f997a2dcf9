"""Pages are articles of their own kind: no table of their own."""

from django.db import migrations


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('news', '0012_kinds_of_articles'),
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'proxy': True,
                'default_permissions': (),
                'indexes': [],
                'constraints': [],
            },
            bases=('news.article',),
        ),
    ]
