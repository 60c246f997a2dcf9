// The focal point is set with a press on the picture; the numbers below say the same without a mouse. An empty one
// stands for what is stored, which its placeholder says.
export const setsFocus = (picture, across, down) => {
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  picture.after(mark);

  const show = () => {
    mark.style.insetInlineStart = `${across.value || across.placeholder || 50}%`;
    mark.style.insetBlockStart = `${down.value || down.placeholder || 50}%`;
  };
  const percent = (part, whole) => Math.min(100, Math.max(0, Math.round((100 * part) / whole)));

  picture.addEventListener("click", ({ offsetX, offsetY }) => {
    if (across.disabled) return;
    across.value = percent(offsetX, picture.clientWidth);
    down.value = percent(offsetY, picture.clientHeight);
    down.dispatchEvent(new Event("input", { bubbles: true }));
  });
  across.addEventListener("input", show);
  down.addEventListener("input", show);
  show();
  return show;
};

// On the page of a picture.
const picture = document.querySelector("img.picture-preview");
const across = document.querySelector("#id_focal_x");
const down = document.querySelector("#id_focal_y");

if (picture && across && down) {
  const frame = document.createElement("span");
  frame.className = "focal-frame";
  picture.replaceWith(frame);
  frame.append(picture);
  setsFocus(picture, across, down);
}
