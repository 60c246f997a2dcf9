// Draws the dashboard's charts from the tables that stand beside them.
import uPlot from "./vendor/uplot/uplot.js";

const number = new Intl.NumberFormat("vi-VN");
const LIVE_PAUSE = 10_000; // milliseconds between two readings of "online now"

function colours() {
  const style = getComputedStyle(document.documentElement);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    ink: value("--body-fg", "#333"),
    soft: value("--body-quiet-color", "#666"),
    line: value("--hairline-color", "#ddd"),
    series: [value("--chart-1", "#9b1519"), value("--chart-2", "#1d6fa5"), value("--chart-3", "#b07a10")],
  };
}

function tableData(table) {
  const rows = [...table.tBodies[0].rows];
  const stamps = rows.map((row) => Date.parse(`${row.cells[0].dataset.day}T00:00:00+07:00`) / 1000);
  const columns = [...table.tHead.rows[0].cells].slice(1);
  const values = columns.map((_, index) => rows.map((row) => Number(row.cells[index + 1].dataset.value)));
  return { labels: columns.map((cell) => cell.textContent.trim()), data: [stamps, ...values] };
}

function drawLine(figure) {
  const plot = figure.querySelector(".plot");
  const { labels, data } = tableData(figure.querySelector("table"));
  const paint = colours();
  const axis = { stroke: paint.soft, grid: { stroke: paint.line, width: 1 }, ticks: { stroke: paint.line } };
  const day = (stamp) => new Date(stamp * 1000).toLocaleDateString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: 280,
      tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1000), "Asia/Ho_Chi_Minh"),
      scales: { y: { range: (_, low, high) => [0, Math.max(high * 1.08, 1)] } },
      axes: [
        { ...axis, space: 70, values: (_, stamps) => stamps.map((stamp) => day(stamp).replace(/\/\d{4}$/, "")) },
        { ...axis, size: 60, values: (_, values) => values.map((value) => number.format(value)) },
      ],
      series: [
        { label: "", value: (_, stamp) => (stamp === null ? "" : day(stamp)) },
        ...labels.map((label, index) => ({
          label,
          stroke: paint.series[index % paint.series.length],
          width: 2,
          dash: index % 3 === 2 ? [6, 4] : undefined,
          points: { show: data[0].length < 2 },
          value: (_, value) => (value === null ? "" : number.format(value)),
        })),
      ],
    },
    data,
    plot,
  );
  new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: 280 })).observe(plot);
}

async function readLive() {
  if (document.visibilityState !== "visible") return;
  const cells = document.querySelectorAll("[data-live]");
  const reply = await fetch(document.querySelector("[data-live-address]").dataset.liveAddress).catch(() => null);
  if (!reply?.ok) return;
  const figures = await reply.json();
  for (const cell of cells) cell.textContent = number.format(figures[cell.dataset.live]);
}

for (const figure of document.querySelectorAll('[data-chart="line"]')) drawLine(figure);
if (document.querySelector("[data-live-address]")) setInterval(readLive, LIVE_PAUSE);
