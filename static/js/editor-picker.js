// The window in which a picture is chosen hands it to the form that opened this window.
const list = document.querySelector(".picker");

list?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  if (!button || !window.opener) return;
  const { field } = list.dataset; // the text it is for; without one, the cover
  window.opener.dispatchEvent(new CustomEvent("picture-picked", { detail: { field, ...button.dataset } }));
  window.close();
});
