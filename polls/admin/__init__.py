from polls.admin.ballot import BallotAdmin, CommentAdmin, EventAdmin, NetworkAllowanceAdmin
from polls.admin.poll import PollAdmin

__all__ = ["BallotAdmin", "CommentAdmin", "EventAdmin", "NetworkAllowanceAdmin", "PollAdmin"]
