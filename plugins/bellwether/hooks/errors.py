"""What can go wrong with a service, and whether trying again can help.

ApiError                  the service could not be read; trying again later may help
├── QuotaExhausted        the vendor's limit is used up for longer than a task should wait
└── ApiRefused            trying again cannot help
    ├── BadConnection     the Airflow connection is missing or lacks a field
    ├── NotAuthorized     the vendor turned the credentials down
    ├── Forbidden         the credentials lack a permission for this one thing
    └── NotFound          what was asked for is not there (any more)
"""

from __future__ import annotations


class ApiError(RuntimeError):
    """The service could not be read; the message names the connection, the request and the answer.

    :param status: the answer's HTTP status, where there was one
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class QuotaExhausted(ApiError):
    """The vendor's limit is used up for longer than a task should wait for."""


class ApiRefused(ApiError):
    """The vendor's answer will be the same however often it is asked."""


class BadConnection(ApiRefused):
    """The Airflow connection is missing or lacks a field; the message gives an example."""


class NotAuthorized(ApiRefused):
    """The vendor turned the credentials down."""


class Forbidden(ApiRefused):
    """The credentials lack a permission for what was asked; other requests may succeed."""


class NotFound(ApiRefused):
    """What was asked for is not there, or not any more."""
