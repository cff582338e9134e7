"""Words that every aggregate of assessment uses."""


class Refused(Exception):
    """The rules say no. The subclass is the reason; its docstring is the message."""


class ContradictsRecord(Refused):
    """This is already recorded with other details: correct it, or leave it."""


class ChangedSince(Refused):
    """Somebody has changed this since; correct it by hand."""


class NothingToCorrect(Refused):
    """There is nothing on record yet that could be corrected."""


class UnknownPerson(Refused):
    """Nobody with this id is on record for your agency, or the news has not arrived yet."""
