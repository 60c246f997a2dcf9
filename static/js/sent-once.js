// A form that is on its way is not sent again: of a double click, the second would store the same once more, or be told
// that somebody else has changed what the first has just changed.
const WAIT = 60_000; // milliseconds; when the answer was a file, or never came, the form can be sent again afterwards

// Not `form.method` and `form.target`: a field of that name takes their place.
const said = (form, submitter, name) => submitter?.getAttribute(`form${name}`) || form.getAttribute(name) || "";

// At the window, after all who may hold a form back.
addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const stays = ["", "_self"].includes(said(form, submitter, "target"));
  if (event.defaultPrevented || !stays || said(form, submitter, "method").toLowerCase() !== "post") return;
  if (form.ariaBusy) return event.preventDefault();
  form.ariaBusy = "true";
  setTimeout(() => (form.ariaBusy = null), WAIT);
});

// Back from the next page.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const form of document.forms) form.ariaBusy = null;
});
