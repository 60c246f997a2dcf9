// The window in which a picture is chosen hands it to the form that opened it.
const list = document.querySelector(".picker");

list?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-id]");
  if (!button || !window.opener) return;
  const { id, url, alt, caption, credit } = button.dataset;
  const number = list.dataset.function;
  if (number) {
    const { CKEDITOR } = window.opener;
    CKEDITOR.tools.callFunction(Number(number), url, function () {
      this.getDialog().getContentElement("info", "alt")?.setValue(alt);
    });
  } else {
    window.opener.dispatchEvent(new CustomEvent("picture-picked", { detail: { id, alt, caption, credit } }));
  }
  window.close();
});
