// CKEditor in its frame. The page of the form, which is editor-frame.js, says what to write in and how, and is told of
// every change; it sends pictures to the library and opens the library, because from here nothing can be reached.
(() => {
  const { CKEDITOR } = window;
  const HOME = location.origin; // of the address; the page's own origin is opaque
  const PAUSE = 150; // milliseconds after a change
  const ESCAPE = 27; // as the editor numbers keys
  const SAVE = CKEDITOR.CTRL + 83; // S
  const AROUND = 48; // pixels around a dialog

  let page = null; // the port to the form's page
  const tell = (message) => page.postMessage(message);

  // The editor would keep a token of its own in a cookie.
  CKEDITOR.tools.getCsrfToken = () => "";

  // What the editor asks of an XMLHttpRequest, done by the form's page.
  const requests = new Map();
  class Relayed {
    upload = {};
    status = 0;
    responseText = "";
    open() {}
    setRequestHeader() {}
    async send(form) {
      this.number = requests.size + 1;
      requests.set(this.number, this);
      const chosen = form.get("upload");
      try {
        // Its bytes: Chromium lets the page that a file on the disk was given to read it, and no page that it is handed to.
        const file = new File([await chosen.arrayBuffer()], chosen.name, { type: chosen.type });
        if (!this.isAborted) tell({ kind: "upload", number: this.number, file });
      } catch {
        this.onerror?.(); // it is no longer there
      }
    }
    abort() {
      this.isAborted = true;
      tell({ kind: "abort", number: this.number });
    }
  }

  const onUpload = {
    progress: (request, { loaded, total }) => request.upload.onprogress?.({ lengthComputable: true, loaded, total }),
    failed: (request) => request.onerror?.(),
    answer: (request, { status, answer }) => {
      Object.assign(request, { status, responseText: answer ? JSON.stringify(answer) : "" });
      request.onload?.();
    },
  };

  const relayUploads = (instance) => {
    instance.on("fileUploadRequest", ({ data: { fileLoader } }) => {
      fileLoader.xhr = new Relayed();
      fileLoader.attachRequestListeners();
    }, null, null, 1);
    // The editor calls a picture uploaded once its last byte is sent; only the server's answer tells.
    instance.on("loaded", () => {
      instance.uploadRepository?.on("instanceCreated", ({ data: loader }) => {
        const hold = () => {
          if (loader.status === "uploading") loader.uploaded = Math.min(loader.uploaded, loader.uploadTotal - 1);
        };
        loader.on("update", hold, null, null, 1);
      });
    });
  };

  // --- The picture's dialog ---

  CKEDITOR.editor.prototype.popup = () => tell({ kind: "library" });

  const picked = (instance, { url, alt }) => {
    CKEDITOR.tools.callFunction(instance._.filebrowserFn, url, function () {
      this.getDialog().getContentElement("info", "alt")?.setValue(alt);
    });
  };

  // --- The album ---

  const album = (instance, pictures) => {
    const figure = document.createElement("figure");
    figure.className = "album";
    for (const { url, alt, caption, credit, width, height } of pictures) {
      const one = document.createElement("figure");
      one.className = "image";
      const image = document.createElement("img");
      image.setAttribute("src", url);
      Object.assign(image, { alt, width, height });
      one.append(image);
      if (caption || credit) {
        const words = document.createElement("figcaption");
        words.append(caption);
        if (credit) {
          const source = document.createElement("em");
          source.textContent = credit;
          words.append(caption ? " " : "", source);
        }
        one.append(words);
      }
      figure.append(one);
    }
    instance.insertHtml(figure.outerHTML);
  };

  CKEDITOR.plugins.add("album", {
    init(editor) {
      if (!editor.config.filebrowserImageBrowseUrl) return;
      editor.addCommand("album", { exec: () => tell({ kind: "library", many: true }) });
      editor.ui.addButton("Album", { label: editor.config.albumLabel, command: "album", toolbar: "insert" });
    },
  });

  // --- Own video and sound: a link in a paragraph of its own ---

  const recording = (instance, { url, title }) => {
    const paragraph = new CKEDITOR.dom.element("p");
    const link = new CKEDITOR.dom.element("a");
    paragraph.addClass("recording");
    // The editor takes the address of a link from the second.
    link.setAttributes({ href: url, "data-cke-saved-href": url });
    link.setText(title);
    paragraph.append(link);
    instance.insertElement(paragraph); // as HTML, a paragraph would become a part of the one that is written in
  };

  CKEDITOR.plugins.add("recording", {
    init(editor) {
      if (!editor.config.recordingBrowseUrl) return;
      editor.addCommand("recording", { exec: () => tell({ kind: "recordings" }) });
      editor.ui.addButton("Recording", { label: editor.config.recordingLabel, command: "recording", toolbar: "insert" });
    },
  });

  // The editor's own file field is a form in a frame.
  const uploadPage = ({ lang, config, uploadRepository }) => ({
    id: "Upload",
    label: lang.image2.uploadTab,
    elements: [
      {
        type: "html",
        id: "file",
        html:
          `<label class="cke_dialog_ui_labeled_label">${lang.image2.btnUpload}` +
          '<input type="file" class="upload-file"></label><p role="status" class="upload-state"></p>',
        onLoad() {
          const dialog = this.getDialog();
          const place = dialog.parts.contents.$;
          const field = place.querySelector(".upload-file");
          const state = place.querySelector(".upload-state");
          field.addEventListener("change", () => {
            if (!field.files.length) return;
            const loader = uploadRepository.create(field.files[0]);
            state.textContent = lang.uploadwidget.uploadOne.replace("{percentage}", "0");
            loader.on("error", () => { state.textContent = loader.message; });
            loader.on("uploaded", () => {
              state.textContent = "";
              dialog.getContentElement("info", "src").setValue(loader.url);
              dialog.selectPage("info");
            });
            loader.loadAndUpload(config.filebrowserImageUploadUrl);
          });
          dialog.on("show", () => {
            field.value = state.textContent = "";
          });
        },
      },
    ],
  });

  CKEDITOR.on("dialogDefinition", ({ data: { name, definition }, editor }) => {
    if (name !== "image2") return;
    const alternative = definition.getContents("info").get("alt");
    if (alternative && editor.config.altLabel) alternative.label = editor.config.altLabel;
    if (!editor.config.filebrowserImageUploadUrl) return;
    definition.removeContents("Upload");
    definition.addContents(uploadPage(editor));
  });

  // --- The text ---

  const dress = ({ theme, limit }) => {
    const root = document.documentElement;
    root.dataset.theme = theme;
    root.style.setProperty("--most", `${limit}px`);
  };

  // The editor's Vietnamese is English in places; `sentences` by plugin, "" for those of none.
  const complete = (words, { "": own, ...sentences }) => {
    Object.assign(words, own);
    for (const [name, more] of Object.entries(sentences)) {
      for (const [key, value] of Object.entries(more)) {
        if (typeof value === "object") Object.assign(words[name][key], value);
        else words[name][key] = value;
      }
    }
  };

  const begin = ({ config, html, theme, limit }) => {
    dress({ theme, limit });
    const area = document.getElementById("text");
    area.value = html;
    // The words of the catalogue are there before the editor draws itself with them.
    CKEDITOR.lang.load(config.language, config.language, (code) => {
      complete(CKEDITOR.lang[code], config.sentences);
      write(CKEDITOR.replace(area, config));
    });
  };

  const write = (instance) => {
    let round = 0; // how often the form's page has written
    let timer;

    const send = (more = {}) => {
      clearTimeout(timer);
      timer = undefined;
      tell({ kind: "text", html: instance.getData(), round, ...more });
    };
    const later = () => {
      timer ??= setTimeout(send, PAUSE);
    };

    relayUploads(instance);
    instance.on("instanceReady", () => {
      for (const [plugin, sentences] of Object.entries(instance.config.uploadSentences ?? {})) {
        Object.assign(instance.lang[plugin], sentences);
      }
      tell({ kind: "ready", html: instance.getData() });
    });
    instance.on("change", later);
    // The editor is silent about its source, and about what is typed until a word ends.
    instance.on("contentDom", () => {
      const editable = instance.editable();
      editable.addClass("richtext");
      editable.attachListener(editable, "input", later);
    });
    instance.on("pasted", ({ data }) => tell({ kind: "pasted", html: data }));
    instance.on("focus", () => tell({ kind: "focus", isOn: true }));
    instance.on("blur", () => tell({ kind: "focus", isOn: false }));
    instance.on("maximize", ({ data }) => tell({ kind: "maximised", isOn: data === CKEDITOR.TRISTATE_ON }));
    // Tab moves between the cells of a table and indents a list: Esc leaves the text from anywhere.
    instance.on("key", (event) => {
      if (event.data.keyCode === SAVE) {
        event.cancel();
        tell({ kind: "save" });
      }
      if (event.data.keyCode !== ESCAPE) return;
      event.cancel();
      const maximise = instance.getCommand("maximize");
      if (maximise?.state === CKEDITOR.TRISTATE_ON) maximise.exec();
      else tell({ kind: "leave" });
    });

    // The frame is as high as the editor, and as a dialog that is open.
    let dialogs = 0;
    const measure = () => {
      const height = Math.ceil(instance.container?.$.getBoundingClientRect().height ?? 0);
      tell({ kind: "size", height: Math.max(height, dialogs) });
    };
    instance.on("instanceReady", () => new ResizeObserver(measure).observe(instance.container.$));
    instance.on("dialogShow", ({ data }) => {
      dialogs = data.getSize().height + AROUND;
      measure();
      tell({ kind: "dialog" });
    });
    instance.on("dialogHide", () => {
      dialogs = 0;
      measure();
    });

    const on = {
      ask: ({ number }) => send({ number }),
      write: (message) => {
        round = message.round;
        instance.setData(message.html, { callback: () => send() });
      },
      look: dress,
      enter: () => instance.focus(),
      picked: ({ picture }) => picked(instance, picture),
      recording: ({ recording: chosen }) => recording(instance, chosen),
      album: ({ pictures }) => album(instance, pictures),
    };
    page.onmessage = ({ data }) => {
      if (data.kind in onUpload) onUpload[data.kind](requests.get(data.number), data);
      else on[data.kind]?.(data);
    };
  };

  addEventListener("message", ({ source, origin, data, ports }) => {
    if (page || source !== parent || origin !== HOME || data?.kind !== "begin") return;
    [page] = ports;
    begin(data);
  });
  parent.postMessage({ kind: "hello" }, HOME);
})();
