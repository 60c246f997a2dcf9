"""Pure rules without a database: when an office is open, days off, days of reception, tables that were pasted."""
