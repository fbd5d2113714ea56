"""Links that a person follows from the chat; only hashes of their secrets are kept."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Integer, case, cast, func, select, update

from storage.database import Database
from storage.models import LinkToken

OPEN, USED, DONE, REFUSED, REPLACED = "open", "used", "done", "refused", "replaced"
RENEWED, HELD = "renewed", "held"


class Links:
    """The way from a chat message to an outside page and back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        company: int,
        person: int,
        *,
        purpose: str,
        provider: str,
        token_hash: str,
        card: str,
        now: datetime,
        until: datetime,
    ) -> int:
        """A new link, shown by the delivery `card`; the person's earlier open link for the same thing ends."""
        same = (LinkToken.company_id == company, LinkToken.person_id == person, LinkToken.purpose == purpose)
        earlier = update(LinkToken).where(*same, LinkToken.provider == provider, LinkToken.state == OPEN)
        link = LinkToken(
            company_id=company,
            person_id=person,
            purpose=purpose,
            provider=provider,
            token_hash=token_hash,
            card=card,
            state=OPEN,
            created_at=now,
            expires_at=until,
        )
        async with self._database.writing() as session:
            await session.execute(earlier.values(state=REPLACED))
            session.add(link)
        return link.id

    async def with_token(self, token_hash: str) -> LinkToken | None:
        async with self._database.reading() as session:
            return await session.scalar(select(LinkToken).where(LinkToken.token_hash == token_hash))

    async def with_nonce(self, nonce_hash: str) -> LinkToken | None:
        async with self._database.reading() as session:
            return await session.scalar(select(LinkToken).where(LinkToken.nonce_hash == nonce_hash))

    async def use(self, link: int, *, nonce_hash: str, now: datetime) -> bool:
        """Consume the link; False when somebody was faster or it ran out."""
        usable = (LinkToken.id == link, LinkToken.state == OPEN, LinkToken.expires_at > now)
        consume = update(LinkToken).where(*usable).values(state=USED, used_at=now, nonce_hash=nonce_hash)
        async with self._database.writing() as session:
            return (await session.execute(consume.returning(LinkToken.id))).first() is not None

    async def reopen(self, link: int) -> None:
        """Nothing happened after all (the outside system was down), so the link may be used again."""
        back = update(LinkToken).where(LinkToken.id == link, LinkToken.state == USED)
        async with self._database.writing() as session:
            await session.execute(back.values(state=OPEN, used_at=None, nonce_hash=None))

    async def renew(self, link: int) -> bool:
        """Give the link up for a new one; False when that happened before, so that a new one is there already."""
        given_up = update(LinkToken).where(LinkToken.id == link, LinkToken.state != RENEWED)
        async with self._database.writing() as session:
            return (await session.execute(given_up.values(state=RENEWED).returning(LinkToken.id))).first() is not None

    async def finish(self, link: int, state: str) -> None:
        async with self._database.writing() as session:
            await session.execute(update(LinkToken).where(LinkToken.id == link).values(state=state))

    async def unfinished(self, used_before: datetime, used_after: datetime) -> list[LinkToken]:
        """Links that were followed, but whose result is not known yet."""
        query = select(LinkToken).where(
            LinkToken.state.in_((USED, RENEWED)), LinkToken.used_at <= used_before, LinkToken.used_at > used_after
        )
        async with self._database.reading() as session:
            return list((await session.scalars(query)).all())

    async def ends(self, company: int, provider: str, since: datetime) -> dict[int, str]:
        """How the newest link to this provider ended that each person followed since then."""
        followed = (LinkToken.company_id == company, LinkToken.provider == provider, LinkToken.used_at >= since)
        query = select(LinkToken.person_id, LinkToken.state).where(*followed).order_by(LinkToken.used_at)
        async with self._database.reading() as session:
            return {person: state for person, state in (await session.execute(query)).all()}

    async def funnel(self) -> list[tuple[str, str, int]]:
        """How far links came, by provider and stage: made, opened, confirmed, failed; over all companies."""
        ended = case((LinkToken.state == DONE, "confirmed"), (LinkToken.state.in_((REFUSED, HELD)), "failed"), else_="")
        opened = func.sum(cast(LinkToken.used_at.is_not(None), Integer))
        query = select(LinkToken.provider, ended, func.count(), opened).group_by(LinkToken.provider, ended)
        stages: Counter[tuple[str, str]] = Counter()
        async with self._database.reading() as session:
            for provider, end, made, followed in (await session.execute(query)).all():
                stages[provider, "made"] += made
                stages[provider, "opened"] += followed
                stages[provider, end] += made
        return [(provider, stage, count) for (provider, stage), count in sorted(stages.items()) if stage]
