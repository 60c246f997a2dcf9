// Voting in place. Without this module the same forms work by ordinary pages.

import { solve } from "./poll-proof.js";

const parse = (html) => new DOMParser().parseFromString(html, "text/html");
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** The ballot form as the server sends it, with the time it arrived. */
async function fetchBallot(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`ballot: ${response.status}`);
  const form = parse(await response.text()).querySelector("[data-ballot-form]");
  return prepare(document.importNode(form, true));
}

/** Make a ballot form ready: the sum is for browsers that cannot do the computation. */
function prepare(form) {
  form.arrivedAt = performance.now();
  const sum = form.querySelector("[data-sum]");
  if (sum) sum.hidden = true;
  const comment = form.querySelector("[data-comment]");
  if (comment) {
    const show = () => {
      const isLow = form.querySelector("[data-low]:checked") !== null;
      comment.hidden = !isLow && comment.querySelector("textarea").value === "";
    };
    form.addEventListener("change", show);
    show();
  }
  return form;
}

/** Wait until the form may be sent, and do the computation if one is asked for. */
async function makeReady(form, say) {
  if (form.dataset.puzzle && !form.elements.proof.value) {
    say(form.dataset.working);
    form.elements.proof.value = await solve(JSON.parse(form.dataset.puzzle));
  }
  const age = (performance.now() - form.arrivedAt) / 1000;
  // A little more than asked for: clocks and the way back and forth.
  await pause(Math.max(0, Number(form.dataset.wait) + 0.1 - age));
}

/** A box beside the page: fetch the ballot, send it, show the result in the same place. */
function enhanceBox(box) {
  const body = box.querySelector("[data-poll-body]");
  const status = box.querySelector("[role=status]");
  const say = (text) => {
    status.textContent = text;
  };
  let fetched = null;
  const ballot = () => {
    fetched ??= fetchBallot(box.dataset.ballot);
    fetched.catch(() => {
      fetched = null;
    });
    return fetched;
  };

  async function vote(form) {
    await makeReady(form, say);
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
    });
    const page = parse(await response.text());
    const result = page.querySelector("[data-poll-results]");
    if (response.ok && result) {
      const news = result.querySelector("[data-announce]");
      say(news ? news.textContent.trim() : "");
      status.className = `poll-status ${news ? news.className : ""}`;
      news?.remove();
      body.replaceChildren(document.importNode(result, true));
      return;
    }
    const again = page.querySelector("[data-ballot-form]");
    if (!again) throw new Error(`vote: ${response.status}`);
    say("");
    show(prepare(document.importNode(again, true)));
  }

  function show(form) {
    body.replaceChildren(form);
    (form.querySelector("[role=alert], .poll-error, input:not([type=hidden])") ?? form).scrollIntoView({
      block: "nearest",
    });
    form.querySelector("input:not([type=hidden])")?.focus();
  }

  body.addEventListener("change", () => ballot(), { once: true });
  body.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-disabled", "true");
    if (form.isBusy) return;
    form.isBusy = true;
    try {
      if (form.matches("[data-ballot-form]")) {
        await vote(form);
        return;
      }
      const chosen = form.querySelector("[name=chon]:checked");
      const full = await ballot();
      const same = chosen && full.querySelector(`[type=radio][value="${CSS.escape(chosen.value)}"]`);
      if (same) same.checked = true;
      // A low score may be explained, and a poll of several aspects has more to fill in.
      if (same && !(same.matches("[data-low]") && full.querySelector("[data-comment]"))) {
        await vote(full);
      } else {
        full.dispatchEvent(new Event("change"));
        show(full);
      }
    } catch {
      // The ordinary way still works: it goes to the ballot page.
      form.submit();
    } finally {
      form.isBusy = false;
      button.removeAttribute("aria-disabled");
    }
  });
}

/** The ballot page: sent as an ordinary form, after the computation if one is asked for. */
function enhancePage(form) {
  prepare(form);
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  form.append(status);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.isBusy) return;
    form.isBusy = true;
    try {
      await makeReady(form, (text) => {
        status.textContent = text;
      });
    } finally {
      form.isBusy = false;
      form.submit();
    }
  });
}

document.querySelectorAll("[data-poll]").forEach(enhanceBox);
document.querySelectorAll("main [data-ballot-form]").forEach(enhancePage);
