"""Polls and shared networks belong to a commune; what there is belongs to the first."""

from pathlib import Path

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import communes.ranges
import communes.rows
import polls.models.poll

STAYS = Path(__file__).resolve().parents[1] / "models" / "commune.sql"
STAYS_UNDO = "DROP FUNCTION polls_poll_stays() CASCADE"

# Afterwards, what these rows still have to be checked for, so that the tables may change.
FIRST_COMMUNE = """
UPDATE polls_poll SET commune_id = (SELECT min(id) FROM communes_commune);
UPDATE polls_networkallowance SET commune_id = (SELECT min(id) FROM communes_commune);
SET CONSTRAINTS ALL IMMEDIATE;
"""


def commune(**options):
    return communes.rows.CommuneKey(
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name='+',
        to='communes.commune',
        verbose_name='commune',
        **options,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('communes', '0004_communes'),
        ('polls', '0004_ballot_codes_and_daily_budgets'),
    ]

    operations = [
        migrations.AddField(model_name='networkallowance', name='commune', field=commune(null=True)),
        migrations.AddField(model_name='poll', name='commune', field=commune(null=True)),
        migrations.RunSQL(FIRST_COMMUNE, migrations.RunSQL.noop),
        migrations.AlterField(model_name='networkallowance', name='commune', field=commune()),
        migrations.AlterField(model_name='poll', name='commune', field=commune()),
        migrations.RemoveConstraint(
            model_name='poll',
            name='polls_poll_one_portal_poll_at_a_time',
        ),
        migrations.AddConstraint(
            model_name='poll',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_portal', True)), expressions=[(communes.ranges.NumberRange('commune'), '&&'), (polls.models.poll.TimeRange('opens_at', 'closes_at', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='polls_poll_commune_one_portal_poll_at_a_time', violation_error_message='Another poll is on every page at that time.'),
        ),
        migrations.AddIndex(
            model_name='poll',
            index=models.Index(fields=['commune', 'opens_at'], name='polls_poll_commune'),
        ),
        migrations.AlterField(
            model_name='networkallowance',
            name='network',
            field=models.CharField(help_text='An address or a range, e.g. 203.0.113.7 or 203.0.113.0/24.', max_length=43, verbose_name='network'),
        ),
        migrations.AddConstraint(
            model_name='networkallowance',
            constraint=models.UniqueConstraint(fields=('commune', 'network'), name='polls_networkallowance_commune_network', violation_error_message='This network is in the list already.'),
        ),
        migrations.RunSQL(STAYS.read_text(encoding='utf-8'), STAYS_UNDO),
    ]
