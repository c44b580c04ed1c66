"""Steps by which a database of an older Abat becomes one of this Abat."""
