import communes.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import polls.models.poll
import trash.rows
from django.db import migrations, models

from communes.keys import composite_key


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0007_reports_of_browsers'),
        ('polls', '0005_commune'),
        ('trash', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='poll',
            name='polls_poll_commune_one_portal_poll_at_a_time',
        ),
        migrations.AddField(
            model_name='poll',
            name='trashed',
            field=trash.rows.TrashKey(db_index=False, editable=False, help_text='Set while it lies in the trash.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trash.trashitem', verbose_name='in the trash'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=models.UniqueConstraint(condition=models.Q(('trashed__isnull', False)), fields=('commune', 'trashed'), name='polls_poll_one_row_in_trash'),
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_portal', True), ('trashed__isnull', True)), expressions=[(communes.ranges.NumberRange('commune'), '&&'), (polls.models.poll.TimeRange('opens_at', 'closes_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='polls_poll_commune_one_portal_poll_at_a_time', violation_error_message='Another poll is on every page at that time.'),
        ),
        composite_key("polls_poll", "trashed_id", "trash_trashitem"),
    ]
