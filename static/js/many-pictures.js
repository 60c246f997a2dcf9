// Several pictures at once: each file goes by itself as soon as it is chosen, so that together they may be larger than
// one request and a refused one costs the others nothing. Without this script the form sends them together.
import { token } from "./form-session.js";
import { parsed } from "./trusted.js";

const form = document.querySelector(".many-pictures");
const TOO_LARGE = 413;

if (form) {
  const [field, rows, refusals, state] = ["#uploads", ".many-rows", ".many-refusals", ".many-state"].map((name) =>
    form.querySelector(name),
  );
  const refuse = (name, reason) => {
    const line = document.createElement("li");
    const file = document.createElement("strong");
    file.textContent = name;
    line.append(file, `: ${reason}`);
    refusals.append(line);
  };

  const send = async (file) => {
    const body = new FormData();
    for (const { name, value } of form.querySelectorAll(":scope > input[type=hidden]")) body.append(name, value);
    body.append("uploads", file);
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": token() } });
    if (response.status === TOO_LARGE) return refuse(file.name, form.dataset.tooLarge);
    const page = response.ok ? parsed(await response.text()) : null;
    if (!page?.querySelector(".many-pictures")) return refuse(file.name, form.dataset.failed);
    refusals.append(...page.querySelectorAll(".many-refusals > li"));
    for (const row of page.querySelectorAll(".many-rows > li")) {
      if (!rows.querySelector(`[data-picture="${row.dataset.picture}"]`)) rows.append(row);
    }
  };

  field.addEventListener("change", async () => {
    const files = [...field.files];
    field.value = "";
    refusals.replaceChildren();
    for (const [place, file] of files.entries()) {
      const { sending } = form.dataset;
      state.textContent = sending.replace("%1", place + 1).replace("%2", files.length).replace("%3", () => file.name);
      await send(file).catch(() => refuse(file.name, form.dataset.failed));
    }
    state.textContent = "";
    rows.querySelector("input[type=text]:placeholder-shown, input[type=text]")?.focus();
  });
}
