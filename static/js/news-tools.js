// Printing, and sharing through the device (on a phone: Zalo, Messenger, e-mail …). The buttons
// appear only where the browser can do it.
const print = document.querySelector(".print-button");
if (print) {
  print.parentElement.hidden = false;
  print.addEventListener("click", () => window.print());
}

const share = document.querySelector(".share-button");
if (share && navigator.share) {
  share.parentElement.hidden = false;
  share.addEventListener("click", () => {
    const { title, url } = share.dataset;
    navigator.share({ title, url }).catch(() => {}); // closing the sheet is no error
  });
}
