"""Communes, their hosts and who works there. What was the portal becomes the portal of the first commune."""

import communes.colours
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from vietnamese import slugify


def make_the_first(apps, schema_editor):
    """One commune, with the identity there is; whoever had a group has it there."""
    identities = apps.get_model('communes', 'SiteIdentity').objects
    memberships = apps.get_model('communes', 'Membership').objects
    identity = identities.first()
    name = ((identity.agency or identity.name) if identity else 'Cổng thông tin điện tử')[:120]
    commune = apps.get_model('communes', 'Commune').objects.create(name=name, slug=slugify(name, max_length=60))
    identities.update(commune=commune)
    held = apps.get_model(settings.AUTH_USER_MODEL).groups.through.objects.values_list('user', 'group')
    memberships.bulk_create(
        memberships.model(user_id=user, group_id=group, commune=commune) for user, group in held
    )


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('communes', '0003_normalise_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Commune',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('commune', 'commune'), ('ward', 'ward'), ('special_zone', 'special zone'), ('former_district', 'former district'), ('province', 'province')], default='commune', max_length=16, verbose_name='kind')),
                ('code', models.CharField(blank=True, help_text="The unit's number in the national list of administrative units. Digits only.", max_length=10, verbose_name='code')),
                ('name', models.CharField(help_text='With its kind, for example: Xã An Hòa.', max_length=120, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Made from the name. Stands where the commune is named in lists, files and commands.', max_length=60, verbose_name='short name')),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('open', 'open'), ('read_only', 'read-only')], default='open', help_text='Citizens see a portal that is open or read-only. Nobody writes in a read-only one.', max_length=10, verbose_name='state')),
                ('opened_on', models.DateField(blank=True, help_text='First day of the portal.', null=True, verbose_name='opened on')),
            ],
            options={
                'verbose_name': 'commune',
                'verbose_name_plural': 'communes',
                'ordering': ('name', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Host',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For example xa-an-hoa.example.gov.vn, without https://, port and path.', max_length=253, verbose_name='host')),
                ('is_main', models.BooleanField(default=False, help_text='Every other host of the commune leads visitors here.', verbose_name='main host')),
            ],
            options={
                'verbose_name': 'host',
                'verbose_name_plural': 'hosts',
                'ordering': ('-is_main', 'name'),
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField(blank=True, help_text='First day; empty: at once.', null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, help_text='Last day; empty: open.', null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ('commune__name', 'group__name', 'id'),
            },
        ),
        migrations.RemoveConstraint(
            model_name='siteidentity',
            name='communes_siteidentity_single',
        ),
        migrations.AddField(
            model_name='siteidentity',
            name='colour',
            field=models.CharField(blank=True, help_text='Of the masthead, buttons and links, as #RRGGBB. White text must be readable on it. Empty: red.', max_length=7, validators=[communes.colours.validate_colour], verbose_name='colour'),
        ),
        migrations.AddField(
            model_name='commune',
            name='parent',
            field=models.ForeignKey(blank=True, help_text='The province, of a commune; empty for a portal that stands alone.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='communes.commune', verbose_name='belongs to'),
        ),
        migrations.AddField(
            model_name='siteidentity',
            name='commune',
            field=models.OneToOneField(null=True, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='communes.commune', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='host',
            name='commune',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hosts', to='communes.commune', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='membership',
            name='commune',
            field=models.ForeignKey(help_text='Where the rights hold.', on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='communes.commune', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='membership',
            name='group',
            field=models.ForeignKey(help_text='What the person may do there.', on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='auth.group', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(help_text='Who works there.', on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddConstraint(
            model_name='commune',
            constraint=models.UniqueConstraint(fields=('slug',), name='communes_commune_slug_unique', violation_error_message='Another commune already has this short name.'),
        ),
        migrations.AddConstraint(
            model_name='commune',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='communes_commune_code_unique', violation_error_message='Another commune already has this code.'),
        ),
        migrations.AddConstraint(
            model_name='commune',
            constraint=models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9]*$')), name='communes_commune_code_digits', violation_error_message='A code has digits only.'),
        ),
        migrations.AddConstraint(
            model_name='commune',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='communes_commune_not_its_own_parent', violation_error_message='A commune does not belong to itself.'),
        ),
        migrations.AddConstraint(
            model_name='commune',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['commune', 'ward', 'special_zone', 'former_district', 'province']), ('state__in', ['draft', 'open', 'read_only'])), name='communes_commune_known', violation_error_message='Unknown kind or state.'),
        ),
        migrations.AddConstraint(
            model_name='host',
            constraint=models.UniqueConstraint(fields=('name',), name='communes_host_name_unique', violation_error_message='This host already belongs to a commune.'),
        ),
        migrations.AddConstraint(
            model_name='host',
            constraint=models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('commune',), name='communes_host_one_main', violation_error_message='The commune already has a main host.'),
        ),
        migrations.AddConstraint(
            model_name='host',
            constraint=models.CheckConstraint(condition=models.Q(('name__regex', '^[a-z0-9.-]+$')), name='communes_host_name_normal', violation_error_message='A host is written in small letters, without port.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'commune', 'group'), name='communes_membership_once', violation_error_message='This person already has this group in this commune.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), ('ends_on__gte', models.F('begins_on')), _connector='OR'), name='communes_membership_ends_after_beginning', violation_error_message='The last day lies before the first.'),
        ),
        migrations.RunPython(make_the_first, migrations.RunPython.noop),
        # The rows just written have events to fire before the table may change.
        migrations.RunSQL('SET CONSTRAINTS ALL IMMEDIATE', 'SET CONSTRAINTS ALL IMMEDIATE'),
        migrations.AlterField(
            model_name='siteidentity',
            name='commune',
            field=models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='communes.commune', verbose_name='commune'),
        ),
    ]
