// A− 100% A+: five sizes of an article's text, kept on the device and announced to screen readers.
const STEPS = [90, 100, 110, 120, 130];
const control = document.querySelector(".textsize");

if (control) {
  const root = document.documentElement;
  const smaller = control.querySelector(".textsize-smaller");
  const normal = control.querySelector(".textsize-normal");
  const larger = control.querySelector(".textsize-larger");
  const now = control.querySelector(".textsize-now");
  const said = control.querySelector(".textsize-said");
  const current = () => Number(root.dataset.textsize ?? 100);

  const show = () => {
    now.textContent = `${current()}%`;
    // Not the disabled attribute: it would drop the focus of whoever pressed the button.
    smaller.setAttribute("aria-disabled", String(current() === STEPS.at(0)));
    larger.setAttribute("aria-disabled", String(current() === STEPS.at(-1)));
  };

  const choose = (size) => {
    root.dataset.textsize = size;
    try {
      localStorage.setItem("textsize", size);
    } catch {
      // Storage is switched off: the size lasts as long as the page.
    }
    show();
    said.textContent = `${said.dataset.text}: ${size}%`;
  };

  const step = (by) => choose(STEPS[Math.min(Math.max(STEPS.indexOf(current()) + by, 0), STEPS.length - 1)]);
  smaller.addEventListener("click", () => step(-1));
  normal.addEventListener("click", () => choose(100));
  larger.addEventListener("click", () => step(1));
  show();
}
