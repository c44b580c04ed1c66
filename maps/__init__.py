"""How things look: from frames to self-contained pages. No connection to a database here."""
