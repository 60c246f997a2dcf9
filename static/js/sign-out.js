// Whoever signs out leaves no text in the browser that the server has too. What only this browser holds, typed without a
// connection or in the last seconds, stays: it is offered to its owner alone, on return (editor-autosave.js).
const SENT = 60_000; // milliseconds within which the page after a form says that it was stored

const copies = () => {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
    return names.map((name) => [name, JSON.parse(localStorage.getItem(name)) ?? {}]);
  } catch {
    return []; // nothing is kept in this browser, or nothing of ours
  }
};

// Back from a form on another page; the form itself looks after its own copies.
if (/\/(add|change)\/$/.test(document.referrer) && !document.getElementById("article_form")) {
  const isStored = document.querySelector(".messagelist .success") !== null;
  for (const [name, copy] of isStored ? copies() : []) {
    if (copy.isSent && Date.now() - Date.parse(copy.at) < SENT) localStorage.removeItem(name);
  }
}

document.getElementById("logout-form")?.addEventListener("submit", () => {
  for (const [name, { isKept }] of copies()) if (isKept) localStorage.removeItem(name);
});
