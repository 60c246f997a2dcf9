"""Pages of the polls: what everyone may share is cacheable, the ballot is each voter's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from polls import exports, tally
from polls.casting import identity, proof, voting
from polls.casting.challenge import MINIMUM_AGE, Challenge, Refusal
from polls.casting.forms import BallotForm
from polls.casting.identity import Voter
from polls.casting.paper import Paper, fresh_paper, recent_paper
from polls.casting.voting import Answers
from polls.models import Comment, Poll, Status, Visibility
from serving.publiccache import public_page
from spreadsheet import CSV, XLSX, download
from upkeep.believedtime import believed_now

POLLS_PER_PAGE = 20
COMMENTS_SHOWN = 50


@require_safe
@public_page
def poll_list(request: HttpRequest) -> HttpResponse:
    """Open polls, and the archive of those that closed."""
    polls = Poll.objects.of(request.commune).with_ballot_count()
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
    paper = _published_paper(request, pk)
    if paper.poll.is_closed():
        return redirect("polls:results", pk=pk)
    return _ballot_response(request, paper, _reader(request, paper), "polls/ballot.html")


@never_cache
@require_safe
def ballot_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballot form alone, for poll.js to place beside any page."""
    paper = _published_paper(request, pk)
    if paper.poll.is_closed():
        raise Http404
    return _ballot_response(request, paper, _reader(request, paper), "polls/_ballot.html")


@never_cache
@require_POST
def another_voter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the browser to another person: a new token, at the cost of the network's budget."""
    _refuse_other_sites(request)
    paper = _published_paper(request, pk)
    if paper.poll.is_closed():
        return redirect("polls:results", pk=pk)
    response = redirect("polls:ballot", pk=pk)
    response.status_code = 303
    identity.keep_token(response, identity.new_token())
    return response


def _reader(request: HttpRequest, paper: Paper) -> Voter:
    """Who opens the ballot; at a shared computer always somebody new."""
    voter = Voter.of(request, paper)
    return voter.followed(paper.poll) if voter.is_shared else voter


def _published_paper(request: HttpRequest, pk: int) -> Paper:
    paper = fresh_paper(request.commune, pk)
    if paper is None or not paper.poll.is_published():
        raise Http404
    return paper


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """The result, as far as it may be seen; after a vote with what became of it."""
    poll = get_object_or_404(Poll.objects.of(request.commune).published(), pk=pk)
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
    # A shared computer has no token of the ballot any more.
    status = own.status if own else identity.read_receipt(request, poll)
    is_visible = poll.has_public_results() or (
        poll.results_visibility == Visibility.AFTER_VOTING and status is not None
    )
    context = _result_context(poll) | {
        "is_visible": is_visible,
        "own": own,
        "own_status": status,
        "own_choices": {choice for _, choice in answers},
        "outcome": request.GET.get("phieu") if status else None,
        "may_prove": own is not None and own.can_be_proven() and poll.is_open(),
        "is_shared": identity.is_shared(request),
        "turn": identity.TURN,
    }
    return render(request, "polls/results.html", context)


@require_safe
@public_page
def results_json(request: HttpRequest, pk: int) -> JsonResponse:
    """The result for machines: totals, period, method, and the last line of the log as a witness."""
    poll = get_object_or_404(Poll.objects.of(request.commune).published(), pk=pk)
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
        "counted_at": believed_now(),
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
    return download(exports.totals(_public_results(request, pk)), CSV, f"binh-chon-{pk}")


@require_safe
@public_page
def results_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The totals as an Excel workbook."""
    return download(exports.totals(_public_results(request, pk)), XLSX, f"binh-chon-{pk}")


def _public_results(request: HttpRequest, pk: int) -> tally.Results:
    poll = get_object_or_404(Poll.objects.of(request.commune).published(), pk=pk)
    if not poll.has_public_results():
        raise Http404
    return tally.results(poll)


def _refuse_other_sites(request: HttpRequest) -> None:
    """Browsers say where a request comes from; the CSRF check has looked at Origin already."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise PermissionDenied


