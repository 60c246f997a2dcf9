"""Pages of the polls: what everyone may share is cacheable, the ballot is each voter's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from polls import exports, identity, tally, voting
from polls.challenge import MINIMUM_AGE, Challenge, Refusal
from polls.forms import BallotForm
from polls.models import Comment, Poll, Visibility
from polls.paper import Paper, fresh_paper, recent_paper
from polls.voting import Answers
from serving.clientaddress import client_address
from serving.publiccache import public_page

POLLS_PER_PAGE = 20
COMMENTS_SHOWN = 50


@require_safe
@public_page
def poll_list(request: HttpRequest) -> HttpResponse:
    """Open polls, and the archive of those that closed."""
    polls = Poll.objects.with_ballot_count()
    closed = Paginator(polls.closed().order_by("-closes_at", "-pk"), POLLS_PER_PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "polls/poll_list.html",
        {"open_polls": polls.open(), "closed_polls": closed},
    )


@require_safe
@public_page
def method(request: HttpRequest) -> HttpResponse:
    """How ballots are counted, for everyone to read."""
    return render(request, "polls/method.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """The voter's own ballot: the one page that sets cookies. GET shows it, POST casts it."""
    if request.method == "POST":
        return _cast(request, pk)
    paper = _published_paper(pk)
    if paper.poll.is_closed():
        return redirect("polls:results", pk=pk)
    return _ballot_response(request, paper, "polls/ballot.html")


@never_cache
@require_safe
def ballot_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot form alone, for poll.js to place beside any page."""
    paper = _published_paper(pk)
    if paper.poll.is_closed():
        raise Http404
    return _ballot_response(request, paper, "polls/_ballot.html")


def _published_paper(pk: int) -> Paper:
    paper = fresh_paper(pk)
    if paper is None or not paper.poll.is_published():
        raise Http404
    return paper


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The result, as far as it may be seen; after a vote with what became of it."""
    poll = get_object_or_404(Poll.objects.published(), pk=pk)
    if "phieu" in request.GET or not poll.has_public_results():
        return _own_results(request, poll)
    return _shared_results(request, poll)


@public_page
def _shared_results(request: HttpRequest, poll: Poll) -> HttpResponse:
    context = _result_context(poll) | {"is_visible": True}
    return render(request, "polls/results.html", context)


def _result_context(poll: Poll) -> dict[str, Any]:
    has_scores = poll.choices.filter(score__isnull=False).exists()
    return {
        "poll": poll,
        "results": tally.results(poll),
        "quarters": tally.quarters(poll) if has_scores else [],
        "comments": Comment.objects.published().filter(ballot__poll=poll)[:COMMENTS_SHOWN],
        "last_event": poll.events.last(),
    }


@never_cache
def _own_results(request: HttpRequest, poll: Poll) -> HttpResponse:
    token = identity.read_token(request)
    own, answers = None, frozenset()
    if token and poll.key:
        own, answers = tally.answers_of(poll, identity.voter_hash(poll, token))
    is_visible = poll.has_public_results() or (poll.results_visibility == Visibility.AFTER_VOTING and own is not None)
    context = _result_context(poll) | {
        "is_visible": is_visible,
        "own": own,
        "own_choices": {choice for _, choice in answers},
        "outcome": request.GET.get("phieu") if own else None,
    }
    return render(request, "polls/results.html", context)


@require_safe
@public_page
def results_json(request: HttpRequest, pk: int) -> JsonResponse:
    """The result for machines: totals, period, method, and the last line of the log as a witness."""
    poll = get_object_or_404(Poll.objects.published(), pk=pk)
    found = tally.results(poll)
    last = poll.events.last()
    body = {
        "poll": poll.pk,
        "title": poll.title,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "is_open": poll.is_open(),
        "people": found.people,
        "quarantined": found.quarantined,
        "max_choices": poll.max_choices,
        "questions": None,
        "log": {"lines": last.position, "hash": last.hash} if last else None,
        "method": request.build_absolute_uri(reverse("polls:method")),
        "counted_at": timezone.now(),
    }
    if poll.has_public_results():
        body["questions"] = [
            {
                "question": str(item.question),
                "people": item.people,
                "average": item.average,
                "choices": [
                    {"label": row.choice.label, "people": row.count, "percent": row.percent} for row in item.rows
                ],
            }
            for item in found.questions
        ]
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
@public_page
def results_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals as comma-separated text."""
    body = exports.as_csv(exports.total_rows(_public_results(pk)))
    return _download(body, "text/csv; charset=utf-8", f"binh-chon-{pk}.csv")


@require_safe
@public_page
def results_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals as an Excel workbook."""
    body = exports.as_xlsx(exports.total_rows(_public_results(pk)), gettext("Result"))
    return _download(body, exports.XLSX, f"binh-chon-{pk}.xlsx")


def _public_results(pk: int) -> tally.Results:
    poll = get_object_or_404(Poll.objects.published(), pk=pk)
    if not poll.has_public_results():
        raise Http404
    return tally.results(poll)


