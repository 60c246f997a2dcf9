// What citizens will see, drawn from the form while it is being written.

const preview = document.querySelector("[data-poll-preview]");
const form = document.getElementById("poll_form");

const written = (name) => {
  const field = form.elements[name];
  if (field) return field.value.trim();
  // A locked field is shown as text.
  return document.querySelector(`.field-${name} .readonly`)?.textContent.trim() ?? "";
};

/** The lines of an inline that are kept, in the order citizens will see. */
function lines(prefix, name) {
  return [...document.querySelectorAll(`[id^="${prefix}-"]:not(.empty-form)`)]
    .filter((row) => /-\d+$/.test(row.id) && !row.querySelector("input[name$=-DELETE]:checked"))
    .map((row, index) => ({
      text:
        row.querySelector(`[name$="-${name}"]`)?.value.trim() ??
        row.querySelector(`.field-${name} p`)?.textContent.trim() ??
        "",
      order: Number(row.querySelector("[name$=-position]")?.value) || index + 1,
    }))
    .filter((line) => line.text)
    .sort((a, b) => a.order - b.order)
    .map((line) => line.text);
}

function draw() {
  const title = preview.querySelector("[data-preview-title]");
  title.textContent = written("title") || title.dataset.empty;
  preview.querySelector("[data-preview-introduction]").textContent = written("introduction");
  const body = preview.querySelector("[data-preview-body]");
  const most = Number(written("max_choices")) || 1;
  const aspects = lines("questions", "text");
  body.replaceChildren(
    ...(aspects.length ? aspects : [""]).map((aspect, number) => {
      const group = document.createElement("div");
      if (aspect) {
        const heading = document.createElement("p");
        heading.textContent = aspect;
        group.append(heading);
      }
      if (most > 1) {
        const hint = document.createElement("p");
        hint.textContent = body.dataset.multiple.replace("{number}", most);
        group.append(hint);
      }
      for (const choice of lines("choices", "label")) {
        const label = document.createElement("label");
        const input = document.createElement("input");
        input.type = most > 1 ? "checkbox" : "radio";
        // No name that the server reads, and not part of the form that is sent.
        input.name = `preview-${number}`;
        input.setAttribute("form", "polls-preview-nowhere");
        label.append(input, choice);
        group.append(label);
      }
      return group;
    }),
  );
}

if (preview && form) {
  preview.hidden = false;
  form.addEventListener("input", (event) => {
    if (!preview.contains(event.target)) draw();
  });
  form.addEventListener("change", (event) => {
    if (!preview.contains(event.target)) draw();
  });
  document.addEventListener("formset:added", draw);
  document.addEventListener("formset:removed", draw);
  draw();
}
