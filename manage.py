#!/usr/bin/env python
"""Django's command line, with the embedded PostgreSQL around it when no DATABASE_URL is set."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import NotSupportedError, OperationalError

    from running.launcher import StartError, explain_missing_database, run_command
    from serving.outages import first_line, is_away

    try:
        run_command(sys.argv)
    except (ImproperlyConfigured, StartError, NotSupportedError) as error:
        sys.stderr.write(f"{first_line(error)}\n")
        return 2
    except OperationalError as error:
        if not is_away(error):
            raise
        sys.stderr.write(f"{explain_missing_database() or f'Cannot connect to the database: {first_line(error)}'}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
