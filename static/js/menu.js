// The submenus open and close without this. It closes them as people expect: by Escape, and when they go elsewhere.
const branches = [...document.querySelectorAll(".menu-more")];
const wide = matchMedia("(min-width: 64rem)");

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && branches.find((branch) => branch.open);
  if (!open) return;
  // On a phone the whole menu stays: only the branch that is open closes.
  event.preventDefault();
  open.open = false;
  open.querySelector("summary").focus();
});

for (const leave of ["pointerdown", "focusin"]) {
  document.addEventListener(leave, ({ target }) => {
    if (!wide.matches) return;
    for (const branch of branches) if (branch.open && !branch.contains(target)) branch.open = false;
  });
}
