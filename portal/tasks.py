"""The tasks of the clock: what each section must have done by itself."""

from section import sections

TASKS = [task for section in sections().values() for task in section.tasks]
