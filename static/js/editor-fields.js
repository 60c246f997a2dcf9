// What the article form holds, as {name: text | ticked | [chosen]}, for editor-autosave.js: every field a
// person fills in, so that a field added to the form is kept without a word here.
import { textOf } from "./editor-frame.js";

const ROW = /^attachments-(\d+)-(\w+)$/;
// Of an article or a page; null where one only reads.
export const form = document.querySelector(".checklist")?.closest("form") ?? null;

const isFilledIn = ({ name, type }) =>
  name &&
  !name.startsWith("_") &&
  !name.includes("__prefix__") &&
  !["file", "submit", "button", "reset"].includes(type) &&
  (type !== "hidden" || ROW.exec(name)?.[2] === "id");

const values = (select) => [...select.selectedOptions].map(({ value }) => value);
const isFetched = (element) => element.classList.contains("admin-autocomplete");

export const read = () => {
  const content = {};
  for (const element of form.elements) {
    if (!isFilledIn(element)) continue;
    const { name } = element;
    if (element.type === "checkbox") content[name] = element.checked;
    else content[name] = element.multiple ? values(element) : element.value;
    // Such a choice is no option of the next page: its words are needed to show it again.
    if (isFetched(element)) content[`${name}:words`] = [...element.selectedOptions].map(({ text }) => text);
  }
  return content;
};

const choose = (select, chosen, words = []) => {
  chosen.forEach((value, index) => {
    if (!value || [...select.options].some((option) => option.value === value) || !isFetched(select)) return;
    select.append(new Option(words[index] || `#${value}`, value));
  });
  for (const option of select.options) option.selected = chosen.includes(option.value);
};

const isSet = (element, value) => {
  if (element.type === "checkbox") return element.checked === Boolean(value);
  if (element.tagName === "SELECT") return `${values(element)}` === `${value}`;
  return element.value === value;
};

const put = (name, value, words) => {
  const element = form.elements.namedItem(name);
  if (!element || element.type === "hidden") return;
  // What comes back into a group that is folded away is seen.
  const folded = element.closest("details");
  if (folded && !isSet(element, value)) folded.open = true;
  if (textOf(element.id)) textOf(element.id).write(value);
  else if (element.type === "checkbox") element.checked = Boolean(value);
  else if (element.tagName === "SELECT") choose(element, [].concat(value), words);
  else element.value = value;
  element.dispatchEvent(new Event("change", { bubbles: true }));
};

// The rows of attached documents in `content`: [{index, id, document, title, position, DELETE}].
const rowsOf = (content) => {
  const rows = {};
  for (const [name, value] of Object.entries(content)) {
    const [, index, part] = ROW.exec(name) ?? [];
    if (index) (rows[index] ??= { index })[part] = value;
  }
  return Object.values(rows).filter((row) => row.id || row.document || row.title);
};
const PARTS = ["document", "title", "position", "DELETE"];
const isSameRow = (one, other) => PARTS.every((part) => (one[part] || "") === (other[part] || ""));

const addRow = () => {
  const index = form.elements.namedItem("attachments-TOTAL_FORMS").value;
  document.querySelector("#attachments-group .add-row a")?.click();
  return index;
};

// A row that was saved is found by its id: a colleague may have added or removed others.
export const write = (content) => {
  for (const [name, value] of Object.entries(content)) {
    if (!ROW.test(name) && !name.endsWith(":words")) put(name, value, content[`${name}:words`]);
  }
  const present = rowsOf(read());
  const unsaved = present.filter(({ id }) => !id);
  for (const row of rowsOf(content)) {
    const index = row.id ? present.find(({ id }) => id === row.id)?.index : (unsaved.shift()?.index ?? addRow());
    if (index === undefined) continue;
    for (const part of PARTS) {
      const words = content[`attachments-${row.index}-${part}:words`];
      if (row[part] !== undefined) put(`attachments-${index}-${part}`, row[part], words);
    }
  }
};

// "14h30" is shown again as "2:30 CH", "3/4/2026" as "03/04/2026": only the numbers count, those of a time on
// the clock of 24 hours.
const numbers = (value) => {
  const found = (value.match(/\d+/g) ?? []).map(Number);
  if (/ch|pm|chiều|tối/i.test(value) && found[0] < 12) found[0] += 12;
  if (/sa|am|sáng/i.test(value) && found[0] === 12) found[0] = 0;
  return found.filter(Boolean);
};
const comparable = (name, value) => JSON.stringify(/_(at_[01]|on)$/.test(name) ? numbers(value) : value);

// Whether `content` holds something that `present`, what read() gave, does not. Of a copy that was sent, new
// rows are only counted: the server numbered them, and made choices of the library of their uploads.
export const holdsMore = (content, present, isSent = false) => {
  const isOther = (name) =>
    !ROW.test(name) &&
    !name.endsWith(":words") &&
    name in present &&
    comparable(name, content[name]) !== comparable(name, present[name]);
  if (Object.keys(content).some(isOther)) return true;
  const kept = rowsOf(content);
  const shown = rowsOf(present);
  if (isSent && kept.filter((row) => !row.DELETE).length > shown.length) return true;
  return kept.some((row) => {
    if (!row.id) return !isSent && !shown.some((other) => isSameRow(row, other));
    const now = shown.find(({ id }) => id === row.id);
    return now !== undefined && !isSameRow(row, now);
  });
};
