// The window in which the pictures of an album are chosen hands them to the form that opened this window.
const form = document.querySelector(".album-picker");

form?.querySelector(".insert-album").addEventListener("click", () => {
  const pictures = [...form.querySelectorAll("input[name=anh]:checked")].map(({ dataset }) => ({ ...dataset }));
  const state = form.querySelector("[role=status]");
  if (!pictures.length) state.textContent = state.dataset.none;
  if (!pictures.length || !window.opener) return;
  const detail = { field: form.dataset.field, pictures };
  window.opener.dispatchEvent(new CustomEvent("album-picked", { detail }));
  window.close();
});
