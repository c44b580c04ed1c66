"""The sample city: a seeded generator and the files it made; some published figures, the rest invented."""
