"""Running the portal: health, self-test, metrics, backups, reports of mistakes."""
