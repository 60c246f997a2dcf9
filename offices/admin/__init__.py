"""People and offices in the admin, one module per noun."""

from offices.admin import offices, people, villages

__all__ = ["offices", "people", "villages"]