def _cast(request: HttpRequest, pk: int) -> HttpResponse:
    _refuse_other_sites(request)
    paper = recent_paper(request.commune, pk)
    if paper is None or not paper.poll.is_open():
        return _not_open(request, pk)
    poll = paper.poll
    voter = Voter.of(request, paper)
    form = BallotForm(poll, paper.questions, paper.choices, request.POST)

    def ask_again(status: int, *, error: str = "", on: Paper = paper, beyond: int | None = None) -> HttpResponse:
        if error:
            form.add_error(None, error)
        return _ballot_response(request, on, voter, "polls/ballot.html", form, beyond, status=status)

    form.is_valid()
    if not voter.is_known:
        error = gettext("Your browser did not send the ballot's cookie. Allow cookies and send it again.")
        return ask_again(403, error=error)
    challenge = Challenge.read(request.POST.get("challenge", ""))
    refusal = challenge.refusal(poll, voter.hash) if challenge else Refusal.INVALID
    if refusal:
        return ask_again(422, error=_refusal_text(refusal))
    if not form.is_valid():
        return ask_again(422)
    solution = form.cleaned_data["proof"]
    vote = voting.Vote(
        voter=voter,
        answers=form.answers,
        challenge=challenge.id,
        proven_up_to=proof.proven_up_to(solution, poll, voter.hash) if solution else None,
        may_wait=bool(form.cleaned_data["wait"]),
        is_trapped=bool(form.cleaned_data["website"]),
        comment=form.cleaned_data["comment"] if poll.takes_comments else "",
    )
    try:
        outcome = voting.cast(poll, vote, believed_now())
    except voting.ClosedError:
        return _not_open(request, pk)
    except voting.ProofNeededError as needed:
        return ask_again(422, beyond=needed.beyond)
    except voting.ChallengeUsedError:
        error = gettext("This form was sent already. Here is a new one: please send it again.")
        return ask_again(409, error=error)
    except voting.OutdatedError:
        error = gettext("The ballot was changed meanwhile. Please choose again.")
        return ask_again(409, error=error, on=_published_paper(request, pk))
    return _voted(poll, voter, outcome)


def _voted(poll: Poll, voter: Voter, outcome: voting.Outcome) -> HttpResponse:
    """Lead to the result; at a shared computer with the token of the next person."""
    response = redirect(f"{reverse('polls:results', args=[poll.pk])}?phieu={outcome}")
    response.status_code = 303
    if voter.is_shared:
        waits = outcome is voting.Outcome.QUARANTINED
        identity.keep_receipt(response, poll, Status.QUARANTINED if waits else Status.COUNTED)
        identity.keep_token(response, identity.new_token())
    return response


def _not_open(request: HttpRequest, pk: int) -> HttpResponse:
    poll = get_object_or_404(Poll.objects.of(request.commune).closed(), pk=pk)
    return render(request, "polls/closed.html", {"poll": poll}, status=409)


def _refusal_text(refusal: Refusal) -> str:
    if refusal is Refusal.EARLY:
        return gettext("That was very quick. Please look at your choice and send it again.")
    if refusal is Refusal.EXPIRED:
        return gettext("The form was open for too long. Here is a new one: please send it again.")
    return gettext("This form cannot be used. Here is a new one: please send it again.")


def _ballot_response(
    request: HttpRequest,
    paper: Paper,
    voter: Voter,
    template: str,
    form: BallotForm | None = None,
    beyond: int | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The ballot with a fresh challenge; sets the voter's token, or renews its life.

    `beyond`: ballots over the free budget, when the form has to give the browser a proof to find.
    """
    response = render(request, template, _ballot_context(request, paper, voter, form, beyond), status=status)
    identity.keep_token(response, voter.token)
    return response


def _ballot_context(
    request: HttpRequest, paper: Paper, voter: Voter, form: BallotForm | None, beyond: int | None
) -> dict[str, Any]:
    poll = paper.poll
    own, answers = tally.answers_of(poll, voter.hash)
    ticked: Answers = form.answers if form else answers
    asked_for = request.GET.get("chon", "")
    if form is None and len(paper.questions) == 1 and asked_for.isdecimal():
        ticked = frozenset({(paper.questions[0].pk, int(asked_for))})
    return {
        "poll": poll,
        "own": own,
        "may_prove": own is not None and own.can_be_proven(),
        "is_shared": voter.is_shared,
        "turn": identity.TURN,
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
        "signed_challenge": Challenge.issue(poll, voter.hash).sign(),
        "puzzle": None if beyond is None else proof.puzzle(poll, voter.hash, beyond),
        "minimum_age": MINIMUM_AGE,
    }
