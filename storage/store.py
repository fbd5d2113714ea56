"""Everything that the bot remembers, by subject."""

from __future__ import annotations

from storage.audit import Audit
from storage.campaigns import Campaigns
from storage.companies import Companies
from storage.database import Database
from storage.deliveries import Deliveries
from storage.enrolments import Enrolments
from storage.grants import Grants
from storage.inbox import Inbox
from storage.installations import Installations
from storage.links import Links
from storage.mailings import Mailings
from storage.observations import Observations
from storage.pacing import Pacing
from storage.people import People
from storage.personal import Personal
from storage.phrases import Phrases
from storage.proofs import Proofs
from storage.questions import Questions
from storage.queues import Queues
from storage.reach import Reach
from storage.retention import Retention
from storage.roles import Roles
from storage.rotated import RotatedSecrets
from storage.setups import Setups
from storage.standings import Standings
from storage.tasks import Tasks
from storage.visitors import Visitors


class Store:
    """One database, one attribute a subject."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.companies = Companies(database)
        self.people = People(database)
        self.reach = Reach(database)
        self.observations = Observations(database)
        self.grants = Grants(database)
        self.installations = Installations(database)
        self.links = Links(database)
        self.inbox = Inbox(database)
        self.deliveries = Deliveries(database)
        self.mailings = Mailings(database)
        self.questions = Questions(database)
        self.roles = Roles(database)
        self.audit = Audit(database)
        self.personal = Personal(database)
        self.phrases = Phrases(database)
        self.retention = Retention(database)
        self.campaigns = Campaigns(database)
        self.enrolments = Enrolments(database)
        self.standings = Standings(database)
        self.pacing = Pacing(database)
        self.setups = Setups(database)
        self.tasks = Tasks(database)
        self.proofs = Proofs(database)
        self.rotated = RotatedSecrets(database)
        self.visitors = Visitors(database)
        self.queues = Queues(database)
