// CKEditor in the admin: uploads carry Django's CSRF token and speak our language, the picture dialog of alternatives.
const ESCAPE = 27; // as the editor numbers keys
const editor = window.CKEDITOR;

if (editor) {
  editor.on("instanceCreated", ({ editor: instance }) => {
    instance.on("fileUploadRequest", ({ data }) => {
      const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
      if (token) data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token);
    });
    instance.on("instanceReady", () => {
      for (const [plugin, sentences] of Object.entries(instance.config.uploadSentences ?? {})) {
        Object.assign(instance.lang[plugin], sentences);
      }
    });
    // The editor calls a picture uploaded once its last byte is sent; only the server's answer tells.
    instance.on("loaded", () => {
      instance.uploadRepository?.on("instanceCreated", ({ data: loader }) => {
        const hold = () => {
          if (loader.status === "uploading") loader.uploaded = Math.min(loader.uploaded, loader.uploadTotal - 1);
        };
        loader.on("update", hold, null, null, 1);
      });
    });
  });

  // The text is a document of its own, made anew with each setData: it is told which theme was chosen.
  const dress = (instance) => {
    const text = instance.document?.$.documentElement;
    if (text) text.dataset.theme = document.documentElement.dataset.theme ?? "auto";
  };
  editor.on("instanceCreated", ({ editor: instance }) => instance.on("contentDom", () => dress(instance)));
  new MutationObserver(() => Object.values(editor.instances).forEach(dress)).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });

  // Tab moves between the cells of a table and indents a list: Esc leaves the text from anywhere.
  editor.on("instanceReady", ({ editor: instance }) => {
    instance.on("key", (event) => {
      if (event.data.keyCode !== ESCAPE) return;
      const frame = instance.container.$;
      const next = [...document.querySelectorAll("#content-main :is(a[href], button, input, select, textarea)")].find(
        (field) =>
          frame.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING &&
          !frame.contains(field) &&
          field.checkVisibility(),
      );
      if (!next) return;
      event.cancel();
      next.focus();
    });
  });

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
  editor.on("instanceCreated", ({ editor: instance }) => {
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

  editor.on("dialogDefinition", ({ data, editor: instance }) => {
    if (data.name !== "image2") return;
    const alternative = data.definition.getContents("info").get("alt");
    if (alternative && instance.config.altLabel) alternative.label = instance.config.altLabel;
  });
}
