"""What the polls give to the portal."""

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.roles import EDITOR, WRITER
from polls.desk import errands_of, piles_of
from polls.models import Comment, Poll
from polls.search import polls_with
from polls.upkeep import TASKS
from section import FirstStep, Holding, HomeBlock, MenuTarget, Section, Whom
from vietnamese import format_number


def opens(_path: str, match: ResolverMatch, commune_id: int) -> bool:
    """Whether the poll at a path is one that citizens see; the other pages always are."""
    pk = match.kwargs.get("pk")
    return pk is None or Poll.objects.of(commune_id).published().filter(pk=pk).exists()


def comments_of(whom: Whom) -> QuerySet[Comment]:
    return Comment.objects.filter(whom.named_in("text"))


def first_steps(user: AbstractUser) -> list[FirstStep]:
    count = Poll.objects.of(user.commune).count()
    return [
        FirstStep(
            place=40,
            title=_("A poll"),
            why=_("A question to citizens, beside every page; it can wait, and be written as a draft."),
            address=reverse("admin:polls_poll_add"),
            is_done=count > 0,
            state=ngettext("%(count)s poll", "%(count)s polls", count) % {"count": format_number(count)},
        )
    ]


PERSONAL_DATA = [
    Holding(
        what=_("Codes that tell the voters of a poll, and their networks, apart; no name and no address"),
        why=_("So that each browser has one ballot"),
        span=_("90 days after the poll closed"),
        task="polls-forget-voters",
    ),
    Holding(
        what=_("Comments on a poll, as they were written"),
        why=_("To show them beside the result, where an officer allows it"),
        span=_("Those not shown: 90 days after the poll closed; those shown: as long as the result"),
        task="polls-comments",
        rows=lambda whom: [comments_of(whom)],
        erase=lambda whom: comments_of(whom).delete()[0],
    ),
]

SECTION = Section(
    urls="polls.urls",
    parameters=frozenset({"chon", "phieu", "trang"}),
    rights={
        WRITER: frozenset({"view_poll"}),
        EDITOR: frozenset({"view_poll", "add_poll", "change_poll", "view_comment", "change_comment"}),
    },
    guarded=frozenset({"view_ballot", "change_ballot", "judge_ballot"}),
    confirmed=frozenset({"admin:polls_poll_ballots"}),
    piles=piles_of,
    first_steps=first_steps,
    errands=errands_of,
    search=polls_with,
    home_blocks=[HomeBlock("poll", _("The poll of the portal"), "polls/_home_poll.html")],
    menu_targets=lambda commune: [
        MenuTarget(_("Polls"), reverse("polls:poll_list"), group=_("Services of the portal"), key="url:polls:poll_list")
    ],
    opens=opens,
    # A vote sent twice with one token is counted once, and the second changes nothing.
    repeatable=frozenset({"polls:ballot"}),
    unsearched=("polls:poll_list",),
    tasks=TASKS,
    personal_data=PERSONAL_DATA,
)
