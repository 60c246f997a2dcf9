"""Own video and sound: how they come in, and how a text shows them."""
