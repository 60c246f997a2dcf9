"""What the counting of visitors rests on: user agents, shared addresses, clocks."""
