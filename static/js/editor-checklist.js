// The checklist follows the writing; old encodings are repaired with one press.
import { form } from "./editor-fields.js";
import { textOf } from "./editor-frame.js";
import { token } from "./form-session.js";
import { parsed } from "./trusted.js";

const PAUSE = 1500; // milliseconds after the last change
const RUN = 16; // letters by which a paste is known
const MOST_PASTED = 200_000; // characters
const NAMES = ["title", "summary", "body", "category", "cover", "cover_alt", "byline", "source"];
const box = document.querySelector(".checklist");

if (box && form?.elements.namedItem("title")) {
  const list = box.querySelector("ul");
  const offer = box.querySelector(".encoding-offer");
  const body = textOf("id_body");

  // Pastes as they came, the last one first: the editor drops things before they are part of the text. One counts
  // as long as some of its words are there. The form sends them, too, so that they are named after saving.
  const sent = form.elements.namedItem("_pasted");
  let pastes = sent.value ? [sent.value] : [];
  const lettersOf = (html) =>
    parsed(html).body.textContent.normalize("NFC").replace(/[\s\u00ad]+/g, "");
  const isPresent = (paste, text) => {
    const letters = lettersOf(paste);
    if (letters.length <= RUN) return text.includes(letters);
    for (let place = 0; place + RUN <= letters.length; place += RUN) {
      if (text.includes(letters.slice(place, place + RUN))) return true;
    }
    return false;
  };
  const recall = () => {
    const text = pastes.length ? lettersOf(body?.html ?? "") : "";
    pastes = text ? pastes.filter((paste) => isPresent(paste, text)) : [];
    sent.value = pastes.join("").slice(0, MOST_PASTED);
    return sent.value;
  };
  const remember = (html) => {
    const paste = html.replace(/(data:[^"',]{0,80}),[^"']*/g, "$1,");
    pastes = [paste, ...pastes.filter((other) => other !== paste)];
    sent.value = pastes.join("").slice(0, MOST_PASTED);
  };

  const read = () => {
    const content = Object.fromEntries(NAMES.map((name) => [name, form.elements.namedItem(name)?.value ?? ""]));
    content.pasted = recall();
    content.kind = box.dataset.kind;
    return content;
  };

  const ask = async (address) => {
    const response = await fetch(address, {
      method: "POST",
      redirect: "error",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": token(),
      },
      body: JSON.stringify(read()),
    });
    if (response.status === 413) return { findings: [{ text: (await response.json()).error, blocking: true }] };
    if (!response.ok) throw new Error(`${response.status}`);
    return response.json();
  };

  // A finding leads to its field; the text stands in a frame, which an address does not reach.
  const leadsTo = (field, words) => {
    const link = document.createElement("a");
    link.href = `#id_${field}`;
    link.textContent = words;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const element = document.querySelector(field === "cover" ? ".pick-cover" : `#id_${field}`);
      const folded = element?.closest("details");
      if (folded) folded.open = true;
      if (field === "body" && body) body.focus();
      else element?.focus();
    });
    return link;
  };

  // Whoever stands at a finding with the keyboard stays at it, or, where it is dealt with, at the list.
  const keepFocus = (renew) => {
    const left = document.activeElement;
    const isHere = list.contains(left);
    renew();
    if (!isHere) return;
    box.tabIndex = -1;
    const links = [...list.querySelectorAll("a")];
    (links.find((link) => link.textContent === left.textContent) ?? links.find((link) => link.hash === left.hash) ?? box).focus();
  };

  const show = ({ findings, oldEncoding }) => {
    const lines = findings.map(({ text, blocking, field }) => {
      const line = document.createElement("li");
      const kind = document.createElement("strong");
      line.className = blocking ? "blocking" : "advice";
      kind.textContent = `${blocking ? list.dataset.blocking : list.dataset.advice} `;
      line.append(kind, field ? leadsTo(field, text) : text);
      return line;
    });
    if (!lines.length) {
      const line = document.createElement("li");
      line.textContent = list.dataset.clear;
      lines.push(line);
    }
    keepFocus(() => list.replaceChildren(...lines));
    offer.hidden = !oldEncoding;
    box.hidden = false;
  };

  // Without an answer the list keeps what it last said: the server checks again before publication.
  // An answer that was overtaken speaks of a text that is no longer there.
  let asked = 0;
  const check = () => {
    const mine = ++asked;
    ask(box.dataset.url).then((answer) => mine === asked && show(answer), () => {});
  };

  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  };

  box.querySelector(".encoding-repair").addEventListener("click", async () => {
    const repaired = await ask(box.dataset.repairUrl).catch(() => null);
    if (!repaired || repaired.findings) return;
    form.elements.namedItem("title").value = repaired.title;
    form.elements.namedItem("summary").value = repaired.summary;
    body?.write(repaired.body);
    later();
  });

  const start = () => {
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    body?.addEventListener("change", later);
    body?.addEventListener("pasted", ({ detail }) => {
      remember(detail);
      later();
    });
    check();
  };
  if (!body || body.isReady) start();
  else body.addEventListener("ready", start, { once: true });
}
