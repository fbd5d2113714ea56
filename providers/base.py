"""The contract of an outside system: its errors with advice for people, and how a call is described."""

from __future__ import annotations


def advice(text: str) -> str:
    """Mark a sentence for people, so that the catalogues find it; translated where it is shown."""
    return text


class ProviderError(Exception):
    """An outside system did not do what was asked.

    ProviderError
      Unavailable        no usable answer: down, slow, garbage, 5xx
        RateLimited      429: again after `retry_after` seconds
      Refused            it answered no
        NotAuthorised    401, or a token that was withdrawn: somebody must authorise again
        NotPermitted     403: the authorisation lacks a right
        PlanLacksFeature 402: the account's plan does not include it
        Locked           423: the account is locked
        NotFound         404
        Invalid          400, 422: our request was wrong; `reasons` says how, in the system's words

    `system` names the outside system for people, `action` what was tried; no secret ever stands in either.
    """

    advice = advice("Please try again in a few minutes.")

    def __init__(self, system: str, action: str, *, status: int = 0, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(f"{system}: {action} failed ({status or 'no answer'})")
        self.system = system
        self.action = action
        self.status = status
        self.reasons = reasons


class Unavailable(ProviderError):
    """No usable answer, so nothing is known; never evidence that something is missing."""

    advice = advice("It did not answer properly. Nothing was changed; please try again in a few minutes.")


class RateLimited(Unavailable):
    """Too many requests; `retry_after` in seconds, and whether the system itself `stated` it."""

    advice = advice("It is busy right now. I will go on as soon as it allows.")

    def __init__(self, system: str, action: str, *, retry_after: float | None = None) -> None:
        super().__init__(system, action, status=429)
        self.stated = retry_after is not None
        self.retry_after = 1.0 if retry_after is None else retry_after


class Refused(ProviderError):
    """A clear no."""

    advice = advice("It refused the request. The person who runs Greenroom can see the details in its log.")


class NotAuthorised(Refused):
    """The credentials or the token are not accepted (any more)."""

    advice = advice("The authorisation was withdrawn or has expired. An admin needs to connect it again.")


class NotPermitted(Refused):
    """The authorisation is valid but lacks a right."""

    advice = advice("The authorisation lacks a right. An admin needs to connect it again and accept every right.")


class PlanLacksFeature(Refused):
    """The plan does not include this."""

    advice = advice("The plan does not include this. The person who runs Greenroom needs to talk to the vendor.")


class Locked(Refused):
    """The account is locked."""

    advice = advice("The account is locked. The person who runs Greenroom needs to talk to the vendor.")


class NotFound(Refused):
    """It does not exist there."""

    advice = advice("It was not found there. It may have been removed.")


class Invalid(Refused):
    """The request was not understood; `reasons` holds the system's own words."""
