// The tab in which an unsaved article is looked at: the form sends it anew while one types.
import { showIn } from "./trusted.js";

const frame = document.querySelector(".preview-frame");
const state = document.querySelector(".preview-state");
const channel = frame?.dataset.channel ? new BroadcastChannel(frame.dataset.channel) : null;

if (channel) {
  const tell = (kind) => channel.postMessage({ kind });
  let place = 0; // how far down one has read

  frame.addEventListener("load", () => frame.contentWindow.scrollTo({ top: place, behavior: "instant" }));
  channel.addEventListener("message", ({ data }) => {
    if (data.kind === "page") {
      place = frame.contentWindow.scrollY;
      showIn(frame, data.html);
    }
    if (data.kind === "form") state.textContent = state.dataset.live;
    if (data.kind === "left") state.textContent = state.dataset.over;
    if (data.kind === "who") tell("watching");
  });
  addEventListener("pagehide", () => tell("gone"));
  tell("watching");
}
