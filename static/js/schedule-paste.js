// A table that is pasted from Word or Excel keeps its merged cells: the clipboard holds it as HTML beside the plain
// text that a field would take. The table is reduced to its cells, so that the field stays readable.
import { parsed } from "./trusted.js";

const field = document.querySelector(".schedule-paste");

const textOf = (cell) => {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll("style, script").forEach((part) => part.remove());
  copy.querySelectorAll("br").forEach((part) => part.replaceWith("\n"));
  copy.querySelectorAll("p, div, li").forEach((part) => part.append("\n"));
  const lines = copy.textContent.split("\n").map((line) => line.replace(/\s+/g, " ").trim());
  return lines.filter(Boolean).join("\n");
};

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>");

const cellOf = (cell) => {
  const spans = ["rowspan", "colspan"]
    .filter((name) => Number(cell.getAttribute(name)) > 1)
    .map((name) => ` ${name}="${Number(cell.getAttribute(name))}"`);
  return `  <td${spans.join("")}>${escaped(textOf(cell))}</td>`;
};

field?.addEventListener("paste", (event) => {
  const html = event.clipboardData.getData("text/html");
  const table = html && parsed(html).querySelector("table");
  if (!table) return;
  event.preventDefault();
  const rows = [...table.rows].map((row) => `<tr>\n${[...row.cells].map(cellOf).join("\n")}\n</tr>`);
  field.setRangeText(`<table>\n${rows.join("\n")}\n</table>\n`, field.selectionStart, field.selectionEnd, "end");
});
