"""How things look and are called: colours, lines, words."""
