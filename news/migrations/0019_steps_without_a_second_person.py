"""That a step was taken without a second person has a column; it was the end of the reason, in the language of the portal."""

from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat, Left, Length, Trim

# Of earlier versions, in the two languages of the catalogue.
SENTENCES = ("(một mình: ở đây chưa có ai khác được đăng)", "(alone: nobody else publishes here)")


def move_to_column(apps, schema_editor):
    steps = apps.get_model("news", "Transition").objects.filter(action__in=("publish", "change"))
    for sentence in SENTENCES:
        said = steps.filter(reason__endswith=sentence)
        said.update(is_alone=True, reason=Trim(Left("reason", Length("reason") - len(sentence))))


def move_to_reason(apps, schema_editor):
    steps = apps.get_model("news", "Transition").objects.filter(is_alone=True)
    steps.update(reason=Trim(Concat(F("reason"), Value(f" {SENTENCES[0]}"))))


class Migration(migrations.Migration):
    dependencies = [("news", "0018_categories_of_people")]

    operations = [
        migrations.AddField(
            model_name="transition",
            name="is_alone",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Without a second person, since nobody else publishes here.",
                verbose_name="alone",
            ),
        ),
        migrations.RunPython(move_to_column, move_to_reason),
    ]
