"""The portal's identity as 0.1.0 made it, then in the app `portal`."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [('portal', '0001_initial')]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='SiteIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='Electronic information portal', help_text='Stands in the header and in the title of every page.', max_length=200, verbose_name='name of the portal')),
                ('agency', models.CharField(blank=True, help_text="Stands above the name, for example the People's Committee of the commune.", max_length=200, verbose_name='governing agency')),
                ('responsible_editor', models.CharField(blank=True, help_text='Full name and office of the person responsible for the content.', max_length=200, verbose_name='responsible editor')),
                ('address', models.CharField(blank=True, help_text='Where citizens find the agency.', max_length=300, verbose_name='address')),
                ('phone', models.CharField(blank=True, help_text='Stands in the footer.', max_length=100, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, help_text="Citizens' feedback goes here; stands in the footer.", max_length=254, verbose_name='e-mail')),
                ('reuse_notice', models.CharField(blank=True, help_text="How others must name the source when they publish the portal's information again.", max_length=300, verbose_name='reuse notice')),
            ],
            options={
                'verbose_name': 'site identity',
                'verbose_name_plural': 'site identity',
                'db_table': 'portal_siteidentity',
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='portal_siteidentity_single', violation_error_message='The portal has one identity; change the existing one.')],
            },
        ),
    ]
