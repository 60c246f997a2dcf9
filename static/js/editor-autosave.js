// Keeps unsaved work: on the server every 20 seconds, in this browser at once. Offers it on return.
import { renew, token } from "./form-session.js";
import { form, holdsMore, read, write } from "./editor-fields.js";
import { textOf } from "./editor-frame.js";

const BEAT = 20_000; // milliseconds
// What a change of the form shows itself by: the calendar of a date gives the focus back and says nothing else.
const SIGNS = ["input", "change", "focusin", "formset:added", "formset:removed"];
const script = document.getElementById("autosave-script");

if (script && form) {
  const { url, discardUrl, tokenUrl, loginUrl, article, kind, user } = script.dataset;
  const commune = document.querySelector("[name=_commune]")?.value ?? "";
  const newKey = `draft:${user}:new:${commune}${kind === "page" ? ":page" : ""}`;
  const key = article ? `draft:${user}:${article}` : newKey;
  // What is typed while earlier work is offered and nobody has said what becomes of it: neither replaces the other.
  const beside = `${key}:beside:`;
  const pageKey = `${beside}${Date.now()}`;
  const state = document.querySelector(".autosave-state");
  const others = document.querySelector(".others-at-work");
  const body = textOf("id_body");
  const version = () => Number(form.elements.namedItem("base_version")?.value || 0);

  let offered = null; // the earlier work that waits for an answer
  let isHere = true; // whether this browser took the last copy
  let held = ""; // what the server holds, where it holds all of it

  const storage = {
    get: (name = key) => {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    put: (name, copy) => {
      try {
        localStorage.setItem(name, JSON.stringify(copy));
        isHere = true;
      } catch {
        isHere = false; // Storage is full or switched off: the server's copy remains, if there is one.
      }
    },
    // `fullerThan` is the time of the server's copy that lacks something of this one.
    set: (content, { isSent = false, fullerThan = null } = {}) => {
      const isKept = JSON.stringify(content) === held;
      const copy = { content, version: version(), at: new Date().toISOString(), isSent, fullerThan, isKept };
      storage.put(offered ? pageKey : key, copy);
    },
    // The server has all that the copy holds: it goes when its owner signs out (sign-out.js).
    mark: (text) => {
      held = text;
      const copy = storage.get();
      if (JSON.stringify(copy?.content) === text) storage.put(key, { ...copy, isKept: true });
    },
    drop: (name = key) => {
      try {
        localStorage.removeItem(name);
      } catch {
        // Nothing was kept.
      }
    },
    besides: () => {
      try {
        return Object.keys(localStorage).filter((name) => name.startsWith(beside));
      } catch {
        return [];
      }
    },
    // A copy that was sent and arrived: the article has a newer version, or has come into being.
    forgetArrived: () => {
      for (const name of [key, ...storage.besides()]) {
        const copy = storage.get(name);
        if (copy?.isSent && copy.version < version()) storage.drop(name);
      }
      if (article && document.querySelector(".messagelist .success")) storage.drop(newKey);
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
  // What keeps the text from the server, and the reason the server gave; the words promise a copy in this browser.
  const sayUnsent = (name, reason = "") => {
    const words = [reason, isHere ? state.dataset[name] : state.dataset.nowhere].filter(Boolean).join(" ");
    say(words, name === "signedOut" || name === "otherPerson");
  };
  // "" where the answer is no message of ours, such as the page of a proxy.
  const reasonOf = (response) => response.json().then(({ error }) => error ?? "", () => "");

  // Without a word typed a form left open is nobody at work: see accounts/access/sessions.py.
  const post = (address, content, isTyped) =>
    fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
        ...(isTyped ? {} : { "X-Unattended": "1" }),
      },
      body: JSON.stringify({ _commune: commune, article: article ? Number(article) : null, kind, version: version(), content }),
    });

  // A 403 is a token that another sign-in made invalid, or a right that was taken away: a new token tells.
  const send = async (address, content, isTyped = true) => {
    const response = await post(address, content, isTyped);
    if (response.type === "opaqueredirect") return { problem: "signedOut" };
    if (response.status !== 403) return { response };
    const session = await renew(tokenUrl, user);
    if (session !== "ready") return { problem: SAID[session] ?? "unsaved" };
    const again = await post(address, content, isTyped);
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
      const isKept = isNew && !offered; // the server holds one copy: the earlier work, until it is answered
      const { response, problem } = await send(url, isKept ? content : null, isNew);
      if (problem) {
        sayUnsent(problem);
        return;
      }
      if (!response.ok) {
        if (isNew) sayUnsent("unsaved", await reasonOf(response));
        return;
      }
      const reply = await response.json();
      if (isKept) {
        kept = text;
        if (reply.lost) storage.set(content, { fullerThan: reply.at });
        else storage.mark(text);
        const here = isHere ? state.dataset.here : "";
        say(`${state.dataset.saved} ${reply.saved}. ${reply.lost ? `${reply.lost} ${here}` : ""}`.trim());
      } else if (isNew) {
        sayUnsent("waiting");
      }
      if (!isNew && Object.values(SAID).some((name) => state.textContent.startsWith(state.dataset[name]))) say("");
      showOthers(reply.others);
      if (reply.version > version()) say(state.dataset.conflict);
    } catch {
      if (text !== untouched) sayUnsent("offline");
    }
  };

  const box = document.querySelector(".unsaved-offer");

  // Have the server's copy discarded; where that failed, say why and keep the offer.
  const isDiscarded = async () => {
    try {
      const { response, problem } = await send(discardUrl, null);
      // It is gone, too, when the article it belonged to is.
      if (!problem && (response.ok || response.status === 404)) return true;
      if (problem && problem !== "unsaved") {
        sayUnsent(problem);
        return false;
      }
      say([problem ? "" : await reasonOf(response), state.dataset.notDiscarded].filter(Boolean).join(" "));
    } catch {
      say(state.dataset.notDiscarded);
    }
    return false;
  };

  // Offer one copy after the other; none is dropped or replaced before it has been answered.
  const offer = (copies) => {
    const [copy, ...rest] = copies.filter(({ content, isSent }) => holdsMore(content, read(), isSent));
    offered = copy ?? null;
    box.hidden = !copy;
    if (!copy) {
      storage.besides().forEach(storage.drop);
      if (state.textContent === state.dataset.waiting) say("");
      return;
    }
    const { server, local } = box.querySelector(".unsaved-offer-text").dataset;
    const time = new Date(copy.at).toLocaleString("vi");
    const lost = copy.content["body:lost"] ?? "";
    box.querySelector(".unsaved-offer-text").textContent = `${copy.isServers ? server : local} ${time}. ${lost}`.trim();
    box.querySelector(".unsaved-restore").onclick = () => {
      // What was typed meanwhile comes next in turn.
      const typed = isDirty() ? [{ content: read(), at: new Date().toISOString(), name: pageKey }] : [];
      for (const one of typed) storage.put(pageKey, one);
      write(copy.content);
      if (copy.name) storage.drop(copy.name);
      offer([...rest, ...typed]);
      if (!offered) storage.set(read());
    };
    box.querySelector(".unsaved-drop").onclick = async () => {
      if (!copy.name && !(await isDiscarded())) return;
      storage.drop(copy.name ?? key);
      offer(rest);
    };
  };

  // The newer of the server's copy and this browser's, and what was typed beside it: [{content, at, isSent, …}].
  const earlierWork = () => {
    const server = JSON.parse(document.getElementById("unsaved-work")?.textContent ?? "null");
    const local = storage.get();
    const isLocal =
      !server || (local && (local.fullerThan === server.at || new Date(local.at) > new Date(server.at)));
    const besides = storage.besides().map((name) => ({ ...storage.get(name), name }));
    return [isLocal ? local : { ...server, isServers: true }, ...besides].filter((copy) => copy?.content);
  };

  const start = () => {
    if (isAnswer) {
      storage.set(read());
    } else {
      untouched = kept = JSON.stringify(read());
      offer(earlierWork());
    }
    let timer;
    // The local copy follows the typing; the server hears of it with the next beat.
    const remember = () => {
      clearTimeout(timer);
      timer = setTimeout(() => isDirty() && storage.set(read()), 800);
    };
    for (const sign of SIGNS) form.addEventListener(sign, remember);
    window.django?.jQuery(form).on("change", remember); // choices with a search tell nobody else
    body?.addEventListener("change", remember);
    // Sent only to a session that will take it: a page in between would cost what was typed.
    let isReady = false;
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formTarget) return; // into another tab: this one keeps what it holds
      if (isReady) {
        isReady = false;
        clearTimeout(timer); // the press of the button gave it the focus: an older copy would replace this one
        storage.set(read(), { isSent: true });
        // Saving clears the server's copy: work that is still offered is offered again from here.
        if (offered?.isServers) storage.put(key, offered);
        return;
      }
      event.preventDefault();
      storage.set(read());
      const button = event.submitter;
      renew(tokenUrl, user).then(
        (session) => {
          if (session in SAID) return sayUnsent(SAID[session]);
          isReady = true;
          form.requestSubmit(button);
        },
        () => sayUnsent("offline"),
      );
    });
    setInterval(beat, BEAT);
    // Back from the tab in which one signed in again: the token is made anew at once.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && beat());
    if (article) beat();
  };

  storage.forgetArrived();
  if (!body || body.isReady) start();
  else body.addEventListener("ready", start, { once: true });
}
