// Keeps unsaved work: on the server every 20 seconds, in this browser at once. Offers it on return.
import { renew, token } from "./form-session.js";
import { holdsMore, read, write } from "./editor-fields.js";

const BEAT = 20_000; // milliseconds
// What a change of the form shows itself by: the calendar of a date gives the focus back and says nothing else.
const SIGNS = ["input", "change", "focusin", "formset:added", "formset:removed"];
const script = document.getElementById("autosave-script");
const form = document.querySelector("#article_form");

if (script && form) {
  const { url, discardUrl, tokenUrl, loginUrl, article, user } = script.dataset;
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

  // The form came back with what was sent and what is wrong with it: it holds more than any copy.
  const isAnswer = document.querySelector(".errornote, .errorlist") !== null;

  const say = (words, isLink = false) => {
    state.textContent = words;
    if (!isLink) return;
    const link = document.createElement("a");
    link.href = loginUrl;
    link.target = "_blank";
    link.textContent = state.dataset.signIn;
    state.append(" ", link);
  };
  const SAID = { "signed-out": "signedOut", "other-person": "otherPerson" };

  const post = (address, content) =>
    fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
      },
      body: JSON.stringify({ article: article ? Number(article) : null, version: version(), content }),
    });

  // A 403 is a token that another sign-in made invalid, or a right that was taken away: a new token tells.
  const send = async (address, content) => {
    const response = await post(address, content);
    if (response.type === "opaqueredirect") return { problem: "signedOut" };
    if (response.status !== 403) return { response };
    const session = await renew(tokenUrl, user);
    if (session !== "ready") return { problem: SAID[session] ?? "unsaved" };
    const again = await post(address, content);
    return again.status === 403 || again.type === "opaqueredirect" ? { problem: "refused" } : { response: again };
  };

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
      const { response, problem } = await send(url, isNew ? content : null);
      if (problem) {
        say(state.dataset[problem], problem === "signedOut" || problem === "otherPerson");
        return;
      }
      if (!response.ok) {
        if (isNew) say(state.dataset.unsaved);
        return;
      }
      const reply = await response.json();
      if (isNew) {
        kept = text;
        say(`${state.dataset.saved} ${reply.saved}.`);
      }
      if (!isNew && Object.values(SAID).some((name) => state.textContent.startsWith(state.dataset[name]))) say("");
      showOthers(reply.others);
      if (reply.version > version()) say(state.dataset.conflict);
    } catch {
      if (text !== untouched) say(state.dataset.offline);
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
      send(discardUrl, null).then(
        ({ response, problem }) => {
          // It is gone, too, when the article it belonged to is.
          if (!problem && (response.ok || response.status === 404)) {
            storage.drop();
            box.hidden = true;
          } else if (problem && problem !== "unsaved") {
            say(state.dataset[problem], problem === "signedOut" || problem === "otherPerson");
          } else {
            say(state.dataset.notDiscarded);
          }
        },
        () => say(state.dataset.notDiscarded),
      );
    });
  };

  const start = () => {
    if (isAnswer) {
      storage.set(read());
    } else {
      untouched = kept = JSON.stringify(read());
      offer();
    }
    let timer;
    // The local copy follows the typing; the server hears of it with the next beat.
    const remember = () => {
      clearTimeout(timer);
      timer = setTimeout(() => isDirty() && storage.set(read()), 800);
    };
    for (const sign of SIGNS) form.addEventListener(sign, remember);
    window.django?.jQuery(form).on("change", remember); // choices with a search tell nobody else
    editor()?.on("change", remember);
    // Sent only to a session that will take it: a page in between would cost what was typed.
    let isReady = false;
    form.addEventListener("submit", (event) => {
      if (isReady) {
        isReady = false;
        storage.set(read(), true);
        return;
      }
      event.preventDefault();
      storage.set(read());
      const button = event.submitter;
      renew(tokenUrl, user).then(
        (session) => {
          if (session in SAID) return say(state.dataset[SAID[session]], true);
          isReady = true;
          form.requestSubmit(button);
        },
        () => say(state.dataset.offline),
      );
    });
    setInterval(beat, BEAT);
    // Back from the tab in which one signed in again: the token is made anew at once.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && beat());
    if (article) beat();
  };

  storage.forgetArrived();
  if (editor()?.status === "ready") start();
  else if (window.CKEDITOR) window.CKEDITOR.on("instanceReady", start, null, null, 100);
  else start();
}
