"""What cleaning takes away from a text, and how a writer is told."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Removed(StrEnum):
    """A kind of thing that rich text cannot hold."""

    VIDEO = "video"
    AUDIO = "audio"
    FRAME = "frame"
    FOREIGN_PICTURE = "foreign_picture"
    LOCAL_PICTURE = "local_picture"
    UNUSABLE_PICTURE = "unusable_picture"
    DRAWING = "drawing"
    FORM = "form"
    SCRIPT = "script"
    UNUSABLE_LINK = "unusable_link"
    LOST_TARGET = "lost_target"
    NESTING = "nesting"


def name_of(kind: Removed, count: int) -> str:
    """ "2 videos", in the language of the page."""
    names = {
        Removed.VIDEO: ngettext("%(count)d video", "%(count)d videos", count),
        Removed.AUDIO: ngettext("%(count)d sound", "%(count)d sounds", count),
        Removed.FRAME: ngettext("%(count)d frame of another page", "%(count)d frames of other pages", count),
        Removed.FOREIGN_PICTURE: ngettext(
            "%(count)d picture of another site", "%(count)d pictures of other sites", count
        ),
        Removed.LOCAL_PICTURE: ngettext(
            "%(count)d picture that only your computer has", "%(count)d pictures that only your computer has", count
        ),
        Removed.UNUSABLE_PICTURE: ngettext(
            "%(count)d picture that cannot be read", "%(count)d pictures that cannot be read", count
        ),
        Removed.DRAWING: ngettext("%(count)d drawing or formula", "%(count)d drawings or formulas", count),
        Removed.FORM: ngettext("%(count)d field of a form", "%(count)d fields of a form", count),
        Removed.SCRIPT: ngettext("%(count)d program", "%(count)d programs", count),
        Removed.UNUSABLE_LINK: ngettext(
            "%(count)d link that readers cannot open", "%(count)d links that readers cannot open", count
        ),
        Removed.LOST_TARGET: ngettext(
            "%(count)d link to a place this text does not have",
            "%(count)d links to places this text does not have",
            count,
        ),
        Removed.NESTING: ngettext("%(count)d level of nesting", "%(count)d levels of nesting", count),
    }
    return names[kind] % {"count": count}


def what_to_do(kind: Removed) -> str:
    advice = {
        Removed.VIDEO: _("For a video, write the address of its page on a line of its own."),
        Removed.AUDIO: _("For a sound, link to the page where it can be heard."),
        Removed.FRAME: _("For what a frame shows, link to its page."),
        Removed.FOREIGN_PICTURE: _("Bring these pictures into the library, or save them and insert them here."),
        Removed.LOCAL_PICTURE: _("Insert these pictures with the picture button."),
        Removed.UNUSABLE_PICTURE: _("Save these pictures as JPEG or PNG and insert them with the picture button."),
        Removed.DRAWING: _("Insert a drawing or a formula as a picture."),
        Removed.FORM: _("Forms cannot be filled in here: attach the document, or link to the form."),
        Removed.SCRIPT: "",
        Removed.UNUSABLE_LINK: _("Attach the document a link leads to, or give its address on the internet."),
        Removed.LOST_TARGET: _("Check the links within the text."),
        Removed.NESTING: _("Use fewer lists or tables inside one another."),
    }
    return advice[kind]


def explain(removed: Counter[Removed]) -> tuple[str, list[str]]:
    """One sentence that names what was taken away, and the sentences that say what to do; "" and [] for nothing."""
    names = names_of(removed)
    advice = [text for kind in Removed if removed[kind] and (text := what_to_do(kind))]
    return (_("Taken away: %(things)s.") % {"things": names}, advice) if names else ("", [])


def names_of(removed: Counter[Removed]) -> str:
    """ "2 videos, 1 program"; "" for nothing."""
    return ", ".join(name_of(kind, removed[kind]) for kind in Removed if removed[kind])
