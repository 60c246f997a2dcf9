"""Links that are good once: invitations, new e-mail addresses, the first administrator."""
