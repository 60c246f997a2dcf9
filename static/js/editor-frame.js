// The editor of a form stands in a frame of an opaque origin: what runs there has no session and no way out. This is the
// form's side. It keeps the text in the form's own field, sends pictures to the library and opens it for the frame.
import { token } from "./form-session.js";

const SANDBOX = "allow-scripts allow-modals"; // as richtext/frame.py has it
const SLOWEST = 30_000; // milliseconds: a frame that has not come by then leaves the plain field
const ANSWER = 3_000; // milliseconds a form waits for its text before it goes with the last one it was told
const LEAST = 240; // pixels
const MOST_TEXT = 900; // pixels of text before it scrolls inside the frame
const BESIDE = 200; // pixels of the window that are left to tools, buttons and the form around
const FIELDS = "#content-main :is(a[href], button, input, select, textarea)";

// A text that is written in a frame: its `html`, and the events `ready`, `change` and `pasted` (detail: HTML).
class EditedText extends EventTarget {
  isReady = false; // with its editor, or, where that did not come, as a plain field
  #area;
  #config;
  #frame;
  #page = null; // the port to the frame's page
  #round = 0; // how often the text was written from here
  #asked = 0;
  #questions = new Map();
  #uploads = new Map();

  constructor(widget) {
    super();
    this.#area = widget.querySelector("textarea");
    this.#config = JSON.parse(this.#area.dataset.config);
    const label = document.querySelector(`label[for="${this.#area.id}"]`);
    this.#frame = document.createElement("iframe");
    this.#frame.className = "editor-frame";
    this.#frame.title = label?.textContent.trim().replace(/:$/, "") ?? "";
    this.#frame.setAttribute("sandbox", SANDBOX);
    this.#frame.src = widget.dataset.frame;
    this.#area.hidden = true;
    this.#area.before(this.#frame);
    label?.addEventListener("click", () => this.focus());
    addEventListener("message", ({ source, data }) => {
      if (source === this.#frame.contentWindow && data?.kind === "hello" && !this.#page) this.#begin();
    });
    addEventListener("picture-picked", ({ detail }) => {
      if (detail.field === this.#area.id) this.#tell({ kind: "picked", picture: detail });
    });
    addEventListener("album-picked", ({ detail }) => {
      if (detail.field === this.#area.id) this.#tell({ kind: "album", pictures: detail.pictures });
    });
    addEventListener("recording-picked", ({ detail }) => {
      if (detail.field === this.#area.id) this.#tell({ kind: "recording", recording: detail });
    });
    addEventListener("resize", () => this.dress());
    setTimeout(() => this.isReady || this.#giveUp(), SLOWEST);
  }

  get form() {
    return this.#area.form;
  }

  get html() {
    return this.#area.value;
  }

  write(html) {
    this.#area.value = html;
    this.#round += 1;
    this.#tell({ kind: "write", html, round: this.#round });
    this.dispatchEvent(new Event("change"));
  }

  focus() {
    this.#frame.focus();
    this.#tell({ kind: "enter" });
  }

  // Resolves once `html` is what stands in the frame now.
  arrived() {
    if (!this.#page || !this.isReady) return Promise.resolve();
    return new Promise((resolve) => {
      this.#asked += 1;
      this.#questions.set(this.#asked, resolve);
      setTimeout(resolve, ANSWER);
      this.#tell({ kind: "ask", number: this.#asked });
    });
  }

  dress() {
    this.#tell({ kind: "look", ...this.#look() });
  }

  #look() {
    return {
      theme: document.documentElement.dataset.theme ?? "auto",
      limit: Math.max(LEAST, Math.min(MOST_TEXT, innerHeight - BESIDE)),
    };
  }

  #tell(message) {
    this.#page?.postMessage(message);
  }

  #begin() {
    const { port1, port2 } = new MessageChannel();
    this.#page = port1;
    this.#page.onmessage = ({ data }) => this.#on[data?.kind]?.(data);
    const config = { ...this.#config, title: this.#frame.title };
    const message = { kind: "begin", config, html: this.#area.value, ...this.#look() };
    // An opaque origin has no name to be addressed by; the frame is the one made above.
    this.#frame.contentWindow.postMessage(message, "*", [port2]);
  }

  #giveUp() {
    this.#page?.close();
    this.#page = null;
    this.#frame.remove();
    this.#area.hidden = false;
    this.#settle();
  }

  #settle() {
    this.isReady = true;
    this.dispatchEvent(new Event("ready"));
  }

  #take({ html, round }) {
    if (typeof html === "string" && round === this.#round) this.#area.value = html;
  }

  // What the frame may ask for. It is believed in nothing else: addresses and the token are known here alone.
  #on = {
    ready: ({ html }) => {
      if (this.#round) this.write(this.#area.value);
      else this.#take({ html, round: 0 });
      this.#frame.dataset.state = "ready";
      this.#settle();
    },
    text: (message) => {
      const before = this.#area.value;
      this.#take(message);
      this.#questions.get(message.number)?.();
      this.#questions.delete(message.number);
      if (this.#area.value !== before) this.dispatchEvent(new Event("change"));
    },
    pasted: ({ html }) => this.dispatchEvent(new CustomEvent("pasted", { detail: String(html) })),
    size: ({ height }) => {
      const most = innerHeight + MOST_TEXT;
      this.#frame.style.blockSize = `${Math.max(LEAST, Math.min(Number(height) || 0, most))}px`;
    },
    focus: ({ isOn }) => this.#frame.classList.toggle("is-focused", isOn === true),
    dialog: () => this.#frame.scrollIntoView({ block: "nearest" }),
    maximised: ({ isOn }) => this.#frame.classList.toggle("is-maximised", isOn === true),
    leave: () => this.#leave(),
    save: () => document.activeElement === this.#frame && this.form.querySelector("[name=_continue]")?.click(),
    recordings: () => {
      const words = new URLSearchParams({ cho: this.#area.id });
      window.open(`${this.#config.recordingBrowseUrl}?${words}`, "pick", "width=900,height=700,popup");
    },
    library: ({ many }) => {
      const words = new URLSearchParams({ cho: this.#area.id, ...(many === true ? { nhieu: "1" } : {}) });
      window.open(`${this.#config.filebrowserImageBrowseUrl}?${words}`, "pick", "width=900,height=700,popup");
    },
    upload: ({ number, file }) => this.#upload(number, file),
    abort: ({ number }) => this.#uploads.get(number)?.abort(),
  };

  #leave() {
    const next = [...document.querySelectorAll(FIELDS)].find(
      (field) =>
        this.#frame.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING && field.checkVisibility(),
    );
    next?.focus();
  }

  #upload(number, file) {
    if (!(file instanceof File) || !this.#config.imageUploadUrl) return;
    const body = new FormData();
    body.append("upload", file);
    const request = new XMLHttpRequest();
    this.#uploads.set(number, request);
    request.open("POST", this.#config.imageUploadUrl);
    request.setRequestHeader("X-CSRFToken", token());
    request.upload.onprogress = ({ loaded, total }) => this.#tell({ kind: "progress", number, loaded, total });
    request.onerror = () => this.#tell({ kind: "failed", number });
    request.onload = () => this.#tell({ kind: "answer", number, status: request.status, answer: answerOf(request) });
    request.send(body);
  }
}

// The library's answer, or null: whatever else came, such as the page to sign in on, is none of the frame's business.
const answerOf = ({ responseText }) => {
  try {
    const { uploaded, fileName, url, width, height, error } = JSON.parse(responseText);
    return { uploaded, fileName, url, width, height, error };
  } catch {
    return null;
  }
};

const texts = new Map();

// The text that is written in the field `id`; undefined where it is a plain one.
export const textOf = (id) => texts.get(id);

const begin = () => {
  for (const widget of document.querySelectorAll(".editor-widget")) {
    const { id } = widget.querySelector("textarea");
    if (!texts.has(id) && !id.includes("__prefix__")) texts.set(id, new EditedText(widget));
  }
};
begin();
document.addEventListener("formset:added", begin);
new MutationObserver(() => texts.forEach((text) => text.dress())).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});

// A form goes with the text as it stands in the frame at that moment, not as it was last told of.
const waiting = new WeakSet();
let isAsked = false;
document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    const own = [...texts.values()].filter((text) => text.form === form);
    if (isAsked || !own.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting.has(form)) return;
    waiting.add(form);
    // After this event: while a form is being submitted, another request to submit it is ignored.
    const afterwards = new Promise((resolve) => setTimeout(resolve));
    Promise.all([afterwards, ...own.map((text) => text.arrived())]).then(() => {
      waiting.delete(form);
      isAsked = true;
      form.requestSubmit(submitter);
      isAsked = false;
    });
  },
  { capture: true },
);
