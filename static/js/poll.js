// Voting in place. Without this module the same forms work by ordinary pages.

import { solve } from "./poll-proof.js";
import { parsed } from "./trusted.js";

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** An answer of the portal that is neither a ballot nor a result. */
class UnexpectedAnswer extends Error {}

/** A ballot form out of a page, ready for use. */
function ballotOf(page) {
  const form = page.querySelector("[data-ballot-form]");
  if (!form) throw new UnexpectedAnswer("no ballot");
  return prepare(document.importNode(form, true));
}

async function fetchBallot(address, options = {}) {
  const response = await fetch(address, { credentials: "same-origin", ...options });
  if (!response.ok) throw new UnexpectedAnswer(`ballot: ${response.status}`);
  return ballotOf(parsed(await response.text()));
}

/** Ask for a comment only after a low score, and note when the form arrived. */
function prepare(form) {
  form.arrivedAt = performance.now();
  form.noValidate = true;
  const comment = form.querySelector("[data-comment]");
  if (comment) {
    const show = () => {
      const isLow = form.querySelector("[data-low]:checked") !== null;
      comment.hidden = !isLow && comment.querySelector("textarea").value === "";
    };
    form.addEventListener("change", show);
    show();
  }
  form.addEventListener("change", () => complain(form, ""));
  return form;
}

/** Say at the first question what is missing; without a text, take that back. */
function complain(form, text) {
  const question = form.querySelector("[data-question]");
  const choices = question.querySelectorAll("input");
  let error = question.querySelector(".poll-error");
  if (!text) {
    error?.remove();
    question.removeAttribute("aria-describedby");
    for (const choice of choices) choice.removeAttribute("aria-invalid");
    return;
  }
  if (!error) {
    error = document.createElement("p");
    error.className = "poll-error";
    error.id = "poll-choose";
    question.querySelector("legend").after(error);
  }
  error.textContent = text;
  question.setAttribute("aria-describedby", error.id);
  for (const choice of choices) choice.setAttribute("aria-invalid", "true");
  choices[0].focus();
}

const hasChoice = (form) => form.querySelector("[data-question] input:checked") !== null;

/** Send the ballot; the page that comes back, and where it is. */
async function send(form, more = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const age = (performance.now() - form.arrivedAt) / 1000;
  // A little more than asked for: clocks and the way back and forth.
  await pause(Math.max(0, Number(form.dataset.wait) + 0.1 - age));
  const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  return { address: response.url, isDone: response.ok, page: parsed(await response.text()) };
}

/** The computation that a busy network's ballot needs; the voter may let the ballot wait instead. */
async function prove(form) {
  const check = form.querySelector("[data-puzzle]");
  for (const part of check.querySelectorAll("[data-script]")) part.hidden = false;
  const progress = check.querySelector("progress");
  const abort = new AbortController();
  form.stopProving = () => abort.abort();
  const proof = await solve(
    JSON.parse(check.dataset.puzzle),
    check.dataset.worker,
    (share) => {
      progress.value = 100 * share;
    },
    abort.signal,
  );
  form.elements.proof.value = proof;
}

/** Begin anew when nobody has touched the page for a turn. */
function beginAnew(seconds, again) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(again, 1000 * seconds);
  };
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wait);
  wait();
}

/** Handle a ballot form wherever it stands: `place` shows what comes back. */
async function vote(form, place, more = {}) {
  if (!hasChoice(form)) {
    complain(form, form.dataset.choose);
    return;
  }
  const { address, isDone, page } = await send(form, more);
  if (isDone && page.querySelector("[data-poll-results]")) {
    place.result(page, address);
    return;
  }
  const again = ballotOf(page);
  place.ballot(again);
  const check = again.querySelector("[data-puzzle]");
  const start = check ?? again.querySelector("[role=alert], .poll-error");
  if (start) start.tabIndex = -1;
  (start ?? again.querySelector("input:not([type=hidden])"))?.focus();
  if (!check) return;
  try {
    await prove(again);
  } catch {
    return; // the voter let it wait
  }
  await vote(again, place);
}

