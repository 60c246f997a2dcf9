// The focal point is set with a press on the picture; the numbers below say the same without a mouse.
const picture = document.querySelector("img.picture-preview");
const across = document.querySelector("#id_focal_x");
const down = document.querySelector("#id_focal_y");

if (picture && across && down) {
  const frame = document.createElement("span");
  const mark = document.createElement("span");
  frame.className = "focal-frame";
  mark.className = "focal-mark";
  picture.replaceWith(frame);
  frame.append(picture, mark);

  const show = () => {
    mark.style.insetInlineStart = `${across.value}%`;
    mark.style.insetBlockStart = `${down.value}%`;
  };
  const percent = (part, whole) => Math.min(100, Math.max(0, Math.round((100 * part) / whole)));

  picture.addEventListener("click", ({ offsetX, offsetY }) => {
    across.value = percent(offsetX, picture.clientWidth);
    down.value = percent(offsetY, picture.clientHeight);
    show();
  });
  across.addEventListener("input", show);
  down.addEventListener("input", show);
  show();
}
