"""Albums and recordings of the demonstration, of our own drawing."""