/** Do one thing at a time with a form, and say when the portal cannot be reached. */
async function once(form, say, work) {
  if (form.isBusy) return;
  form.isBusy = true;
  const button = form.querySelector("[type=submit]");
  button?.setAttribute("aria-disabled", "true");
  say("");
  try {
    await work();
  } catch (error) {
    // The ordinary way still works when the portal answers with another page.
    if (error instanceof UnexpectedAnswer) form.submit();
    else say("offline");
  } finally {
    form.isBusy = false;
    button?.removeAttribute("aria-disabled");
  }
}

/** A ballot form's submission: with the proof running, the button lets the ballot wait. */
function submitBallot(form, place, submitter) {
  const more = submitter?.name ? { [submitter.name]: submitter.value } : {};
  form.stopProving?.();
  return vote(form, place, more);
}

/** A box beside the page: fetch the ballot, send it, show the result in the same place. */
function enhanceBox(box) {
  const body = box.querySelector("[data-poll-body]");
  const status = box.querySelector("[role=status]");
  const say = (text) => {
    status.className = "poll-status";
    status.textContent = text === "offline" ? box.dataset.offline : text;
  };
  let fetched = null;
  const ballot = () => {
    fetched ??= fetchBallot(box.dataset.ballot);
    fetched.catch(() => {
      fetched = null;
    });
    return fetched;
  };
  const place = {
    ballot(form) {
      body.replaceChildren(form);
      form.scrollIntoView({ block: "nearest" });
    },
    result(page) {
      const result = document.importNode(page.querySelector("[data-poll-results]"), true);
      const news = result.querySelector("[data-announce]");
      say(news ? news.textContent.trim() : "");
      if (news) status.className = `poll-status ${news.className}`;
      news?.remove();
      body.replaceChildren(result);
      result.focus();
      if (result.dataset.turn) beginAnew(result.dataset.turn, () => location.reload());
    },
  };

  async function first(form) {
    const chosen = form.querySelector("[name=chon]:checked");
    if (!chosen && form.querySelector("[data-question]")) {
      complain(form, box.dataset.choose);
      return;
    }
    const full = await ballot();
    const same = chosen && full.querySelector(`[type=radio][value="${CSS.escape(chosen.value)}"]`);
    if (same) same.checked = true;
    // A low score may be explained, and a poll of several aspects has more to fill in.
    if (same && !(same.matches("[data-low]") && full.querySelector("[data-comment]"))) {
      await vote(full, place);
    } else {
      full.dispatchEvent(new Event("change"));
      place.ballot(full);
      full.querySelector("input:not([type=hidden])")?.focus();
    }
  }

  for (const form of body.querySelectorAll("form")) {
    form.noValidate = true;
    if (form.querySelector("[data-question]")) form.addEventListener("change", () => complain(form, ""));
  }
  body.addEventListener("change", () => ballot().catch(() => {}), { once: true });
  body.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    once(form, say, async () => {
      if (form.matches("[data-another]")) {
        fetched = null;
        place.ballot(await fetchBallot(form.action, { method: "POST", body: new FormData(form) }));
        body.querySelector("input:not([type=hidden])")?.focus();
      } else if (form.matches("[data-ballot-form]")) {
        await submitBallot(form, place, event.submitter);
      } else {
        await first(form);
      }
    });
  });
}

/** The ballot page: the result is a page of its own. */
function enhancePage(form) {
  prepare(form);
  const place = {
    ballot(again) {
      form.replaceWith(again);
      form = again;
      listen(again);
    },
    result(_, address) {
      location.assign(address);
    },
  };
  // The form may have been replaced while it was being sent.
  const say = (text) => {
    form.querySelector("[data-status]").textContent = text === "offline" ? form.dataset.offline : text;
  };
  function listen(current) {
    current.addEventListener("submit", (event) => {
      event.preventDefault();
      once(current, say, () => submitBallot(current, place, event.submitter));
    });
  }
  listen(form);
  if (form.dataset.turn) beginAnew(form.dataset.turn, () => location.assign(form.action));
  // Sent before this module was there.
  if (form.querySelector("[data-puzzle]")) {
    prove(form)
      .then(() => vote(form, place))
      .catch(() => {});
  }
}

document.querySelectorAll("[data-poll]").forEach(enhanceBox);
document.querySelectorAll("main [data-ballot-form]").forEach(enhancePage);
