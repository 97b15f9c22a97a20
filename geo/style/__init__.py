"""How things look and are called: colours and words."""
