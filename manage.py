#!/usr/bin/env python
"""Django's command line, with the embedded PostgreSQL around it when no DATABASE_URL is set."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.exceptions import ImproperlyConfigured

    from running.launcher import StartError, run_command

    try:
        run_command(sys.argv)
    except (ImproperlyConfigured, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
