BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	workspace VARCHAR(128) NOT NULL, 
	external_id VARCHAR(255) NOT NULL, 
	reference JSON NOT NULL, 
	used_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_channel_workspace_external_id UNIQUE (channel, workspace, external_id), 
	CONSTRAINT fk_accounts_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_accounts_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE audit (
	company_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor INTEGER NOT NULL, 
	action VARCHAR(40) NOT NULL, 
	detail JSON NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (company_id, number), 
	CONSTRAINT fk_audit_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "audit" VALUES(1,1,'2026-11-22 10:00:00.000000',0,'exported','{}','','584fb062046db7d666d8505105875d9a73e85093fdad5ee7f0893dcdbc65b5ff');
CREATE TABLE audit_subjects (
	company_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	CONSTRAINT pk_audit_subjects PRIMARY KEY (company_id, number, person_id), 
	CONSTRAINT fk_audit_subjects_company_id_number FOREIGN KEY(company_id, number) REFERENCES audit (company_id, number) ON DELETE CASCADE, 
	CONSTRAINT fk_audit_subjects_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE campaigns (
	id INTEGER NOT NULL, 
	provider VARCHAR(16) NOT NULL, 
	fact VARCHAR(32) NOT NULL, 
	audience JSON NOT NULL, 
	department TEXT NOT NULL, 
	grows BOOLEAN NOT NULL, 
	asked_by INTEGER, 
	state VARCHAR(12) NOT NULL, 
	days JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	starts_at DATETIME NOT NULL, 
	resume_at DATETIME, 
	held VARCHAR(16) NOT NULL, 
	held_at DATETIME, 
	card VARCHAR(36) NOT NULL, 
	shown VARCHAR(64) NOT NULL, 
	shown_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_campaigns PRIMARY KEY (id), 
	CONSTRAINT fk_campaigns_asked_by FOREIGN KEY(asked_by) REFERENCES people (id) ON DELETE SET NULL, 
	CONSTRAINT fk_campaigns_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "campaigns" VALUES(1,'zoom','zoom','[2]','',0,NULL,'running','[0, 3, 7]','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL,'',NULL,'','',NULL,1);
CREATE TABLE companies (
	id INTEGER NOT NULL, 
	slug VARCHAR(100) NOT NULL, 
	name TEXT NOT NULL, 
	domains JSON NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	timezone VARCHAR(64) NOT NULL, 
	synced_at DATETIME, 
	first_owners JSON NOT NULL, 
	reminders JSON NOT NULL, 
	CONSTRAINT pk_companies PRIMARY KEY (id), 
	CONSTRAINT uq_companies_slug UNIQUE (slug)
);
INSERT INTO "companies" VALUES(1,'aurora','Aurora','[]','en','Europe/Berlin',NULL,'[]','{}');
CREATE TABLE deliveries (
	id VARCHAR(36) NOT NULL, 
	person_id INTEGER, 
	channel VARCHAR(16) NOT NULL, 
	workspace VARCHAR(128) NOT NULL, 
	account VARCHAR(255) NOT NULL, 
	conversation VARCHAR(255) NOT NULL, 
	private BOOLEAN NOT NULL, 
	reply TEXT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	"key" VARCHAR(128) NOT NULL, 
	inbox_id VARCHAR(36) NOT NULL, 
	replaces VARCHAR(36) NOT NULL, 
	enrolment_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	created_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	claimed_at DATETIME, 
	tries INTEGER NOT NULL, 
	platform_id VARCHAR(255) NOT NULL, 
	cause TEXT NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT uq_deliveries_company_id_key UNIQUE (company_id, "key"), 
	CONSTRAINT fk_deliveries_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_deliveries_enrolment_id FOREIGN KEY(enrolment_id) REFERENCES enrolments (id) ON DELETE CASCADE, 
	CONSTRAINT fk_deliveries_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "deliveries" VALUES('m1',NULL,'web','demo','ada','c',0,'gAAAAABrA0AbumbacDLNw6C08hAiRBebZ2n9naO_7cj7PXgTHOJKVA7xjoWyFqqnkuznOW9mBRxLGW01kxt-Vl_Ukb7IKB-GXg==','','reason','','',NULL,'queued','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL,0,'','',1);
CREATE TABLE enrolments (
	id INTEGER NOT NULL, 
	campaign_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	reason TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	written INTEGER NOT NULL, 
	next_at DATETIME, 
	snoozes INTEGER NOT NULL, 
	snoozed_until DATETIME, 
	card VARCHAR(36) NOT NULL, 
	card_open BOOLEAN NOT NULL, 
	announced BOOLEAN NOT NULL, 
	ended_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_enrolments PRIMARY KEY (id), 
	CONSTRAINT uq_enrolments_campaign_id_person_id UNIQUE (campaign_id, person_id), 
	CONSTRAINT fk_enrolments_campaign_id FOREIGN KEY(campaign_id) REFERENCES campaigns (id) ON DELETE CASCADE, 
	CONSTRAINT fk_enrolments_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_enrolments_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "enrolments" VALUES(1,1,2,'active','',0,0,'2026-11-22 11:00:00.000000',0,NULL,'',0,0,NULL,1);
CREATE TABLE erasures (
	company_id INTEGER NOT NULL, 
	mark VARCHAR(64) NOT NULL, 
	erased_at DATETIME NOT NULL, 
	CONSTRAINT pk_erasures PRIMARY KEY (company_id, mark), 
	CONSTRAINT fk_erasures_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE grants (
	company_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	sub VARCHAR(64) NOT NULL, 
	access_token TEXT NOT NULL, 
	refresh_token TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	channel_id TEXT NOT NULL, 
	CONSTRAINT pk_grants PRIMARY KEY (company_id, person_id), 
	CONSTRAINT fk_grants_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "grants" VALUES(1,0,'s','gAAAAABrA0AbU63OQskyxlO-zYY8d-uM6uH2vsfQcGPFYjMqpyfzLik2RgpMiJDeI184CBax6fasJx3x9fDW4PPk-UsC58xMiw==','gAAAAABrA0AbND9h8MxXYC0wKx2QlriP_dG_jYmCifmC-7k18f0mWCJi-md-GDCxy5WpBLC9215j6wAr9Ng9X_zkDvSiWLPcgA==','2026-11-22 10:00:00.000000','');
CREATE TABLE inbox (
	id VARCHAR(36) NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	external_id VARCHAR(255) NOT NULL, 
	payload JSON NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	tries INTEGER NOT NULL, 
	received_at DATETIME NOT NULL, 
	done_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_inbox PRIMARY KEY (id), 
	CONSTRAINT uq_inbox_channel_external_id UNIQUE (channel, external_id), 
	CONSTRAINT fk_inbox_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "inbox" VALUES('1','web','event','{}','new',0,'2026-11-22 10:00:00.000000',NULL,1);
CREATE TABLE install_states (
	state_hash VARCHAR(64) NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_install_states PRIMARY KEY (state_hash)
);
CREATE TABLE installations (
	team VARCHAR(64) NOT NULL, 
	bot_token TEXT NOT NULL, 
	refresh_token TEXT NOT NULL, 
	expires_at DATETIME, 
	bot_id TEXT NOT NULL, 
	bot_user_id TEXT NOT NULL, 
	enterprise_id TEXT NOT NULL, 
	scopes JSON NOT NULL, 
	installer TEXT NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_installations PRIMARY KEY (team), 
	CONSTRAINT fk_installations_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE links (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	purpose VARCHAR(16) NOT NULL, 
	provider VARCHAR(16) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	nonce_hash VARCHAR(64), 
	state VARCHAR(16) NOT NULL, 
	card VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_links PRIMARY KEY (id), 
	CONSTRAINT fk_links_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT uq_links_token_hash UNIQUE (token_hash), 
	CONSTRAINT uq_links_nonce_hash UNIQUE (nonce_hash), 
	CONSTRAINT fk_links_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE observations (
	company_id INTEGER NOT NULL, 
	subject INTEGER NOT NULL, 
	fact VARCHAR(32) NOT NULL, 
	source VARCHAR(16) NOT NULL, 
	value VARCHAR(64) NOT NULL, 
	detail JSON NOT NULL, 
	observed_at DATETIME NOT NULL, 
	since DATETIME NOT NULL, 
	lost_at DATETIME, 
	CONSTRAINT pk_observations PRIMARY KEY (company_id, subject, fact, source), 
	CONSTRAINT fk_observations_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "observations" VALUES(1,0,'integration','admin','active','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,1,'hosts','import','yes','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,1,'sync','import','synced','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,2,'hosts','import','yes','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,2,'sync','import','absent','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,3,'hosts','import','yes','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
INSERT INTO "observations" VALUES(1,3,'sync','import','synced','{}','2026-11-22 10:00:00.000000','2026-11-22 10:00:00.000000',NULL);
CREATE TABLE paces (
	channel VARCHAR(16) NOT NULL, 
	workspace VARCHAR(128) NOT NULL, 
	tokens DOUBLE NOT NULL, 
	refilled_at DATETIME NOT NULL, 
	CONSTRAINT pk_paces PRIMARY KEY (channel, workspace)
);
CREATE TABLE people (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	personio_id VARCHAR(64), 
	email TEXT NOT NULL, 
	name TEXT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	timezone VARCHAR(64) NOT NULL, 
	office TEXT NOT NULL, 
	department TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	aliases TEXT NOT NULL, 
	erase_at DATETIME, 
	opted_out_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT uq_people_company_id_personio_id UNIQUE (company_id, personio_id), 
	CONSTRAINT fk_people_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
INSERT INTO "people" VALUES(1,'0','ada@aurora.example','Ada Meyer','en','Europe/Berlin','','','employee','',NULL,NULL,1);
INSERT INTO "people" VALUES(2,'1','ben@aurora.example','Ben Okafor','en','Europe/Berlin','','','employee','',NULL,NULL,1);
INSERT INTO "people" VALUES(3,'2','chl@aurora.example','Chloé Martin','en','Europe/Berlin','','','employee','',NULL,NULL,1);
CREATE TABLE phrases (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	text TEXT NOT NULL, 
	intent VARCHAR(32) NOT NULL, 
	confidence DOUBLE NOT NULL, 
	heard_at DATETIME NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_phrases PRIMARY KEY (id), 
	CONSTRAINT fk_phrases_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_phrases_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE proofs (
	id VARCHAR(36) NOT NULL, 
	run VARCHAR(36) NOT NULL, 
	person_id INTEGER NOT NULL, 
	asker_id INTEGER, 
	provider VARCHAR(16) NOT NULL, 
	path VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	card VARCHAR(36) NOT NULL, 
	calendar_id VARCHAR(255) NOT NULL, 
	starts_at DATETIME, 
	created_at DATETIME NOT NULL, 
	begun_at DATETIME, 
	finished_at DATETIME, 
	detail JSON NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_proofs PRIMARY KEY (id), 
	CONSTRAINT fk_proofs_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_proofs_asker_id FOREIGN KEY(asker_id) REFERENCES people (id) ON DELETE SET NULL, 
	CONSTRAINT fk_proofs_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE questions (
	person_id INTEGER NOT NULL, 
	channel VARCHAR(16) NOT NULL, 
	conversation VARCHAR(255) NOT NULL, 
	payload JSON NOT NULL, 
	expires_at DATETIME NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_questions PRIMARY KEY (person_id, channel, conversation), 
	CONSTRAINT fk_questions_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_questions_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE rotated_secrets (
	name VARCHAR(32) NOT NULL, 
	first_hash VARCHAR(64) NOT NULL, 
	secret TEXT NOT NULL, 
	CONSTRAINT pk_rotated_secrets PRIMARY KEY (name)
);
CREATE TABLE setup_cards (
	company_id INTEGER NOT NULL, 
	provider VARCHAR(16) NOT NULL, 
	person_id INTEGER NOT NULL, 
	card VARCHAR(36) NOT NULL, 
	shown_at DATETIME NOT NULL, 
	CONSTRAINT pk_setup_cards PRIMARY KEY (company_id, provider, person_id), 
	CONSTRAINT fk_setup_cards_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE, 
	CONSTRAINT fk_setup_cards_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE CASCADE
);
CREATE TABLE setup_steps (
	company_id INTEGER NOT NULL, 
	path VARCHAR(16) NOT NULL, 
	step VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	person_id INTEGER, 
	note TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_setup_steps PRIMARY KEY (company_id, path, step), 
	CONSTRAINT fk_setup_steps_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE, 
	CONSTRAINT fk_setup_steps_person_id FOREIGN KEY(person_id) REFERENCES people (id) ON DELETE SET NULL
);
CREATE TABLE tasks (
	id INTEGER NOT NULL, 
	topic VARCHAR(64) NOT NULL, 
	asker_id INTEGER NOT NULL, 
	assignee_id INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	note TEXT NOT NULL, 
	card VARCHAR(36) NOT NULL, 
	created_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	reminders INTEGER NOT NULL, 
	reminded_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_tasks PRIMARY KEY (id), 
	CONSTRAINT fk_tasks_asker_id FOREIGN KEY(asker_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_tasks_assignee_id FOREIGN KEY(assignee_id) REFERENCES people (id) ON DELETE CASCADE, 
	CONSTRAINT fk_tasks_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE unmatched_accounts (
	channel VARCHAR(16) NOT NULL, 
	workspace VARCHAR(128) NOT NULL, 
	external_id VARCHAR(255) NOT NULL, 
	email TEXT NOT NULL, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_unmatched_accounts PRIMARY KEY (channel, workspace, external_id), 
	CONSTRAINT fk_unmatched_accounts_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE TABLE workspaces (
	channel VARCHAR(16) NOT NULL, 
	external_id VARCHAR(128) NOT NULL, 
	removed_at DATETIME, 
	company_id INTEGER NOT NULL, 
	CONSTRAINT pk_workspaces PRIMARY KEY (channel, external_id), 
	CONSTRAINT fk_workspaces_company_id FOREIGN KEY(company_id) REFERENCES companies (id) ON DELETE CASCADE
);
CREATE INDEX ix_grants_sub ON grants (sub);
CREATE INDEX ix_inbox_open ON inbox (received_at) WHERE state = 'new';
CREATE INDEX ix_people_company_id_email ON people (company_id, email);
CREATE INDEX ix_observations_company_id_fact_value ON observations (company_id, fact, value);
CREATE INDEX ix_links_company_id_person_id ON links (company_id, person_id);
CREATE INDEX ix_audit_subjects_company_id_person_id ON audit_subjects (company_id, person_id);
CREATE INDEX ix_campaigns_company_id_state ON campaigns (company_id, state);
CREATE INDEX ix_phrases_company_id_heard_at ON phrases (company_id, heard_at);
CREATE INDEX ix_accounts_company_id_person_id ON accounts (company_id, person_id);
CREATE INDEX ix_tasks_company_id_state ON tasks (company_id, state);
CREATE INDEX ix_proofs_company_id_run ON proofs (company_id, run);
CREATE INDEX ix_proofs_company_id_path_state ON proofs (company_id, path, state);
CREATE INDEX ix_enrolments_person_id ON enrolments (person_id);
CREATE INDEX ix_enrolments_open_card ON enrolments (ended_at) WHERE card_open;
CREATE INDEX ix_enrolments_due ON enrolments (company_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ix_deliveries_open ON deliveries (due_at) WHERE state IN ('queued', 'sending');
CREATE INDEX ix_deliveries_company_id_person_id_created_at ON deliveries (company_id, person_id, created_at);
CREATE INDEX ix_deliveries_enrolment ON deliveries (enrolment_id) WHERE enrolment_id IS NOT NULL;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('people',3);
COMMIT;
