"""Offices, people and their posts, villages."""

from pathlib import Path

import communes.ranges
import communes.rows
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import offices.models.post
import offices.telephones
from django.db import migrations, models

from communes.keys import composite_key, unique_row

TREE = Path(__file__).resolve().parents[1] / "models" / "tree.sql"
TREE_UNDO = "DROP FUNCTION offices_office_tree() CASCADE"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communes', '0004_communes'),
        ('library', '0005_communes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='In full, as on the sign at the door.', max_length=150, verbose_name='name')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address of its page. Left empty, it is made from the name. It stays when the name changes.', max_length=80, verbose_name='address')),
                ('kind', models.CharField(choices=[('leadership', 'leadership'), ('council', "people's council"), ('committee', "people's committee"), ('department', 'department'), ('one-stop', 'one-stop centre'), ('front', 'fatherland front and mass organisations'), ('police', 'police'), ('military', 'military command'), ('school', 'school'), ('health', 'health station'), ('service', 'public service unit'), ('other', 'other')], default='department', help_text='What sort of office it is.', max_length=10, verbose_name='kind')),
                ('duties', models.TextField(blank=True, help_text='What it does for citizens, in a few plain sentences. A line for each.', verbose_name='duties')),
                ('address', models.CharField(blank=True, help_text='Where citizens find it: building, room, street.', max_length=250, verbose_name='place')),
                ('telephone', models.CharField(blank=True, help_text='The number of the office, one only. No private number.', max_length=30, validators=[offices.telephones.validate_telephone], verbose_name='telephone')),
                ('email', models.EmailField(blank=True, help_text='The address of the office. No private address.', max_length=254, verbose_name='e-mail')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Smaller numbers come first among the offices at the same place of the tree.', verbose_name='position')),
                ('is_one_stop', models.BooleanField(default=False, help_text='This is where citizens hand in their papers. One office alone is.', verbose_name='one-stop centre')),
                ('is_shown', models.BooleanField(default=True, help_text='Off: citizens see neither the office nor the posts in it.', verbose_name='shown')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('parent', models.ForeignKey(blank=True, help_text='The office directly above it. Empty: it stands at the top.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='offices.office', verbose_name='belongs to')),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family_name', models.CharField(blank=True, help_text='For example Nguyễn Thị.', max_length=60, verbose_name='family and middle name')),
                ('given_name', models.CharField(help_text='For example Hoa. Lists are sorted by it. Without “đồng chí”, “ông”, “bà”.', max_length=40, verbose_name='given name')),
                ('slug', models.SlugField(blank=True, help_text='Part of the address of the page. Left empty, it is made from the name. It stays when the name changes.', max_length=80, verbose_name='address')),
                ('telephone', models.CharField(blank=True, help_text='One number, of the office. Never a private one: everybody reads it.', max_length=30, validators=[offices.telephones.validate_telephone], verbose_name='office telephone')),
                ('email', models.EmailField(blank=True, help_text='The official mailbox. Never a private one: everybody reads it.', max_length=254, verbose_name='office e-mail')),
                ('is_shown', models.BooleanField(default=True, help_text='Off: citizens find the person nowhere, not even in past posts.', verbose_name='shown')),
                ('sorting', models.TextField(db_collation='C', editable=False, help_text='Made of the name by the portal: given name, then the rest, in Vietnamese order.', verbose_name='sorting')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('picture', models.ForeignKey(blank=True, help_text='A picture of the library. Without one, the initials are shown.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='portrayed_people', to='library.picture', verbose_name='portrait')),
            ],
            options={
                'verbose_name': 'person in office',
                'verbose_name_plural': 'people in office',
                'ordering': ['sorting', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='For example Chủ tịch UBND xã.', max_length=120, verbose_name='post')),
                ('duties', models.CharField(blank=True, help_text='For what citizens turn to this person, in a few words.', max_length=300, verbose_name='in charge of')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Smaller numbers come first: 1 for the head, 2 for the deputies.', verbose_name='rank')),
                ('is_leading', models.BooleanField(default=False, help_text="Stands on the page of the commune's leaders.", verbose_name='leader')),
                ('is_sole', models.BooleanField(default=False, help_text="Tick for a post that one person holds at a time, such as the chairman's. The portal then refuses a second.", verbose_name='one person alone')),
                ('begins_on', models.DateField(blank=True, help_text='The first day. Empty: not known.', null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, help_text='The last day. Empty: holds it still.', null=True, verbose_name='until')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('office', models.ForeignKey(help_text='Where the post is.', on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='offices.office', verbose_name='office')),
                ('person', models.ForeignKey(help_text='Who holds the post.', on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='offices.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Village',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='In full, for example Thôn Khê Thượng.', max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('thon', 'village (thôn)'), ('lang', 'village (làng)'), ('xom', 'village (xóm)'), ('ban', 'village (bản)'), ('buon', 'village (buôn)'), ('ap', 'village (ấp)'), ('to', 'residential group'), ('khu', 'quarter')], default='thon', help_text='Decides what its head is called.', max_length=4, verbose_name='kind')),
                ('telephone', models.CharField(blank=True, help_text="The number that the village publishes for its citizens. Empty: that of the head's office.", max_length=30, validators=[offices.telephones.validate_telephone], verbose_name='telephone')),
                ('meeting_place', models.CharField(blank=True, help_text='For example Nhà văn hóa thôn, cạnh đình làng.', max_length=200, verbose_name='meeting place')),
                ('households_count', models.PositiveIntegerField(blank=True, help_text='How many there are. Empty: not said.', null=True, verbose_name='households')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='Smaller numbers come first; the same number: by name.', verbose_name='position')),
                ('is_shown', models.BooleanField(default=True, help_text='Off: citizens do not see the village.', verbose_name='shown')),
                ('commune', communes.rows.CommuneKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communes.commune', verbose_name='commune')),
                ('head', models.ForeignKey(blank=True, help_text='Empty while there is none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='villages', to='offices.person', verbose_name='head')),
            ],
            options={
                'verbose_name': 'village',
                'verbose_name_plural': 'villages',
                'ordering': ['position', 'name', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(fields=('commune', 'slug'), name='offices_office_slug_unique', violation_error_message='Another office already has this address.'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(condition=models.Q(('is_one_stop', True)), fields=('commune',), name='offices_office_one_one_stop', violation_error_message='Another office is the one-stop centre already.'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='offices_office_slug_present', violation_error_message='An office needs an address.'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['commune', 'sorting'], name='offices_person_sorted'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(fields=('commune', 'slug'), name='offices_person_slug_unique', violation_error_message='Another person already has this address.'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('given_name', ''), _negated=True), name='offices_person_given_name_present', violation_error_message='A person needs a given name.'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='offices_person_slug_present', violation_error_message='A person needs an address.'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['commune', 'position'], name='offices_post_commune'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on', None), ('ends_on', None), ('ends_on__gte', models.F('begins_on')), _connector='OR'), name='offices_post_ends_after_beginning', violation_error_message='A post cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(communes.ranges.NumberRange('office'), '&&'), (communes.ranges.TextRange('name'), '&&'), (models.Case(models.When(is_sole=True, then=models.Func(models.Value(None), models.Value(None), function='INT8RANGE')), default=communes.ranges.NumberRange('person')), '&&'), (offices.models.post.DateRange('begins_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], deferrable=models.Deferrable['DEFERRED'], name='offices_post_one_holder', violation_error_message='Another person holds this post at that time.'),
        ),
        migrations.AddConstraint(
            model_name='village',
            constraint=models.UniqueConstraint(fields=('commune', 'name'), name='offices_village_name_unique', violation_error_message='There is a village of this name already.'),
        ),
        unique_row('offices_office'),
        unique_row('offices_person'),
        composite_key('offices_office', 'parent_id', 'offices_office'),
        composite_key('offices_person', 'picture_id', 'library_picture'),
        composite_key('offices_post', 'person_id', 'offices_person'),
        composite_key('offices_post', 'office_id', 'offices_office'),
        composite_key('offices_village', 'head_id', 'offices_person'),
        migrations.RunSQL(TREE.read_text(encoding='utf-8'), TREE_UNDO),
    ]
