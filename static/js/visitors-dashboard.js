// Draws the dashboard's charts from the tables that stand beside them.
import uPlot from "./vendor/uplot/uplot.js";

const number = new Intl.NumberFormat("vi-VN");
const LIVE_PAUSE = 10_000; // milliseconds between two readings of "online now"

function colours() {
  const style = getComputedStyle(document.querySelector(".visitors-dashboard"));
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: value("--body-fg", "#333"),
    soft: value("--body-quiet-color", "#666"),
    line: value("--hairline-color", "#ddd"),
    series: ["--chart-1", "--chart-2", "--chart-3", "--chart-4"].map((name) => value(name, "#9b1519")),
  };
}

function tableData(table) {
  const rows = [...table.tBodies[0].rows];
  const stamps = rows.map(({ cells: [head] }) =>
    head.dataset.stamp ? Number(head.dataset.stamp) : Date.parse(`${head.dataset.day}T00:00:00+07:00`) / 1000,
  );
  const columns = [...table.tHead.rows[0].cells].slice(1);
  const value = ({ dataset }) => (dataset.value === "" ? null : Number(dataset.value));
  const values = columns.map((_, index) => rows.map((row) => value(row.cells[index + 1])));
  return { labels: columns.map((cell) => cell.textContent.trim()), data: [stamps, ...values] };
}

function moments(figure) {
  const zone = { timeZone: "Asia/Ho_Chi_Minh" };
  const write = (language, options) => {
    const formatter = new Intl.DateTimeFormat(language, { ...zone, ...options });
    return (stamp) => formatter.format(new Date(stamp * 1000));
  };
  if (figure.dataset.chart === "curve") return { short: write("vi-VN", { hour: "2-digit", minute: "2-digit" }), step: 3600 };
  // Browsers write 29-10 in Vietnamese; people, and the rest of the page, 29/10.
  if ("byMonth" in figure.dataset) return { short: write("en-GB", { month: "2-digit", year: "numeric" }), step: 28 * 86400 };
  return { short: write("en-GB", { day: "2-digit", month: "2-digit" }), step: 86400 };
}

function thinned(stamps, most) {
  const every = Math.max(1, Math.ceil(stamps.length / most));
  return stamps.filter((_, index) => index % every === 0);
}

function draw(figure) {
  const plot = figure.querySelector(".plot");
  const { labels, data } = tableData(figure.querySelector("table"));
  if (data[0].length === 0) return;
  const { short, step } = moments(figure);
  const paint = colours();
  const axis = { stroke: paint.soft, grid: { stroke: paint.line, width: 1 }, ticks: { stroke: paint.line } };
  const height = figure.dataset.chart === "curve" ? 180 : 280;
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height,
      tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "Asia/Ho_Chi_Minh"),
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] } },
      axes: [
        {
          ...axis,
          space: 70,
          incrs: [1, 2, 3, 4, 7, 14, 28].map((count) => count * step),
          // A day or a month stands exactly under its point.
          splits: step > 3600 ? () => thinned(data[0], plot.clientWidth / 75) : undefined,
          values: (_, stamps) => stamps.map(short),
        },
        { ...axis, size: 64, values: (_, values) => values.map((value) => (Number.isInteger(value) ? number.format(value) : "")) },
      ],
      series: [
        { label: figure.querySelector("thead th").textContent.trim(), value: (_, stamp) => (stamp === null ? "–" : short(stamp)) },
        ...labels.map((label, index) => ({
          label,
          stroke: paint.series[index % paint.series.length],
          width: 2,
          dash: index === 3 ? [3, 4] : index === 2 ? [8, 4] : undefined,
          points: { show: data[0].length < 3 },
          value: (_, value) => (value === null ? "–" : number.format(value)),
        })),
      ],
    },
    data,
    plot,
  );
  new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height })).observe(plot);
}

async function readLive() {
  if (document.visibilityState !== "visible") return;
  const cells = document.querySelectorAll("[data-live]");
  const { liveAddress } = document.querySelector("[data-live-address]").dataset;
  const headers = { "X-Unattended": "1" }; // a page left open is nobody at work: see accounts/access/sessions.py
  const reply = await fetch(liveAddress, { headers }).catch(() => null);
  if (!reply?.ok) return;
  const figures = await reply.json();
  for (const cell of cells) cell.textContent = number.format(figures[cell.dataset.live]);
}

for (const figure of document.querySelectorAll("[data-chart]")) draw(figure);
if (document.querySelector("[data-live-address]")) setInterval(readLive, LIVE_PAUSE);
