"""Bring the identity of 0.1.0 from the app `portal` into its own, with the rights that groups hold on it."""

from django.db import migrations, models


def take_over(apps, schema_editor):
    content_types = apps.get_model('contenttypes', 'ContentType')
    content_types.objects.filter(app_label='portal', model='siteidentity').update(app_label='communes')


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0001_initial'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.AlterModelTable(name='siteidentity', table=None),
        migrations.RemoveConstraint(model_name='siteidentity', name='portal_siteidentity_single'),
        migrations.AddConstraint(
            model_name='siteidentity',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='communes_siteidentity_single', violation_error_message='The portal has one identity; change the existing one.'),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
    ]
