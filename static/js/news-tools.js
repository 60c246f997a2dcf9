// Printing, copying the address, and sharing through the device (on a phone: Zalo, Messenger, e-mail …). The buttons
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

// The clipboard is there on https and on this machine only.
const copy = document.querySelector(".copy-button");
if (copy && navigator.clipboard) {
  copy.parentElement.hidden = false;
  copy.setAttribute("aria-live", "polite");
  const label = copy.textContent;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(copy.dataset.url);
    } catch {
      return; // refused by the reader
    }
    copy.textContent = copy.dataset.done;
    setTimeout(() => {
      copy.textContent = label;
    }, 2000);
  });
}
