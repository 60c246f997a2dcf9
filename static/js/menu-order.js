// Entries of a menu are dragged among those beside them; the numbers follow, and the button stores them.
// Without this, and with a keyboard, the numbers and the arrows do the same.
for (const list of document.querySelectorAll("[data-sortable]")) {
  const lines = () => [...list.children];
  const number = (line) => line.querySelector(":scope > .menu-row input[type=number]");
  if (!lines().some(number)) continue;
  let dragged = null;

  for (const line of lines()) {
    const row = line.querySelector(":scope > .menu-row");
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      dragged = line;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", "");
      line.classList.add("is-dragged");
    });
    row.addEventListener("dragend", () => {
      line.classList.remove("is-dragged");
      dragged = null;
    });
  }

  list.addEventListener("dragover", (event) => {
    const over = lines().find((line) => line.contains(event.target));
    if (!dragged || !over) return;
    event.preventDefault();
    event.stopPropagation();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    list.insertBefore(dragged, event.clientY < box.top + box.height / 2 ? over : over.nextElementSibling);
    renumber();
  });
  list.addEventListener("drop", (event) => event.preventDefault());

  function renumber() {
    lines().forEach((line, index) => {
      number(line).value = index + 1;
    });
    const unsaved = list.closest("form").querySelector(".menu-unsaved");
    unsaved.textContent = unsaved.dataset.text;
  }
}
