"""Bring the libraries of 0.1.0 from the app `news` into their own, with the rights that are held on them."""

from django.db import migrations, models

MODELS = ('picture', 'document')
# In 0.1.0 whoever wrote articles took files in and chose among them without a right on the libraries.
WRITING = ('add_article', 'change_article')
CHOOSING = ('view_picture', 'add_picture', 'view_document')


def take_over(apps, schema_editor):
    content_types = apps.get_model('contenttypes', 'ContentType').objects
    content_types.filter(app_label='news', model__in=MODELS).update(app_label='library')


def let_writers_choose(apps, schema_editor):
    permissions = apps.get_model('auth', 'Permission').objects
    writing = permissions.filter(content_type__app_label='news', codename__in=WRITING)
    choosing = permissions.filter(content_type__app_label='library', codename__in=CHOOSING)
    for group in apps.get_model('auth', 'Group').objects.filter(permissions__in=writing).distinct():
        group.permissions.add(*choosing)
    for user in apps.get_model('accounts', 'User').objects.filter(user_permissions__in=writing).distinct():
        user.user_permissions.add(*choosing)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_from_the_portal_app'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('library', '0001_initial'),
        # Its tables refer to the two while these have their old names.
        ('news', '0001_release_0_1_0'),
    ]

    operations = [
        migrations.AlterModelTable(name='picture', table=None),
        migrations.AlterModelTable(name='document', table=None),
        migrations.RemoveConstraint(model_name='picture', name='news_picture_focal_point_inside'),
        migrations.AddConstraint(
            model_name='picture',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__lte', 100), ('focal_y__lte', 100)), name='library_picture_focal_point_inside', violation_error_message='The focal point lies outside the picture.'),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.RunPython(let_writers_choose, migrations.RunPython.noop),
    ]
