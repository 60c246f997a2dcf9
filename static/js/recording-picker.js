// The window in which video or sound is chosen hands it to the form that opened this window.
const list = document.querySelector(".recording-picker");

list?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-url]");
  if (!button || !window.opener) return;
  const { url, title } = button.dataset;
  const detail = { field: list.dataset.field, url, title };
  window.opener.dispatchEvent(new CustomEvent("recording-picked", { detail }));
  window.close();
});
