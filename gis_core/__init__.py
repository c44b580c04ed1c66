"""Shapes, files, tables: what any city and any layer needs, knowing none by name."""
