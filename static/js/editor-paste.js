// Pastes of other programs, made plain before the editor reads them. A classic script, like all in the editor's frame.
(() => {
  const { CKEDITOR } = window;

  // The editor's own reader of Google Docs takes the clipboard as it is and fails on a span without a style: what
  // comes from there is made plain here, and its reader no longer knows it.
  const MARKS = [
    ["strong", ({ fontWeight }) => /^(bold|bolder|[6-9]00)$/.test(fontWeight)],
    ["em", ({ fontStyle }) => fontStyle === "italic"],
    ["u", ({ textDecorationLine }, span) => textDecorationLine.includes("underline") && !span.closest("a")],
    ["s", ({ textDecorationLine }) => textDecorationLine.includes("line-through")],
    ["sup", ({ verticalAlign }) => verticalAlign === "super"],
    ["sub", ({ verticalAlign }) => verticalAlign === "sub"],
  ];
  const FROM_DOCS = /\bid=["']?docs-internal-guid-/i;
  const plain = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    for (const span of body.querySelectorAll("span[style]")) {
      for (const [name, isShown] of MARKS) {
        if (!isShown(span.style, span)) continue;
        const mark = document.createElement(name);
        mark.append(...span.childNodes);
        span.append(mark);
      }
      span.removeAttribute("style");
    }
    for (const item of body.querySelectorAll("li > p:only-child")) item.replaceWith(...item.childNodes);
    for (const list of body.querySelectorAll(":is(ol, ul) > :is(ol, ul)")) {
      if (list.previousElementSibling?.tagName === "LI") list.previousElementSibling.append(list);
    }
    for (const wrapper of body.querySelectorAll("[id^=docs-internal-guid-]")) {
      if (wrapper.tagName === "B") wrapper.replaceWith(...wrapper.childNodes);
      else wrapper.removeAttribute("id");
    }
    return body.innerHTML;
  };

  // The page has one first-level heading, its title: with one in a paste, all its headings go down a level.
  const LOWER = { H1: "h2", H2: "h3", H3: "h4", H5: "h4", H6: "h4" };
  const lowered = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    for (const heading of body.querySelectorAll("h1, h2, h3, h5, h6")) {
      const lower = document.createElement(LOWER[heading.tagName]);
      for (const { name, value } of heading.attributes) lower.setAttribute(name, value);
      lower.append(...heading.childNodes);
      heading.replaceWith(lower);
    }
    return body.innerHTML;
  };

  const BEFORE_READERS = 1; // priorities of listeners to a paste: the readers of other programs have 3
  const AFTER_READERS = 5;
  CKEDITOR.on("instanceCreated", ({ editor: instance }) => {
    const onPaste = (listen, priority) => instance.on("paste", listen, null, null, priority);
    onPaste(({ data }) => {
      const html = data.dataValue;
      if (!html?.includes("<")) return;
      instance.fire("pasted", html); // the checklist names what is dropped before it becomes part of the text
      if (FROM_DOCS.test(html)) data.dataValue = plain(html);
    }, BEFORE_READERS);
    onPaste(({ data }) => {
      if (/<h1[\s>]/i.test(data.dataValue ?? "")) data.dataValue = lowered(data.dataValue);
    }, AFTER_READERS);
  });
})();
