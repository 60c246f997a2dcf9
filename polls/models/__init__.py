from polls.models.ballot import Ballot, Doubt, Selection, Status
from polls.models.comment import Comment
from polls.models.event import Event
from polls.models.network import NetworkAllowance
from polls.models.poll import Choice, Poll, Question, Visibility

__all__ = [
    "Ballot",
    "Choice",
    "Comment",
    "Doubt",
    "Event",
    "NetworkAllowance",
    "Poll",
    "Question",
    "Selection",
    "Status",
    "Visibility",
]
