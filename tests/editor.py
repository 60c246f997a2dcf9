"""The editor of a form in a browser: it stands in a frame of an opaque origin, see richtext/frame.py."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Frame, FrameLocator, Page

FRAME = "iframe.editor-frame"
IS_READY = "document.querySelector('iframe.editor-frame')?.dataset.state === 'ready'"
READY_FRAME = f"{FRAME}[data-state=ready]"
# The text itself, inside the frame.
TEXT = ".cke_wysiwyg_div"


def editor_of(page: Page) -> Frame:
    """The frame, to evaluate a script in it; CKEDITOR.instances.text is its editor."""
    frame = page.locator(FRAME).first.element_handle().content_frame()
    assert frame is not None
    return frame


def inside(page: Page) -> FrameLocator:
    """The frame, to find and press things in it."""
    return page.frame_locator(FRAME).first


def in_editor(page: Page, script: str, argument: Any = None) -> Any:
    """What a script gives back in the frame."""
    return editor_of(page).evaluate(script, argument)


def text_of(page: Page) -> str:
    """The HTML in the editor, as it would be sent."""
    return str(in_editor(page, "CKEDITOR.instances.text.getData()"))


def write_text(page: Page, html: str) -> None:
    """Put `html` into the editor."""
    in_editor(page, "html => new Promise(done => CKEDITOR.instances.text.setData(html, { callback: done }))", html)
