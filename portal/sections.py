"""The features of the portal. Their addresses are asked in this order.

The news come last: the first segment of their addresses is any category's slug.
"""

FEATURES = ("polls", "visitors", "portal", "news")
