// The cover is chosen from the library in a window of its own; its words fill the fields still empty.
import { form } from "./editor-fields.js";

const button = document.querySelector(".pick-cover");
const cover = form?.elements.namedItem("cover");

if (button && cover) {
  cover.closest(".form-row, .flex-container, div")?.append(button);
  button.hidden = false;
  button.addEventListener("click", () => window.open(button.dataset.url, "pick", "width=900,height=700,popup"));
  window.addEventListener("picture-picked", ({ detail }) => {
    if (detail.field) return; // for a text
    if (![...cover.options].some(({ value }) => value === detail.id)) {
      cover.append(new Option(detail.alt || `#${detail.id}`, detail.id));
    }
    cover.value = detail.id;
    cover.dispatchEvent(new Event("change", { bubbles: true }));
    for (const name of ["alt", "caption", "credit"]) {
      const field = form.elements.namedItem(`cover_${name}`);
      if (field && !field.value) field.value = detail[name];
    }
  });
}
