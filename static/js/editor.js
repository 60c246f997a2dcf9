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

  // The editor's reader of Google Docs stumbles over some spans, and its filter drops a first-level heading.
  // What was pasted is told, so that the checklist can name what the editor drops.
  const LOWER = { H1: "h2", H2: "h3", H3: "h4", H5: "h4", H6: "h4" };
  const prepared = (html) => {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    // A style that its reader leaves alone: it fails on a span that has none, or none left.
    for (const span of body.querySelectorAll("span")) {
      span.setAttribute("style", `${span.getAttribute("style") ?? ""};white-space:pre`);
    }
    if (body.querySelector("h1")) {
      for (const heading of body.querySelectorAll("h1, h2, h3, h5, h6")) {
        const lower = document.createElement(LOWER[heading.tagName]);
        for (const { name, value } of heading.attributes) lower.setAttribute(name, value);
        lower.append(...heading.childNodes);
        heading.replaceWith(lower);
      }
    }
    return body.innerHTML;
  };
  editor.on("instanceCreated", ({ editor: instance }) => {
    instance.on(
      "paste",
      ({ data }) => {
        const html = data.dataValue;
        if (!html?.includes("<")) return;
        instance.fire("pasted", html);
        if (/docs-internal-guid|<h1[\s>]/i.test(html)) data.dataValue = prepared(html);
      },
      null,
      null,
      1,
    );
  });

  editor.on("dialogDefinition", ({ data, editor: instance }) => {
    if (data.name !== "image2") return;
    const alternative = data.definition.getContents("info").get("alt");
    if (alternative && instance.config.altLabel) alternative.label = instance.config.altLabel;
  });
}
