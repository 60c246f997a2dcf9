from library.admin import documents, pictures, recordings

__all__ = ["documents", "pictures", "recordings"]
