// Says before a session ends, and lets it go on where it may; what was typed stays on the page either way.
const box = document.getElementById("session-end");
const WARNING = 5 * 60; // seconds before the end
const AGAIN = 60; // seconds between two looks while the warning stands

const show = (name) => {
  box.hidden = !name;
  for (const part of box.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== name;
};

const judge = ({ seconds, can_last: canLast }) => {
  if (seconds > WARNING) {
    show("");
    later(seconds - WARNING);
  } else if (seconds > 0) {
    const end = new Date(Date.now() + seconds * 1000);
    for (const time of box.querySelectorAll("time")) {
      time.textContent = end.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    }
    show(canLast ? "idle" : "day");
    later(Math.min(seconds + 1, AGAIN));
  } else {
    show("over");
    later(AGAIN);
  }
};

const look = async (method = "GET") => {
  const token = box.querySelector("input[name=csrfmiddlewaretoken]").value;
  try {
    const response = await fetch(box.dataset.address, { method, headers: { "X-CSRFToken": token }, cache: "no-store" });
    if (response.ok) judge(await response.json());
    else later(AGAIN);
  } catch {
    later(AGAIN); // no connection: nothing is known
  }
};

let timer = 0;
const later = (seconds) => {
  clearTimeout(timer);
  timer = setTimeout(look, seconds * 1000);
};

if (box) {
  box.querySelector("button").addEventListener("click", () => look("POST"));
  // A computer that slept has missed its timers.
  document.addEventListener("visibilitychange", () => document.hidden || look());
  later(Math.max(Number(box.dataset.seconds) - WARNING, 1));
}
