"""What the editor says: its Vietnamese catalogue is English in places, which these words complete."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

_NO_PASTING = _("Press %1 to paste. This browser does not let the button paste.")

# By the editor's own names; "" holds those that belong to no plugin. Read by editor-inside.js before the editor is drawn.
SENTENCES: dict[str, dict[str, Any]] = {
    "": {"application": _("Text editor"), "editorPanel": _("Panel of the text editor")},
    "common": {"url": _("Address")},
    "notification": {"closed": _("The message is closed.")},
    "toolbar": {"toolbarGroups": {"clipboard": _("Clipboard and undo")}},
    "clipboard": {
        "pasteNotification": _NO_PASTING,
        "pasteMsg": _("Paste into the box below and press OK."),
        "fileFormatNotSupportedNotification": _("Files of the type ${formats} are not taken."),
        "fileWithoutFormatNotSupportedNotification": _("This type of file is not taken."),
    },
    "pastetext": {"pasteNotification": _NO_PASTING},
    "format": {"tag_h2": _("Heading 2"), "tag_h3": _("Heading 3"), "tag_h4": _("Heading 4")},
    "link": {
        "anchor": {"errorWhitespace": _("The name of an anchor has no spaces.")},
        "displayText": _("Words to show"),
        "noTel": _("Please write the telephone number."),
        "phoneNumber": _("Telephone number"),
        "toUrl": _("Web address"),
        "toPhone": _("Telephone"),
    },
    "table": {
        "cell": {"columnHeader": _("Heading of a column"), "rowHeader": _("Heading of a row")},
        "heightUnit": _("unit of the height"),
    },
    "widget": {"label": _("Block: %1")},
}
