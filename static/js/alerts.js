// Alerts above the page: what was read stays away, and a page that stays open learns of new ones.
// It stands behind the alerts and runs before they are drawn, so that none flashes up which the reader has closed.
// Nothing about the reader is sent: what was read is remembered in this browser alone.
(() => {
  const KEY = "alerts-read";
  const MOST_REMEMBERED = 50;
  const MINUTE = 60_000;
  const SPREAD = 0.1; // ±10 %, so that the readers of one moment do not ask together
  const BEFORE_WORDS = 150; // a screen reader says what changes in an element that it knows

  // As in trusted.js, which is a module and would come too late: read into a document in which nothing runs.
  const rules = { createHTML: (html) => html };
  const policy = window.trustedTypes?.createPolicy("alerts", rules) ?? rules;
  const parsed = (html) => new DOMParser().parseFromString(policy.createHTML(html), "text/html");

  const { address, label } = document.currentScript.dataset;
  const place = document.currentScript;
  let region = document.querySelector("[data-alerts]");
  let askedAt = -Infinity;
  let timer;

  function known() {
    try {
      const marks = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(marks) ? marks.filter((mark) => typeof mark === "string") : [];
    } catch {
      return []; // storage is switched off, or holds something else
    }
  }

  function remember(mark, isRead) {
    const marks = known().filter((other) => other !== mark);
    if (isRead) marks.push(mark);
    try {
      localStorage.setItem(KEY, JSON.stringify(marks.slice(-MOST_REMEMBERED)));
    } catch {
      // Without storage an alert is closed on this page alone.
    }
  }

  const fold = () => {
    region.hidden = region.querySelector("[data-alert]:not([hidden])") === null;
  };

  // An urgent alert is folded, never taken away.
  function prepare(alert) {
    const mark = alert.dataset.alert;
    const isRead = known().includes(mark);
    const details = alert.querySelector("details");
    if (details) {
      details.open = !isRead;
      details.addEventListener("toggle", () => remember(mark, !details.open));
      return;
    }
    alert.hidden = isRead;
    const button = alert.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
      remember(mark, true);
      alert.hidden = true;
      fold();
      goOn();
    });
  }

  // What had the focus is gone: reading goes on at the next alert, else with the page.
  function goOn() {
    const next = region.querySelector("[data-alert]:not([hidden]) button, [data-alert]:not([hidden]) summary");
    (next ?? document.querySelector("main"))?.focus();
  }

  function makeRegion() {
    region = document.createElement("section");
    region.className = "alerts";
    region.dataset.alerts = "";
    region.setAttribute("aria-label", label);
    place.before(region);
  }

  // What is urgent interrupts the reader, anything else waits for a pause.
  function announce(alert, isUrgent) {
    const words = [...alert.childNodes];
    alert.setAttribute("role", isUrgent ? "alert" : "status");
    alert.replaceChildren();
    setTimeout(() => alert.append(...words), BEFORE_WORDS);
  }

  function show(alerts) {
    if (!region && alerts.length === 0) return;
    if (!region) makeRegion();
    const marks = new Set(alerts.map((alert) => alert.mark));
    const ended = [...region.children].filter((element) => !marks.has(element.dataset.alert));
    const hadFocus = ended.some((element) => element.contains(document.activeElement));
    for (const element of ended) element.remove();
    const shown = new Map([...region.children].map((element) => [element.dataset.alert, element]));
    let next = region.firstElementChild;
    for (const { mark, level, html } of alerts) {
      const present = shown.get(mark);
      if (present) {
        if (present === next) next = next.nextElementSibling;
        continue;
      }
      const element = parsed(html).querySelector("[data-alert]");
      if (!element) continue;
      const alert = document.importNode(element, true);
      prepare(alert);
      region.insertBefore(alert, next);
      if (!alert.hidden) announce(alert, level === "urgent");
    }
    fold();
    if (hadFocus) goOn();
  }

  async function ask() {
    askedAt = performance.now();
    schedule();
    try {
      const answer = await fetch(address, { credentials: "omit", priority: "low" });
      if (answer.ok) show((await answer.json()).alerts);
    } catch {
      // What the page shows stays until the portal answers.
    }
  }

  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(askIfSeen, MINUTE * (1 - SPREAD + 2 * SPREAD * Math.random()));
  }

  function askIfSeen() {
    if (document.visibilityState === "visible") ask(); // else when the page comes into view
  }

  if (region) {
    for (const alert of region.children) prepare(alert);
    fold();
  }
  document.addEventListener("visibilitychange", () => {
    if (performance.now() - askedAt > MINUTE) askIfSeen();
    else schedule();
  });
  // A page that comes back from the back/forward cache may be old.
  addEventListener("pageshow", (event) => {
    if (event.persisted) askIfSeen();
  });
  // The page itself may come from a cache that could not renew it.
  if (document.prerendering) document.addEventListener("prerenderingchange", ask, { once: true });
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", askIfSeen, { once: true });
  else askIfSeen();
})();
