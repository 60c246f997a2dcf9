// Sends the form's text, while one types, to the tabs that were opened with its "Preview" button; and Ctrl+S.
import { form } from "./editor-fields.js";
import { textOf } from "./editor-frame.js";

const PAUSE = 800; // milliseconds after the last change
const SIGNS = ["input", "change", "formset:added", "formset:removed"];
const button = form?.querySelector("[name=_preview]");

if (button) {
  // Each opening of a form has a channel of its own: two forms of one article never mix.
  button.value = `preview-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  const channel = new BroadcastChannel(button.value);
  const tell = (message) => channel.postMessage(message);
  let isWatched = false;
  let asked = 0;
  let timer;

  const send = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const response = await fetch(`${button.formAction}?khung=1`, { method: "POST", redirect: "error", body });
    const html = await response.text();
    // One that was overtaken shows a text that is no longer there.
    if (response.ok && mine === asked) tell({ kind: "page", html });
  };
  const later = () => {
    if (!isWatched) return;
    clearTimeout(timer);
    timer = setTimeout(() => send().catch(() => {}), PAUSE); // without a connection the tab keeps what it shows
  };

  channel.addEventListener("message", ({ data: { kind } }) => {
    if (kind === "watching") {
      isWatched = true;
      tell({ kind: "form" });
    } else if (kind === "gone") {
      isWatched = false;
      tell({ kind: "who" }); // there may be another tab
    }
  });
  addEventListener("pagehide", () => tell({ kind: "left" }));
  for (const sign of SIGNS) form.addEventListener(sign, later);
  window.django?.jQuery(form).on("change", later); // choices with a search tell nobody else
  textOf("id_body")?.addEventListener("change", later);
}

// Saves and stays. The text in the editor's frame says so itself.
const save = form?.querySelector("[name=_continue]");
addEventListener("keydown", (event) => {
  if (!save || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  event.preventDefault();
  if (!event.repeat) save.click();
});
