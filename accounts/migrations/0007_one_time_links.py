import django.db.models.deletion
import textfields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_without_axes'),
    ]

    operations = [
        migrations.CreateModel(
            name='OneTimeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('invitation', 'invitation'), ('address', 'new e-mail address'), ('first', 'first administrator')], help_text='What the link is for.', max_length=10, verbose_name='purpose')),
                ('email', textfields.EmailField(blank=True, help_text='Where it was sent.', max_length=254, verbose_name='e-mail')),
                ('digest', models.CharField(help_text='SHA-256 of the secret in the link, which is not stored.', max_length=64, unique=True, verbose_name='digest')),
                ('made_at', models.DateTimeField(help_text='The time in which it is good counts from here.', verbose_name='made at')),
                ('made_by', models.ForeignKey(help_text='By whom.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('user', models.ForeignKey(help_text='Whose account it is about; of the first administrator there is none yet.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='onetime_links', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'one-time link',
                'verbose_name_plural': 'one-time links',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('user', 'purpose'), name='accounts_link_one_of_a_kind'), models.UniqueConstraint(condition=models.Q(('user', None)), fields=('purpose',), name='accounts_link_one_first_administrator'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', 'first'), ('user', None)), models.Q(('purpose__in', ['invitation', 'address']), ('user__isnull', False)), _connector='OR'), name='accounts_link_known')],
            },
        ),
    ]
