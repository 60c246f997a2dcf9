// Tells the portal that a page is being read; the contract is docs/visitor-statistics.md.
// Nothing is stored on the device. The reply carries the number of people online.

const ADDRESS = "/nhip/";
const MINUTE = 60_000;
const SPREAD = 0.1; // ±10 %, so that the readers of one moment do not report together
const LEAVE_AFTER = 10_000; // a shorter stay adds nothing to the last report

// Whoever asks not to be followed is counted as one page view, without heartbeats.
const isPrivate = navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
const format = new Intl.NumberFormat("vi-VN");

let lastSignal = -Infinity;
let timer;

function message(kind) {
  const signal = { kind, page: document.body.dataset.page ?? "", path: location.pathname.slice(0, 199) };
  if (kind === "view") signal.from = referrerHost();
  return JSON.stringify(signal);
}

// The host alone: the address of the other page is nobody's business.
function referrerHost() {
  try {
    return new URL(document.referrer).hostname;
  } catch {
    return "";
  }
}

async function send(kind) {
  lastSignal = performance.now();
  try {
    const reply = await fetch(ADDRESS, {
      method: "POST",
      body: message(kind),
      headers: { "Content-Type": "text/plain" },
      keepalive: true,
      cache: "no-store",
    });
    if (reply.ok) show((await reply.json()).online);
  } catch {
    // Counting never disturbs reading.
  }
}

function show(online) {
  if (!Number.isInteger(online)) return;
  for (const element of document.querySelectorAll("[data-online]")) element.textContent = format.format(online);
}

function schedule() {
  clearTimeout(timer);
  if (isPrivate) return;
  const pause = MINUTE * (1 - SPREAD + 2 * SPREAD * Math.random());
  timer = setTimeout(beat, pause);
}

function beat() {
  if (document.visibilityState !== "visible") return; // begins again when the page comes into view
  send("beat");
  schedule();
}

function view() {
  send("view");
  schedule();
}

function leave() {
  clearTimeout(timer);
  if (isPrivate || performance.now() - lastSignal < LEAVE_AFTER) return;
  lastSignal = performance.now();
  navigator.sendBeacon(ADDRESS, message("leave"));
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
  else if (performance.now() - lastSignal > MINUTE && !isPrivate) beat();
  else schedule();
});

// A page that comes back from the back/forward cache runs no script again, but is read again.
addEventListener("pageshow", (event) => {
  if (event.persisted) view();
});

// A page fetched in advance is read when it is shown, not before.
if (document.prerendering) document.addEventListener("prerenderingchange", view, { once: true });
else view();
