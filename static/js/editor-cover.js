// The cover as one control: drop a file or choose one of the library, see it, press on what must stay in view. Its words
// are those of the library, as long as nobody wrote others.
import { form } from "./editor-fields.js";
import { setsFocus } from "./focal-point.js";
import { token } from "./form-session.js";

const WORDS = ["alt", "caption", "credit"];
const tools = document.querySelector(".cover-tools");
const cover = form?.elements.namedItem("cover");
const file = form?.elements.namedItem("cover_file");

if (tools && cover && file) {
  const choice = cover.closest(".cover-choice");
  const group = choice.closest("fieldset");
  const shown = choice.querySelector(".cover-shown");
  const picture = shown.querySelector("img");
  const state = tools.querySelector("[role=status]");
  const [pick, remove] = tools.querySelectorAll("button");
  const field = (name) => form.elements.namedItem(`cover_${name}`);
  const tell = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));
  const known = new Map(); // pictures that were seen here, by their numbers
  let taken = {}; // the words that came with the picture
  let isOwn = false; // whether it was chosen from here

  group.classList.add("is-one-control");
  choice.append(tools);
  tools.hidden = false;
  const place = setsFocus(picture, field("focal_x"), field("focal_y"));

  const show = () => {
    const detail = known.get(cover.value);
    shown.hidden = remove.hidden = !cover.value;
    shown.classList.toggle("has-no-picture", !detail);
    if (detail) picture.src = detail.thumbnail;
    shown.querySelector("figcaption").textContent = detail?.name ?? cover.selectedOptions[0]?.text ?? "";
    for (const axis of ["focal_x", "focal_y"]) {
      const number = field(axis);
      number.placeholder = detail?.[axis === "focal_x" ? "focalX" : "focalY"] ?? "";
      if (isOwn) number.value = "";
    }
    place();
  };

  const choose = (detail) => {
    known.set(detail.id, detail);
    if (![...cover.options].some(({ value }) => value === detail.id)) {
      cover.append(new Option(detail.name || `#${detail.id}`, detail.id));
    }
    cover.value = detail.id;
    for (const name of WORDS) {
      if (!field(name).value || field(name).value === taken[name]) field(name).value = detail[name];
      tell(field(name));
    }
    taken = detail;
    isOwn = true;
    tell(cover);
    isOwn = false;
    if (!field("alt").value) field("alt").focus();
  };

  // A file goes into the library at once: it is seen, previewed and kept with the unsaved work. Where that fails it
  // stays in its field and goes with the form.
  const send = async (upload) => {
    state.textContent = state.dataset.sending;
    const body = new FormData();
    body.append("upload", upload);
    try {
      const response = await fetch(tools.dataset.upload, {
        method: "POST",
        redirect: "error",
        headers: { "X-CSRFToken": token() },
        body,
      });
      const answer = await response.json();
      if (!answer.uploaded) throw new Error(answer.error.message);
      file.value = "";
      state.textContent = "";
      choose(answer.picture);
    } catch (error) {
      state.textContent = error.name === "Error" ? error.message : state.dataset.failed;
    }
  };

  if (shown.querySelector("figcaption").textContent) {
    const detail = { ...choice.dataset, id: cover.value };
    known.set(cover.value, detail);
    taken = detail;
  }
  file.addEventListener("change", () => file.files[0] && send(file.files[0]));
  pick.addEventListener("click", () => window.open(tools.dataset.pick, "pick", "width=900,height=700,popup"));
  remove.addEventListener("click", () => {
    cover.value = "";
    for (const name of WORDS) {
      if (field(name).value === taken[name]) field(name).value = "";
    }
    isOwn = true;
    tell(cover);
    isOwn = false;
    pick.focus();
  });
  cover.addEventListener("change", show);
  window.addEventListener("picture-picked", ({ detail }) => detail.field || choose(detail)); // with one, it is for a text

  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    group.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      group.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      const { files } = event.dataTransfer;
      if (name !== "drop" || !files.length) return;
      file.files = files;
      send(files[0]);
    });
  }
  show();
}
