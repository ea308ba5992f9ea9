"""A subject that the program does not have: what it takes to add a command. Two files say it all."""
