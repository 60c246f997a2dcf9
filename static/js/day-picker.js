// The calendar beside a box for a day: a dialog with a grid, after the pattern of the ARIA Authoring Practices.
// Arrows, Home, End, Page Up and Page Down move; Enter takes the day; Esc closes. Without this script the box
// takes what is typed.
const LANGUAGE = "vi";
const DAY = 86_400_000; // milliseconds

// Days are moments at midnight UTC: the zone of the browser has no part in them.
const utc = (year, month, day) => new Date(Date.UTC(year, month, day));
const words = (date, options) => new Intl.DateTimeFormat(LANGUAGE, { timeZone: "UTC", ...options }).format(date);
const written = (date) =>
  [date.getUTCDate(), date.getUTCMonth() + 1].map((part) => String(part).padStart(2, "0")).join("/") +
  `/${String(date.getUTCFullYear()).padStart(4, "0")}`;
const isSame = (one, other) => one?.getTime() === other?.getTime();

// The zone of the portal, in seconds east of UTC, as Django writes it into every page of the admin.
const offset = Number(document.body.dataset.adminUtcOffset || 0);
const today = () => {
  const now = new Date(Date.now() + offset * 1000);
  return utc(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
};

const read = (text) => {
  const [, day, month, year] = /^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})/.exec(text) ?? [];
  const [, y, m, d] = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text) ?? [];
  if (!year && !y) return null;
  const found = year ? utc(year, month - 1, day) : utc(y, m - 1, d);
  return found.getUTCMonth() === (year ? month : m) - 1 ? found : null;
};

const addMonths = (date, count) => {
  const last = utc(date.getUTCFullYear(), date.getUTCMonth() + count + 1, 0);
  return utc(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date.getUTCDate(), last.getUTCDate()));
};
const weekday = (date) => (date.getUTCDay() + 6) % 7; // 0 is Monday
const moved = (date, event) => {
  const days = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7, Home: -weekday(date), End: 6 - weekday(date) };
  const months = { PageUp: event.shiftKey ? -12 : -1, PageDown: event.shiftKey ? 12 : 1 };
  if (event.key in days) return new Date(date.getTime() + days[event.key] * DAY);
  return event.key in months ? addMonths(date, months[event.key]) : null;
};

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

class Picker {
  constructor(button) {
    this.box = button.closest(".day-field").querySelector("input");
    this.chosen = read(this.box.value);
    this.day = this.chosen ?? today();
    this.title = element("h2", { id: "day-picker-title", "aria-live": "polite" });
    this.days = element("tbody");
    this.dialog = element(
      "dialog",
      { class: "day-picker", "aria-labelledby": "day-picker-title" },
      element(
        "div",
        { class: "day-picker-head" },
        this.button("‹", () => this.show(addMonths(this.day, -1)), button.dataset.previous),
        this.title,
        this.button("›", () => this.show(addMonths(this.day, 1)), button.dataset.next),
      ),
      element("table", { role: "grid", "aria-labelledby": "day-picker-title" }, this.weekdays(), this.days),
      element(
        "div",
        { class: "day-picker-foot" },
        this.button(button.dataset.today, () => this.take(today())),
        this.button(button.dataset.close, () => this.dialog.close()),
      ),
    );
    this.days.addEventListener("keydown", (event) => this.move(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.dialog.remove());
    document.body.append(this.dialog);
    this.show(this.day);
    this.dialog.showModal();
    this.place(button);
    this.focus();
  }

  button(text, act, name) {
    const made = element("button", { type: "button", ...(name && { "aria-label": name }) }, text);
    made.addEventListener("click", act);
    return made;
  }

  weekdays() {
    const row = element("tr");
    for (let number = 0; number < 7; number += 1) {
      const day = utc(2024, 0, 1 + number); // a Monday
      const name = number === 6 ? "CN" : `T${number + 2}`;
      row.append(element("th", { scope: "col", abbr: words(day, { weekday: "long" }) }, name));
    }
    return element("thead", {}, row);
  }

  show(day) {
    this.day = day;
    this.title.textContent = words(day, { month: "long", year: "numeric" }).replace(/^./, (letter) => letter.toUpperCase());
    const first = utc(day.getUTCFullYear(), day.getUTCMonth(), 1);
    const last = addMonths(first, 1);
    this.days.replaceChildren();
    for (let monday = first.getTime() - weekday(first) * DAY; monday < last.getTime(); monday += 7 * DAY) {
      const row = element("tr");
      for (let number = 0; number < 7; number += 1) row.append(this.cell(new Date(monday + number * DAY), first, last));
      this.days.append(row);
    }
  }

  cell(date, first, last) {
    if (date < first || date >= last) return element("td");
    const name = words(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
    const made = this.button(String(date.getUTCDate()), () => this.take(date), name);
    made.tabIndex = isSame(date, this.day) ? 0 : -1;
    if (isSame(date, today())) made.setAttribute("aria-current", "date");
    return element("td", { "aria-selected": isSame(date, this.chosen) }, made);
  }

  move(event) {
    const day = moved(this.day, event);
    if (!day) return;
    event.preventDefault();
    this.show(day);
    this.focus();
  }

  focus() {
    this.days.querySelector("[tabindex='0']").focus();
  }

  take(date) {
    this.box.value = written(date);
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
    this.dialog.close();
  }

  // Beside its button where there is room; on a phone it stays in the middle, as dialogs do.
  place(button) {
    if (innerWidth < 600) return;
    const { left, bottom } = button.getBoundingClientRect();
    const { width, height } = this.dialog.getBoundingClientRect();
    this.dialog.style.margin = "0";
    this.dialog.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    this.dialog.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - height - 8))}px`;
  }
}

// A person abroad reads how far the own clock is from the times on the page.
const noteZones = () => {
  const difference = new Date().getTimezoneOffset() * -60 - offset; // seconds
  if (!difference) return;
  const clock = { hour: "numeric", minute: "2-digit", hour12: true };
  const now = new Date();
  const there = now.toLocaleTimeString(LANGUAGE, clock);
  const here = new Date(now.getTime() + offset * 1000).toLocaleTimeString(LANGUAGE, { ...clock, timeZone: "UTC" });
  const told = { hours: (Math.abs(difference) / 3600).toLocaleString(LANGUAGE), here, there };
  const note = document.querySelector(".zone-note"); // once on a page is enough
  if (!note) return;
  const sentence = difference > 0 ? note.dataset.ahead : note.dataset.behind;
  note.textContent = sentence.replace(/{(\w+)}/g, (_all, name) => told[name]);
  note.hidden = false;
};

for (const button of document.querySelectorAll(".day-open")) button.hidden = false;
noteZones();
// One listener for all, so that rows added later need none.
document.addEventListener("click", (event) => {
  const button = event.target instanceof Element && event.target.closest(".day-open");
  if (button) new Picker(button);
});
