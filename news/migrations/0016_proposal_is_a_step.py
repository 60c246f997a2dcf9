"""A change sent for approval is logged like every other step."""

from django.db import migrations, models

ACTIONS = [
    ("submit", "sent for review"),
    ("return", "returned to the author"),
    ("publish", "approved and published"),
    ("force", "published urgently without a second person"),
    ("confirm", "urgent publication confirmed"),
    ("withdraw", "withdrawn"),
    ("restore", "restored as a draft"),
    ("propose", "change sent for approval"),
    ("change", "change approved"),
    ("decline", "change declined"),
    ("endorse", "endorsed through a link"),
    ("request", "changes asked for through a link"),
]


class Migration(migrations.Migration):
    dependencies = [("news", "0015_documents")]

    operations = [
        migrations.RemoveConstraint(model_name="transition", name="news_transition_action_known"),
        migrations.AlterField(
            model_name="transition",
            name="action",
            field=models.CharField(choices=ACTIONS, help_text="What was done.", max_length=10, verbose_name="action"),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", [value for value, _label in ACTIONS])),
                name="news_transition_action_known",
            ),
        ),
    ]