def _download(body: str | bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(body, content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _cast(request: HttpRequest, pk: int) -> HttpResponse:
    # Browsers say where a request comes from; the CSRF check has looked at Origin already.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise PermissionDenied
    paper = recent_paper(pk)
    if paper is None or not paper.poll.is_open():
        return _not_open(request, pk)
    form = BallotForm(paper.poll, paper.questions, paper.choices, request.POST)
    token = identity.read_token(request)
    if token is None:
        form.is_valid()
        form.add_error(None, gettext("Your browser did not send the ballot's cookie. Allow cookies and send it again."))
        return _ballot_response(request, paper, "polls/ballot.html", form, status=403)
    voter = identity.voter_hash(paper.poll, token)
    challenge = Challenge.read(request.POST.get("challenge", ""))
    is_proven = _check(form, paper.poll, voter, challenge)
    if not form.is_valid():
        return _ballot_response(request, paper, "polls/ballot.html", form, status=422)
    vote = voting.Vote(
        voter_hash=voter,
        net_hash=identity.network_hash(paper.poll, request),
        answers=form.answers,
        challenge=challenge.id,
        budget=paper.budget(client_address(request.META)),
        is_proven=is_proven,
        is_trapped=bool(form.cleaned_data["website"]),
        comment=form.cleaned_data["comment"] if paper.poll.takes_comments else "",
    )
    try:
        outcome = voting.cast(paper.poll, vote, timezone.now())
    except voting.ClosedError:
        return _not_open(request, pk)
    except voting.ChallengeUsedError:
        form.add_error(None, gettext("This form was sent already. Here is a new one: please send it again."))
        return _ballot_response(request, paper, "polls/ballot.html", form, status=409)
    except voting.OutdatedError:
        form.add_error(None, gettext("The ballot was changed meanwhile. Please choose again."))
        return _ballot_response(request, _published_paper(pk), "polls/ballot.html", form, status=409)
    response = redirect(f"{reverse('polls:results', args=[pk])}?phieu={outcome}")
    response.status_code = 303
    return response


def _not_open(request: HttpRequest, pk: int) -> HttpResponse:
    poll = get_object_or_404(Poll.objects.closed(), pk=pk)
    return render(request, "polls/closed.html", {"poll": poll}, status=409)


def _check(form: BallotForm, poll: Poll, voter: bytes, challenge: Challenge | None) -> bool:
    """Add what is wrong with the challenge to the form; tells whether the extra check was passed."""
    form.is_valid()
    refusal = challenge.refusal(poll, voter) if challenge else Refusal.INVALID
    if refusal is Refusal.EARLY:
        form.add_error(None, gettext("That was very quick. Please look at your choice and send it again."))
    elif refusal is Refusal.EXPIRED:
        form.add_error(None, gettext("The form was open for too long. Here is a new one: please send it again."))
    elif refusal is Refusal.INVALID:
        form.add_error(None, gettext("This form cannot be used. Here is a new one: please send it again."))
    if refusal or challenge.sum is None:
        return False
    if (proof := form.cleaned_data.get("proof")) and challenge.is_solved_by(proof):
        return True
    answer = form.cleaned_data.get("answer")
    if answer is None:
        return False
    if not challenge.is_answered_by(answer):
        form.add_error("answer", gettext("The sum is not right. Here is another one."))
    return challenge.is_answered_by(answer)


def _ballot_response(
    request: HttpRequest, paper: Paper, template: str, form: BallotForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The ballot with a fresh challenge; sets the voter's token, or renews its life."""
    token = identity.read_token(request) or identity.new_token()
    voter = identity.voter_hash(paper.poll, token)
    response = render(request, template, _ballot_context(request, paper, voter, form), status=status)
    identity.keep_token(response, token)
    return response


def _ballot_context(request: HttpRequest, paper: Paper, voter: bytes, form: BallotForm | None) -> dict[str, Any]:
    poll = paper.poll
    own, answers = tally.answers_of(poll, voter)
    budget = paper.budget(client_address(request.META))
    used = voting.network_use(poll, identity.network_hash(poll, request), budget.proven)
    is_checked = own is None and budget.asks_for_check(used)
    challenge = Challenge.issue(poll, voter, checked=is_checked)
    ticked: Answers = form.answers if form else answers
    asked_for = request.GET.get("chon", "")
    if form is None and len(paper.questions) == 1 and asked_for.isdecimal():
        ticked = frozenset({(paper.questions[0].pk, int(asked_for))})
    return {
        "poll": poll,
        "own": own,
        "ballot_questions": [
            {
                "question": question,
                "name": f"q{question.pk}",
                "choices": [(choice, (question.pk, choice.pk) in ticked) for choice in paper.choices],
                "errors": form.errors.get(f"q{question.pk}") if form else None,
            }
            for question in paper.questions
        ],
        "is_single": poll.max_choices == 1,
        "form": form,
        "comment": form.data.get("comment", "") if form else "",
        "challenge": challenge,
        "signed_challenge": challenge.sign(),
        "puzzle": challenge.puzzle(budget.work(used)) if is_checked else None,
        "minimum_age": MINIMUM_AGE,
    }
