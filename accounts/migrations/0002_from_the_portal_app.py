"""Bring the accounts of 0.1.0 from the app `portal` into their own, with the rights that groups hold on them."""

from django.db import migrations


def take_over(apps, schema_editor):
    apps.get_model('contenttypes', 'ContentType').objects.filter(app_label='portal', model='user').update(app_label='accounts')


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.AlterModelTable(name='user', table=None),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
