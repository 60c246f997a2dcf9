from trash.admin import items, throwing

__all__ = ["items", "throwing"]
