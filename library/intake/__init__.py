"""What is asked of every file before the library keeps it: is it harmless, and is there room for it?"""
