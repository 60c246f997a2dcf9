"""Values as ranges: an exclusion constraint compares nothing else without an extension of PostgreSQL.

    ExclusionConstraint(expressions=[(NumberRange("commune"), RangeOperators.OVERLAPS), …])

Two ranges of one number overlap when the numbers are equal.
"""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import Func


class NumberRange(Func):
    """A whole number, such as a key, as a range of one."""

    function = "INT8RANGE"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"
    output_field = BigIntegerRangeField()


class TextRange(NumberRange):
    """A text as a range of one number, 64 bits of it: capital and small letters are the same."""

    template = (
        "%(function)s(hashtextextended(lower(%(expressions)s), 0), hashtextextended(lower(%(expressions)s), 0), '[]')"
    )
