"""The city: one file a layer, each declared once."""
