"""The tables of django-axes, which counted failed sign-ins before: they hold names and addresses of people."""

from django.db import migrations

TABLES = ("axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


def forget_axes(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
        cursor.execute("DELETE FROM django_migrations WHERE app = 'axes'")
    content_types = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="axes")
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__in=content_types)
    apps.get_model("auth", "Group").permissions.through.objects.filter(permission__in=permissions).delete()
    apps.get_model("accounts", "User").user_permissions.through.objects.filter(permission__in=permissions).delete()
    apps.get_model("admin", "LogEntry").objects.filter(content_type__in=content_types).update(content_type=None)
    permissions.delete()
    content_types.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_second_factor"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(forget_axes, migrations.RunPython.noop)]
