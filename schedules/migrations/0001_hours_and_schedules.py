"""Opening hours, public holidays, receptions of citizens, weekly work schedules."""

from pathlib import Path

import communes.ranges
import communes.rows
import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import schedules.fields
import schedules.models.opening
from django.conf import settings
from django.db import migrations, models

from communes.keys import composite_key, filled_commune, unique_row

IN_ORDER = Path(__file__).resolve().parents[1] / "models" / "schedules.sql"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communes', '0004_communes'),
        ('offices', '0001_people_and_offices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(IN_ORDER.read_text(encoding='utf-8'), 'DROP FUNCTION schedules_in_order(time[])'),
        migrations.CreateModel(
            name='Reception',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('weekly', 'every week'), ('nth_weekday', 'once a month, on a weekday'), ('day_of_month', 'once a month, on a date')], default='weekly', help_text='Days off are left out.', max_length=12, verbose_name='how often')),
                ('weekday', models.SmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], help_text='Not for a date of the month.', null=True, verbose_name='weekday')),
                ('nth', models.SmallIntegerField(blank=True, choices=[(1, 'first of the month'), (2, 'second of the month'), (3, 'third of the month'), (4, 'fourth of the month'), (-1, 'last of the month')], help_text='For once a month on a weekday.', null=True, verbose_name='which of the month')),
                ('day', models.PositiveSmallIntegerField(blank=True, help_text='1 to 31, for once a month on a date.', null=True, verbose_name='date of the month')),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, help_text='For example 7h30–11h30, 13h30–16h30.', size=None, verbose_name='hours')),
                ('place', models.CharField(help_text='Building and room.', max_length=200, verbose_name='where it takes place')),
                ('telephone', models.CharField(blank=True, help_text='Where citizens ask for a time. Empty: none.', max_length=30, verbose_name='telephone')),
                ('begins_on', models.DateField(blank=True, help_text='Empty: holds already.', null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, help_text='Empty: no end.', null=True, verbose_name='until')),
                ('legal_ground', models.CharField(blank=True, help_text='The law or decision that asks for it, as citizens may read it.', max_length=200, verbose_name='legal ground')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('post', models.ForeignKey(help_text='Person and post, from the list of posts. When the post ends, so does the reception.', on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='offices.post', verbose_name='who receives')),
            ],
            options={
                'verbose_name': 'reception of citizens',
                'verbose_name_plural': 'receptions of citizens',
                'ordering': ['post__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(help_text='A day of reception on which the person is away.', verbose_name='day')),
                ('moved_to', models.DateField(blank=True, help_text='Another day, with the same hours.', null=True, verbose_name='moved to')),
                ('reason', models.CharField(blank=True, help_text='Citizens read it.', max_length=150, verbose_name='reason')),
                ('deputy', models.ForeignKey(blank=True, help_text='Empty, and no other day: nobody receives.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.post', verbose_name='who receives instead')),
                ('reception', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='schedules.reception', verbose_name='reception of citizens')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'ordering': ['on'],
            },
        ),
        migrations.CreateModel(
            name='WorkWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('monday', models.DateField(help_text='Any day of the week; the portal takes its Monday.', verbose_name='week')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('published', 'published')], default='draft', editable=False, max_length=9, verbose_name='status')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
                ('note', models.TextField(blank=True, help_text='Below the schedule, for example that it may change at short notice.', verbose_name='note')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'weekly work schedule',
                'verbose_name_plural': 'weekly work schedules',
                'ordering': ['-monday'],
                'permissions': [('publish_workweek', 'Can publish weekly work schedules')],
            },
        ),
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('session', models.CharField(blank=True, choices=[('morning', 'morning'), ('afternoon', 'afternoon'), ('evening', 'evening')], max_length=9, verbose_name='session')),
                ('starts_at', models.TimeField(blank=True, null=True, verbose_name='time')),
                ('hours', models.CharField(blank=True, help_text='Where more is known than the beginning, e.g. 7:30–9:00. Stands in its place.', max_length=60, verbose_name='hours in words')),
                ('content', models.TextField(verbose_name='content')),
                ('who', models.TextField(blank=True, verbose_name='who takes part')),
                ('place', models.TextField(blank=True, verbose_name='where it takes place')),
                ('position', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='order')),
                ('week', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='schedules.workweek', verbose_name='weekly work schedule')),
            ],
            options={
                'verbose_name': 'line of the schedule',
                'verbose_name_plural': 'lines of the schedule',
                'ordering': ['weekday', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ConfirmedYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('confirmed_at', models.DateTimeField(auto_now_add=True, verbose_name='confirmed at')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('confirmed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
            ],
            options={
                'verbose_name': 'confirmed year',
                'verbose_name_plural': 'confirmed years',
                'ordering': ['-year'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('commune', 'year'), name='schedules_confirmedyear_once', violation_error_message='This year is confirmed already.'), models.CheckConstraint(condition=models.Q(('year__gte', 2020), ('year__lte', 2099)), name='schedules_confirmedyear_known', violation_error_message='No such year.')],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For example Tết Nguyên đán.', max_length=120, verbose_name='name')),
                ('begins_on', models.DateField(help_text='The first day off.', verbose_name='from')),
                ('ends_on', models.DateField(help_text='The last day off; the same for one day.', verbose_name='until')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
            ],
            options={
                'verbose_name': 'public holiday',
                'verbose_name_plural': 'public holidays',
                'ordering': ['-begins_on', 'pk'],
                'indexes': [models.Index(fields=['commune', 'ends_on'], name='schedules_holiday_days')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(communes.ranges.NumberRange('commune'), '&&'), (schedules.models.opening.DateRange('begins_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='schedules_holiday_once', violation_error_message='Some of these days are off already.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='schedules_holiday_named', violation_error_message='Say what it is.'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='schedules_holiday_forward', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('ends_on__lte', django.db.models.expressions.CombinedExpression(models.F('begins_on'), '+', models.Value(datetime.timedelta(days=30))))), name='schedules_holiday_short', violation_error_message='A holiday of more than a month? Check the year of the last day.')],
            },
        ),
        migrations.CreateModel(
            name='HoursException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField(help_text='The first day.', verbose_name='from')),
                ('ends_on', models.DateField(help_text='The last day; the same for one day.', verbose_name='until')),
                ('hours', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, help_text='Of each of these days, e.g. 7h30–11h30. Empty: closed.', size=None, verbose_name='hours')),
                ('reason', models.CharField(help_text='Citizens read it, e.g. “The electricity is switched off”.', max_length=150, verbose_name='reason')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('office', models.ForeignKey(blank=True, help_text='Empty: all offices. What is said of one office comes first.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='hours_exceptions', to='offices.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'other hours on some days',
                'verbose_name_plural': 'other hours on some days',
                'ordering': ['-begins_on', 'pk'],
                'indexes': [models.Index(fields=['commune', 'ends_on'], name='schedules_exception_days')],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(communes.ranges.NumberRange('commune'), '&&'), (schedules.models.opening.OfficeRange('office'), '&&'), (schedules.models.opening.DateRange('begins_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='schedules_hoursexception_one_at_a_time', violation_error_message='Other hours on some of these days were entered already.'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='schedules_hoursexception_forward', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='schedules_hoursexception_reason', violation_error_message='Say why.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('hours')), name='schedules_hoursexception_hours', violation_error_message='Hours must not overlap, and end after they begin.')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='For hours of a season, e.g. “Winter hours”. Empty for the usual ones.', max_length=80, verbose_name='name')),
                ('begins_on', models.DateField(blank=True, help_text='First day of these hours. Usual hours have neither first nor last day.', null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, help_text='Last day. Afterwards the usual hours hold again.', null=True, verbose_name='until')),
                ('monday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, help_text='For example 7h30–11h30, 13h30–17h. Empty: closed.', size=None, verbose_name='Monday')),
                ('tuesday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Tuesday')),
                ('wednesday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Wednesday')),
                ('thursday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Thursday')),
                ('friday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Friday')),
                ('saturday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Saturday')),
                ('sunday', django.contrib.postgres.fields.ArrayField(base_field=models.TimeField(), blank=True, default=list, size=None, verbose_name='Sunday')),
                ('note', models.CharField(blank=True, help_text='What citizens must know, e.g. that only some papers are taken on Saturdays.', max_length=300, verbose_name='note')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('office', models.ForeignKey(help_text='Whose hours these are.', on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='offices.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'opening hours',
                'verbose_name_plural': 'opening hours',
                'ordering': ['office__position', 'office', models.OrderBy(models.F('begins_on'), nulls_first=True)],
                'constraints': [models.UniqueConstraint(condition=models.Q(('begins_on', None), ('ends_on', None)), fields=('commune', 'office'), name='schedules_openinghours_one_usual', violation_error_message='This office has usual hours already. Change those.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), _negated=True), expressions=[(communes.ranges.NumberRange('office'), '&&'), (schedules.models.opening.DateRange('begins_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='schedules_openinghours_one_at_a_time', violation_error_message='Other hours of this office hold on some of these days.'), models.CheckConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), ('ends_on__gte', models.F('begins_on')), _connector='OR'), name='schedules_openinghours_forward', violation_error_message='The last day lies before the first.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('monday')), name='schedules_openinghours_monday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('tuesday')), name='schedules_openinghours_tuesday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('wednesday')), name='schedules_openinghours_wednesday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('thursday')), name='schedules_openinghours_thursday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('friday')), name='schedules_openinghours_friday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('saturday')), name='schedules_openinghours_saturday', violation_error_message='Hours must not overlap, and end after they begin.'), models.CheckConstraint(condition=schedules.fields.InOrder(models.F('sunday')), name='schedules_openinghours_sunday', violation_error_message='Hours must not overlap, and end after they begin.')],
            },
        ),
        migrations.AddIndex(
            model_name='reception',
            index=models.Index(fields=['commune', 'post'], name='schedules_reception_commune'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day', None), ('nth', None), ('rhythm', 'weekly'), ('weekday__isnull', False)), models.Q(('day', None), ('nth__isnull', False), ('rhythm', 'nth_weekday'), ('weekday__isnull', False)), models.Q(('day__isnull', False), ('nth', None), ('rhythm', 'day_of_month'), ('weekday', None)), _connector='OR'), name='schedules_reception_whole_rule', violation_error_message='Say on which day: a weekday, or a date of the month.'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('weekday', None), ('weekday__range', (0, 6)), _connector='OR'), models.Q(('nth', None), ('nth__in', [1, 2, 3, 4, -1]), _connector='OR'), models.Q(('day', None), ('day__range', (1, 31)), _connector='OR')), name='schedules_reception_known_day', violation_error_message='No such day.'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), ('ends_on__gte', models.F('begins_on')), _connector='OR'), name='schedules_reception_forward', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=models.Q(('hours', []), _negated=True), name='schedules_reception_has_hours', violation_error_message='Say from when until when.'),
        ),
        migrations.AddConstraint(
            model_name='reception',
            constraint=models.CheckConstraint(condition=schedules.fields.InOrder(models.F('hours')), name='schedules_reception_hours', violation_error_message='Hours must not overlap, and end after they begin.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.UniqueConstraint(fields=('reception', 'on'), name='schedules_absence_once', violation_error_message='An absence on this day is entered already.'),
        ),
        migrations.AddConstraint(
            model_name='absence',
            constraint=models.CheckConstraint(condition=models.Q(('moved_to', None), models.Q(('moved_to', models.F('on')), _negated=True), _connector='OR'), name='schedules_absence_moved', violation_error_message='It is moved to the day on which it is.'),
        ),
        migrations.AddConstraint(
            model_name='workweek',
            constraint=models.UniqueConstraint(fields=('commune', 'monday'), name='schedules_workweek_once', violation_error_message='There is a schedule of this week already. Change that one.'),
        ),
        migrations.AddConstraint(
            model_name='workweek',
            constraint=models.CheckConstraint(condition=models.Q(('monday__iso_week_day', 1)), name='schedules_workweek_monday', violation_error_message='A week begins on Monday.'),
        ),
        migrations.AddConstraint(
            model_name='workweek',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('status', 'draft')), models.Q(('published_at__isnull', False), ('status', 'published')), _connector='OR'), name='schedules_workweek_published_at', violation_error_message='A published schedule has a moment of its publication.'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6)), ('session__in', ['', 'morning', 'afternoon', 'evening'])), name='schedules_workitem_known', violation_error_message='No such day or session.'),
        ),
        migrations.AddConstraint(
            model_name='workitem',
            constraint=models.CheckConstraint(condition=models.Q(('content', ''), _negated=True), name='schedules_workitem_content', violation_error_message='Say what it is.'),
        ),
        migrations.AddIndex(
            model_name='openinghours',
            index=models.Index(fields=['commune', 'office'], name='schedules_openinghours_office'),
        ),
        unique_row('offices_post'),
        unique_row('schedules_reception'),
        filled_commune('schedules_absence', 'reception_id', 'schedules_reception'),
        composite_key('schedules_openinghours', 'office_id', 'offices_office'),
        composite_key('schedules_hoursexception', 'office_id', 'offices_office'),
        composite_key('schedules_reception', 'post_id', 'offices_post'),
        composite_key('schedules_absence', 'reception_id', 'schedules_reception'),
        composite_key('schedules_absence', 'deputy_id', 'offices_post'),
    ]
