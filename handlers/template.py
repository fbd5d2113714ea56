"""The e-mail for hosts: with the providers that apply, in a language of choice, to copy, download or send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers import causes
from handlers.connect import named_provider
from handlers.evidence import company_facts, judge_everybody, value_of
from handlers.genuine import phrase
from handlers.guide_rules import hosts_among
from handlers.help import LANGUAGE_NAMES
from handlers.messages import Button, Buttons, Event, Heading, Link, Note, Reply, Text
from handlers.readiness import Provider, needs_own_account, path_for
from handlers.refresh import OWN_FACT
from handlers.router import Router
from handlers.services import Services
from handlers.texts import languages, t
from handlers.wording import numbered

router = Router()


@dataclass(frozen=True, slots=True)
class Letter:
    """The text of an e-mail."""

    subject: str
    body: str


@router.on_admin("email_template")
async def email_template(event: Event, services: Services) -> Reply:
    language, named = event.person.language, named_provider(event)
    wanted = event.values.get("language", "")
    into = wanted if wanted in languages() else language
    providers = [named] if named else await in_use(services, event.person.company)
    at_once = [each for each in providers if not await needs_account(services, event.person.company, each)]
    own = [each for each in providers if each not in at_once]
    words = phrase(services, event.person.company)
    letter = write_letter(own, into, at_once=at_once, phrase=words)
    kept = {"provider": named.value} if named else {}
    others = tuple(
        Button(LANGUAGE_NAMES.get(code, code), "email_template", {**kept, "language": code}, in_place=True)
        for code in languages()
        if code != into
    )
    names = ",".join(each.value for each in providers)
    file = services.sign(f"{into}.{names}.{','.join(each.value for each in at_once)}.{words.replace(' ', '-')}")
    download = Link(t("Download as .eml", language), f"{services.public_url}/letter/{file}")
    send = [Button(t("Send by e-mail …", language), "email_send", kept)] if services.mail is not None else []
    return (
        Heading(t("E-mail for the hosts", language)),
        Text(f"**{letter.subject}**"),
        Text(letter.body),
        Buttons((*send, download, *others)),
        Note(t("To copy, or to open in your mail program. Add the addressees yourself.", language)),
    )


def write_letter(
    providers: Sequence[Provider], language: str, *, at_once: Sequence[Provider] = (), phrase: str = ""
) -> Letter:
    """`providers` need an account of one's own; those `at_once` can be used without any step."""
    subject = t("Video interviews: one small step for you", language)
    parts = [
        t("Hello,", language),
        t("when you plan interviews in Personio, a link for a video call can now be added by itself.", language),
    ]
    if at_once:
        names = _joined(at_once, language)
        parts.append(t("For {provider} you need to do nothing: just choose it.", language, provider=names))
    if providers:
        names = _joined(providers, language)
        please = t(
            "Please connect your own account with {provider} once. It takes a few minutes:", language, provider=names
        )
        page, button = causes.menu("own_integrations", language), causes.menu("connect_button", language)
        parts += [
            please,
            numbered(
                (
                    t("In Personio, open {page} and choose {provider}.", language, page=page, provider=names),
                    t("Press “{button}”.", language, button=button),
                    t("Open the e-mail from Cronofy and follow its link to confirm the address.", language),
                    t("Sign in with your own account at {provider}.", language, provider=names),
                )
            ),
            t(
                "You can also write “connect my Zoom” to Greenroom in our chat, or ask it when something is wrong.",
                language,
            ),
        ]
    if providers and phrase:
        parts.append(
            t(
                "Greenroom writes to you in our chat. Its messages say who started them and this phrase: {phrase}. If "
                "you doubt one, don't click: ask it “is this real?”.",
                language,
                phrase=phrase,
            )
        )
    parts.append(t("Thank you!", language))
    return Letter(subject, "\n\n".join(parts))


def letter_of(text: str) -> Letter | None:
    """The letter that a signed address names; None when it is nothing of ours."""
    language, _, rest = text.partition(".")
    names, _, rest = rest.partition(".")
    without, _, words = rest.partition(".")
    known = set(Provider)
    chosen = [Provider(name) for name in names.split(",") if name in known]
    at_once = [Provider(name) for name in without.split(",") if name in known]
    if language not in languages() or not chosen:
        return None
    own = [each for each in chosen if each not in at_once]
    return write_letter(own, language, at_once=at_once, phrase=words.replace("-", " "))


async def needs_account(services: Services, company: int, provider: Provider) -> bool:
    path = path_for(provider, await company_facts(services, company))
    return path is None or needs_own_account(path)


async def in_use(services: Services, company: int) -> list[Provider]:
    """Providers that are being set up, or that hosts have connected; otherwise Zoom."""
    cards = {card.provider for card in await services.store.setups.cards(company)}
    hosts = hosts_among(await judge_everybody(services, company, Provider.ZOOM))
    own = [each for each in Provider if each is not Provider.GOOGLE_MEET]
    used = {each for each in own if any(value_of(one.person.facts, OWN_FACT[each]) == "connected" for one in hosts)}
    return [each for each in Provider if each.value in cards or each in used] or [Provider.ZOOM]


def _joined(providers: Sequence[Provider], language: str) -> str:
    *first, last = [each.display_name for each in providers]
    return t("{names} or {last}", language, names=", ".join(first), last=last) if first else last
