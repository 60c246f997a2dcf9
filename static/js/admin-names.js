// Gives a name to what Django's own scripts draw and leave without one: the boxes of select2 and
// the hints of the two-column chooser.
const setName = (element, name) => {
  if (element && !element.hasAttribute("aria-label")) element.setAttribute("aria-label", name);
};

const nameAll = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    const name = select.labels?.[0]?.textContent.trim().replace(/:$/, "");
    if (!box || !name) continue;
    box.removeAttribute("aria-labelledby"); // it names only what is chosen, which may be nothing
    setName(box, name);
    setName(box.querySelector("[role=textbox]"), name);
    setName(box.querySelector(".select2-search__field"), name);
  }
  for (const hint of document.querySelectorAll(".selector .help-tooltip[aria-label]")) hint.role = "img";
};

// They are drawn when the page is ready, when a row is added and anew with every choice.
const content = document.querySelector("#content");
if (content) {
  nameAll();
  new MutationObserver(nameAll).observe(content, { childList: true, subtree: true });
}
