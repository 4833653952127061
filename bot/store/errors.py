"""Why the store refused. No message holds a secret, a text of a person or a statement's parameters.

StoreError
├── SealError               a sealed value or a key is not what it should be
│   └── WrongKeyError       sealed with a key that is not here
├── NewerDatabaseError      a newer version of this program made or changed the database
├── InboxFullError          too many accepted commands wait already
│   └── ShareFullError      too many of one person
├── NameTakenError          another process lives under this replica's name
└── StoreUnavailableError   the database cannot be read or written: gone, read-only, disk full, locked
    └── AuditBrokenError    the chain of the audit is not what it was
"""


class StoreError(Exception):
    """The family; catch it where any refusal of the store means the same."""


class SealError(StoreError):
    """A sealed value was altered, cut, swapped or sealed with a key that is not here; or a key file is unfit."""


class WrongKeyError(SealError):
    """The key that sealed this is not here; another replica, or a restored key file, may open it."""


class NewerDatabaseError(StoreError):
    """The database holds steps of migration that this version does not know."""


class InboxFullError(StoreError):
    """As many accepted commands wait as the inbox takes; nothing was stored, asking again later is right."""


class ShareFullError(InboxFullError):
    """As many commands of one person wait as one person may have there; when some are answered there is room again."""


class NameTakenError(StoreError):
    """Another living process has this replica's name; two would answer everything twice."""


class StoreUnavailableError(StoreError):
    """The database refused or could not be reached; nothing was stored."""


class AuditBrokenError(StoreUnavailableError):
    """The audit was altered, or its key is not here, so no attempt can be recorded; nothing was stored."""
