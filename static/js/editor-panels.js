// The lists and menus of CKEditor without frames. Its own stand each in an about:blank frame, which the editor's page,
// being of an opaque origin, may not touch. A classic script, like all in the editor's frame.
(() => {
  const { CKEDITOR } = window;
  const KEYS = { escape: 27, left: 37 };
  const EDGE = 4; // pixels kept free around a list

  // What CKEDITOR.ui.floatPanel is to the plugins `richcombo` and `menu`: the same methods, `_` and callbacks.
  class Panel {
    constructor(editor, parent, definition, level = 0) {
      const panel = new CKEDITOR.ui.panel(CKEDITOR.document, { ...definition, level, css: [], forceIFrame: 0 });
      this.element = parent.append(CKEDITOR.dom.element.createFromHtml(panel.render(editor)));
      this.element.setStyles({ display: "none", position: "absolute" });
      this.element.disableContextMenu();
      // Without one the panel is its own holder, and a menu dresses the holder's parent, all the page, as its own.
      panel._.holder = this.element.append(new CKEDITOR.dom.element("div"));
      this._ = { editor, panel, definition, markFirst: definition.markFirst ?? true };
      this.visible = 0;
      editor.focusManager.add(this.element, 1);
      for (const event of ["mode", "resize"]) editor.on(event, () => this.hide());
      addEventListener("resize", () => this.hide());
      this.element.on("keydown", ({ data }) => this.#onKey(data));
      this.element.$.addEventListener("focusout", ({ relatedTarget }) => this.#onLeave(relatedTarget));
    }

    addBlock(name, block) {
      return this._.panel.addBlock(name, block);
    }

    addListBlock(name, definition) {
      return this._.panel.addListBlock(name, definition);
    }

    getBlock(name) {
      return this._.panel.getBlock(name);
    }

    showBlock(name, anchor, corner, offsetX = 0, offsetY = 0, callback = null) {
      const block = this._.panel.showBlock(name);
      const editable = this._.editor.editable();
      this._.returnFocus = editable.hasFocus ? editable : CKEDITOR.document.getActive();
      this._.anchor = anchor;
      this._.panel._.offsetParentId = anchor.getId();
      this.element.setStyles({ display: "", left: 0, top: 0 });
      this.visible = 1;
      this.onShow?.call(this);
      this.#place(anchor.$.getBoundingClientRect(), corner, offsetX, offsetY);
      block.element.focus();
      if (this._.markFirst) (block.markFirstDisplayed ? block : block._).markFirstDisplayed();
      callback?.();
    }

    hide(returnFocus) {
      if (!this.visible || this.onHide?.call(this) === true) return;
      this.hideChild();
      this.visible = 0;
      this.element.setStyle("display", "none");
      if (returnFocus) this._.returnFocus?.focus();
      this._.editor.fire("panelHide", this);
    }

    focus() {
      this._.panel._.currentBlock?.element.focus();
    }

    blur() {}

    allowBlur() {
      return true;
    }

    reposition() {
      this.hide();
    }

    showAsChild(child, ...place) {
      if (this._.child === child && child.visible) return;
      this.hideChild();
      this._.child = child;
      child.showBlock(...place);
    }

    hideChild(restoreFocus) {
      const { child } = this._;
      delete this._.child;
      child?.hide();
      if (child && restoreFocus) this.focus();
    }

    // Corners are numbered clockwise from the upper left one.
    #place(anchor, corner, offsetX, offsetY) {
      const { style } = this.element.$;
      const { clientWidth, clientHeight } = document.documentElement;
      style.maxHeight = `${clientHeight - 2 * EDGE}px`;
      const { offsetWidth: width, offsetHeight: height } = this.element.$;
      const wanted = {
        x: anchor.left + offsetX + (corner === 2 || corner === 3 ? anchor.width : 0),
        y: anchor.top + offsetY + (corner === 3 || corner === 4 ? anchor.height : 0),
      };
      const fits = (start, length, whole) => Math.max(EDGE, Math.min(start, whole - length - EDGE));
      style.left = `${fits(wanted.x, width, clientWidth) + scrollX}px`;
      style.top = `${fits(wanted.y, height, clientHeight) + scrollY}px`;
    }

    #onKey(event) {
      const stroke = event.getKeystroke();
      event.stopPropagation();
      if (this._.panel._.onKeyDown?.(stroke) === false) event.preventDefault();
      else if (stroke === KEYS.escape || stroke === KEYS.left) {
        event.preventDefault();
        this.onEscape?.(stroke);
      }
    }

    #onLeave(next) {
      const holds = ({ element, _: { child } }) => element.$.contains(next) || (child && holds(child));
      // A press on what opened the list closes it by itself.
      if (this.visible && !(next && (holds(this) || this._.anchor.$.contains(next)))) this.hide();
    }
  }

  CKEDITOR.ui.floatPanel = Panel;
  // The editor would colour the frame of each menu.
  CKEDITOR.on("instanceCreated", ({ editor }) => editor.on("menuShow", (event) => event.stop(), null, null, 1));
})();
