from library.models.document import Document
from library.models.picture import Picture
from library.models.recording import Recording

__all__ = ["Document", "Picture", "Recording"]
