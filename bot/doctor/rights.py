"""One right of one outside system: tried by using it, and said in plain words what is missing without it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.findings import Finding, well, wrong
from providers.base import NotAuthorised, NotPermitted, ProviderError, Unavailable

Try = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Right:
    """`name` is the vendor's own word; without it, what `disables` says does not work."""

    name: str
    disables: str
    attempt: Try


async def try_rights(system: str, credentials: str, rights: Sequence[Right]) -> list[Finding]:
    """One finding for each right; when the credentials themselves are refused, just that."""
    check, findings = system.lower(), list[Finding]()
    for right in rights:
        try:
            await right.attempt()
        except NotPermitted as error:
            said = f"The right {right.name} is missing: {right.disables}."
            findings.append(wrong(f"{check}.{right.name}", said, error.advice))
        except NotAuthorised as error:
            said = f"{system} does not accept {credentials}: nothing of it is known."
            return [wrong(f"{check}.credentials", said, error.advice)]
        except ProviderError as error:
            findings.append(not_tried(system, f"{check}.{right.name}", error))
        else:
            findings.append(well(f"{check}.{right.name}", f"{system} grants {right.name}."))
    return findings


def not_tried(system: str, check: str, error: ProviderError) -> Finding:
    how = f"answered {error.status}" if error.status else "did not answer"
    todo = error.advice if not isinstance(error, Unavailable) else f"Check whether this machine may reach {system}."
    return wrong(check, f"{system} {how} when {error.action}.", todo)


async def first_page(pages: AsyncIterator[object]) -> None:
    """Ask for one page; the rest is of no interest."""
    async for _ in pages:
        return
