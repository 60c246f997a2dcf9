// Keeps unsaved work: on the server every 20 seconds, in this browser at once. Offers it on return.
import { holdsMore, read, write } from "./editor-fields.js";

const BEAT = 20_000; // milliseconds
// What a change of the form shows itself by: the calendar of a date gives the focus back and says nothing else.
const SIGNS = ["input", "change", "focusin", "formset:added", "formset:removed"];
const script = document.getElementById("autosave-script");
const form = document.querySelector("#article_form");

if (script && form) {
  const { url, discardUrl, article, user } = script.dataset;
  const key = `draft:${user}:${article || "new"}`;
  const state = document.querySelector(".autosave-state");
  const others = document.querySelector(".others-at-work");
  const editor = () => window.CKEDITOR?.instances.id_body;
  const version = () => Number(form.elements.namedItem("base_version")?.value || 0);

  const storage = {
    get: () => {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    },
    set: (content, isSent = false) => {
      try {
        const copy = { content, version: version(), at: new Date().toISOString(), isSent };
        localStorage.setItem(key, JSON.stringify(copy));
      } catch {
        // Storage is full or switched off: the server's copy remains.
      }
    },
    drop: (name = key) => {
      try {
        localStorage.removeItem(name);
      } catch {
        // Nothing was kept.
      }
    },
    // A copy that was sent and arrived: the article has a newer version, or has come into being.
    forgetArrived: () => {
      const copy = storage.get();
      if (copy?.isSent && copy.version < version()) storage.drop();
      if (article && document.querySelector(".messagelist .success")) storage.drop(`draft:${user}:new`);
    },
  };

  const send = (address, content) =>
    fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value,
      },
      body: JSON.stringify({ article: article ? Number(article) : null, version: version(), content }),
    });

  let untouched = "";
  let kept = "";
  const isDirty = () => JSON.stringify(read()) !== untouched;

  const showOthers = (names) => {
    others.hidden = names.length === 0;
    others.textContent = names.length ? `${others.dataset.text} ${names.join(", ")}` : "";
  };

  const beat = async () => {
    const content = read();
    const text = JSON.stringify(content);
    const isNew = text !== untouched && text !== kept;
    if (isNew) storage.set(content);
    if (!article && !isNew) return;
    try {
      const response = await send(url, isNew ? content : null);
      if (response.type === "opaqueredirect" || response.status === 403) {
        state.textContent = state.dataset.signedOut;
        return;
      }
      if (!response.ok) return;
      const reply = await response.json();
      if (isNew) {
        kept = text;
        state.textContent = `${state.dataset.saved} ${reply.saved}.`;
      }
      showOthers(reply.others);
      if (reply.version > version()) state.textContent = state.dataset.conflict;
    } catch {
      if (text !== untouched) state.textContent = state.dataset.offline;
    }
  };

  const offer = () => {
    const box = document.querySelector(".unsaved-offer");
    const server = JSON.parse(document.getElementById("unsaved-work")?.textContent ?? "null");
    const local = storage.get();
    const newest = !server || (local && new Date(local.at) > new Date(server.at)) ? local : server;
    if (!newest || !holdsMore(newest.content, read(), newest.isSent)) return;
    const label = box.querySelector(".unsaved-offer-text");
    const time = new Date(newest.at).toLocaleString("vi");
    label.textContent = `${newest === server ? label.dataset.server : label.dataset.local} ${time}.`;
    box.hidden = false;
    box.querySelector(".unsaved-restore").addEventListener("click", () => {
      write(newest.content);
      box.hidden = true;
    });
    box.querySelector(".unsaved-drop").addEventListener("click", () => {
      storage.drop();
      send(discardUrl, null).catch(() => {});
      box.hidden = true;
    });
  };

  const start = () => {
    untouched = kept = JSON.stringify(read());
    offer();
    let timer;
    // The local copy follows the typing; the server hears of it with the next beat.
    const remember = () => {
      clearTimeout(timer);
      timer = setTimeout(() => isDirty() && storage.set(read()), 800);
    };
    for (const sign of SIGNS) form.addEventListener(sign, remember);
    window.django?.jQuery(form).on("change", remember); // choices with a search tell nobody else
    editor()?.on("change", remember);
    form.addEventListener("submit", () => {
      storage.set(read(), true);
    });
    setInterval(beat, BEAT);
    if (article) beat();
  };

  storage.forgetArrived();
  if (editor()?.status === "ready") start();
  else if (window.CKEDITOR) window.CKEDITOR.on("instanceReady", start, null, null, 100);
  else start();
}
