"""The user's verbs: one module a verb."""
