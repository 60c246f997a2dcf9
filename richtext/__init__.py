"""Rich text: the one place that knows the editor and the sanitiser.

What a person writes in CKEditor is cleaned on the server with an allow-list that matches the
toolbar, whatever the browser sent. Replacing the editor touches editor.py, frame.py, their scripts and styles.
"""

from richtext.editor import RichTextEditor, upload_accepted, upload_refused
from richtext.encodings import repair_encoding
from richtext.field import RichTextField, RichTextJSONField
from richtext.pictures import lift_inline_pictures
from richtext.reading import Parts, parts_of, pictures_in, plain_text, skeleton, text_blocks, without_breaks
from richtext.safe import CleanHtml, cleaned, still_clean
from richtext.sanitiser.cleaning import clean_and_count, clean_html, taken_away
from richtext.sanitiser.removed import Removed, explain, names_of
from richtext.tables import with_readable_tables
from richtext.video import has_video, player_sources
from richtext.vocabulary import ALBUM_CLASS, RECORDING_CLASS

__all__ = [
    "ALBUM_CLASS",
    "RECORDING_CLASS",
    "CleanHtml",
    "Parts",
    "Removed",
    "RichTextEditor",
    "RichTextField",
    "RichTextJSONField",
    "clean_and_count",
    "clean_html",
    "cleaned",
    "explain",
    "has_video",
    "lift_inline_pictures",
    "names_of",
    "parts_of",
    "pictures_in",
    "plain_text",
    "player_sources",
    "repair_encoding",
    "skeleton",
    "still_clean",
    "taken_away",
    "text_blocks",
    "upload_accepted",
    "upload_refused",
    "with_readable_tables",
    "without_breaks",
]
