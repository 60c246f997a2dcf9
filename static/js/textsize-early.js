// Small and alone, so that it runs before the style sheet is there: a chosen text size does not flash.
try {
  const size = localStorage.getItem("textsize");
  if (["90", "110", "120", "130"].includes(size)) document.documentElement.dataset.textsize = size;
} catch {
  // Storage is switched off: the text keeps its normal size.
}
