from library.admin import documents, pictures

__all__ = ["documents", "pictures"]
