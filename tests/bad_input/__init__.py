"""Loads every file of a manifest of bad files through `abat load` and tells what became of each."""
