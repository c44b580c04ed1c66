"""One family of errors: what is wrong outside the program, told with its cause and its cure."""


class GisError(Exception):
    """Something outside the program is wrong; the text is written for the user."""


class InputError(GisError):
    """What was given is wrong: a file, a column, a row, a name, an option."""


class EmptyInputError(InputError):
    """A file is well formed and holds no rows."""


class StoreError(GisError):
    """The database or its server is missing, out of reach or broken."""
