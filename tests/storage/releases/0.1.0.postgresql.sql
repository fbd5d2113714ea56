CREATE FUNCTION public.audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TABLE public.accounts (
    id integer NOT NULL,
    person_id integer NOT NULL,
    channel character varying(16) NOT NULL,
    workspace character varying(128) NOT NULL,
    external_id character varying(255) NOT NULL,
    reference json NOT NULL,
    used_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    company_id integer NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    actor integer NOT NULL,
    action character varying(40) NOT NULL,
    detail json NOT NULL,
    previous character varying(64) NOT NULL,
    hash character varying(64) NOT NULL
);
CREATE TABLE public.audit_subjects (
    company_id integer NOT NULL,
    number integer NOT NULL,
    person_id integer NOT NULL
);
CREATE TABLE public.campaigns (
    id integer NOT NULL,
    provider character varying(16) NOT NULL,
    fact character varying(32) NOT NULL,
    audience json NOT NULL,
    department text NOT NULL,
    grows boolean NOT NULL,
    asked_by integer,
    state character varying(12) NOT NULL,
    days json NOT NULL,
    created_at timestamp with time zone NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    resume_at timestamp with time zone,
    held character varying(16) NOT NULL,
    held_at timestamp with time zone,
    card character varying(36) NOT NULL,
    shown character varying(64) NOT NULL,
    shown_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.campaigns_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.campaigns_id_seq OWNED BY public.campaigns.id;
CREATE TABLE public.companies (
    id integer NOT NULL,
    slug character varying(100) NOT NULL,
    name text NOT NULL,
    domains json NOT NULL,
    language character varying(8) NOT NULL,
    timezone character varying(64) NOT NULL,
    synced_at timestamp with time zone,
    first_owners json NOT NULL,
    reminders json NOT NULL
);
CREATE SEQUENCE public.companies_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.companies_id_seq OWNED BY public.companies.id;
CREATE TABLE public.deliveries (
    id character varying(36) NOT NULL,
    person_id integer,
    channel character varying(16) NOT NULL,
    workspace character varying(128) NOT NULL,
    account character varying(255) NOT NULL,
    conversation character varying(255) NOT NULL,
    private boolean NOT NULL,
    reply text NOT NULL,
    language character varying(8) NOT NULL,
    key character varying(128) NOT NULL,
    inbox_id character varying(36) NOT NULL,
    replaces character varying(36) NOT NULL,
    enrolment_id integer,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    tries integer NOT NULL,
    platform_id character varying(255) NOT NULL,
    cause text NOT NULL,
    company_id integer NOT NULL
);
CREATE TABLE public.enrolments (
    id integer NOT NULL,
    campaign_id integer NOT NULL,
    person_id integer NOT NULL,
    state character varying(12) NOT NULL,
    reason text NOT NULL,
    attempt integer NOT NULL,
    written integer NOT NULL,
    next_at timestamp with time zone,
    snoozes integer NOT NULL,
    snoozed_until timestamp with time zone,
    card character varying(36) NOT NULL,
    card_open boolean NOT NULL,
    announced boolean NOT NULL,
    ended_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.enrolments_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.enrolments_id_seq OWNED BY public.enrolments.id;
CREATE TABLE public.erasures (
    company_id integer NOT NULL,
    mark character varying(64) NOT NULL,
    erased_at timestamp with time zone NOT NULL
);
CREATE TABLE public.grants (
    company_id integer NOT NULL,
    person_id integer NOT NULL,
    sub character varying(64) NOT NULL,
    access_token text NOT NULL,
    refresh_token text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    channel_id text NOT NULL
);
CREATE TABLE public.inbox (
    id character varying(36) NOT NULL,
    channel character varying(16) NOT NULL,
    external_id character varying(255) NOT NULL,
    payload json NOT NULL,
    state character varying(8) NOT NULL,
    tries integer NOT NULL,
    received_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE TABLE public.install_states (
    state_hash character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.installations (
    team character varying(64) NOT NULL,
    bot_token text NOT NULL,
    refresh_token text NOT NULL,
    expires_at timestamp with time zone,
    bot_id text NOT NULL,
    bot_user_id text NOT NULL,
    enterprise_id text NOT NULL,
    scopes json NOT NULL,
    installer text NOT NULL,
    company_id integer NOT NULL
);
CREATE TABLE public.links (
    id integer NOT NULL,
    person_id integer NOT NULL,
    purpose character varying(16) NOT NULL,
    provider character varying(16) NOT NULL,
    token_hash character varying(64) NOT NULL,
    nonce_hash character varying(64),
    state character varying(16) NOT NULL,
    card character varying(36) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.links_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.links_id_seq OWNED BY public.links.id;
CREATE TABLE public.observations (
    company_id integer NOT NULL,
    subject integer NOT NULL,
    fact character varying(32) NOT NULL,
    source character varying(16) NOT NULL,
    value character varying(64) NOT NULL,
    detail json NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    since timestamp with time zone NOT NULL,
    lost_at timestamp with time zone
);
CREATE TABLE public.paces (
    channel character varying(16) NOT NULL,
    workspace character varying(128) NOT NULL,
    tokens double precision NOT NULL,
    refilled_at timestamp with time zone NOT NULL
);
CREATE TABLE public.people (
    id integer NOT NULL,
    personio_id character varying(64),
    email text NOT NULL,
    name text NOT NULL,
    language character varying(8) NOT NULL,
    timezone character varying(64) NOT NULL,
    office text NOT NULL,
    department text NOT NULL,
    role character varying(16) NOT NULL,
    aliases text NOT NULL,
    erase_at timestamp with time zone,
    opted_out_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.people_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.people_id_seq OWNED BY public.people.id;
CREATE TABLE public.phrases (
    id integer NOT NULL,
    person_id integer NOT NULL,
    language character varying(8) NOT NULL,
    text text NOT NULL,
    intent character varying(32) NOT NULL,
    confidence double precision NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.phrases_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.phrases_id_seq OWNED BY public.phrases.id;
CREATE TABLE public.proofs (
    id character varying(36) NOT NULL,
    run character varying(36) NOT NULL,
    person_id integer NOT NULL,
    asker_id integer,
    provider character varying(16) NOT NULL,
    path character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    card character varying(36) NOT NULL,
    calendar_id character varying(255) NOT NULL,
    starts_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    begun_at timestamp with time zone,
    finished_at timestamp with time zone,
    detail json NOT NULL,
    company_id integer NOT NULL
);
CREATE TABLE public.questions (
    person_id integer NOT NULL,
    channel character varying(16) NOT NULL,
    conversation character varying(255) NOT NULL,
    payload json NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    company_id integer NOT NULL
);
CREATE TABLE public.rotated_secrets (
    name character varying(32) NOT NULL,
    first_hash character varying(64) NOT NULL,
    secret text NOT NULL
);
CREATE TABLE public.setup_cards (
    company_id integer NOT NULL,
    provider character varying(16) NOT NULL,
    person_id integer NOT NULL,
    card character varying(36) NOT NULL,
    shown_at timestamp with time zone NOT NULL
);
CREATE TABLE public.setup_steps (
    company_id integer NOT NULL,
    path character varying(16) NOT NULL,
    step character varying(16) NOT NULL,
    status character varying(16) NOT NULL,
    person_id integer,
    note text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    version integer NOT NULL
);
CREATE TABLE public.tasks (
    id integer NOT NULL,
    topic character varying(64) NOT NULL,
    asker_id integer NOT NULL,
    assignee_id integer NOT NULL,
    state character varying(16) NOT NULL,
    note text NOT NULL,
    card character varying(36) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    reminders integer NOT NULL,
    reminded_at timestamp with time zone,
    company_id integer NOT NULL
);
CREATE SEQUENCE public.tasks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;
CREATE TABLE public.unmatched_accounts (
    channel character varying(16) NOT NULL,
    workspace character varying(128) NOT NULL,
    external_id character varying(255) NOT NULL,
    email text NOT NULL,
    company_id integer NOT NULL
);
CREATE TABLE public.workspaces (
    channel character varying(16) NOT NULL,
    external_id character varying(128) NOT NULL,
    removed_at timestamp with time zone,
    company_id integer NOT NULL
);
ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);
ALTER TABLE ONLY public.campaigns ALTER COLUMN id SET DEFAULT nextval('public.campaigns_id_seq'::regclass);
ALTER TABLE ONLY public.companies ALTER COLUMN id SET DEFAULT nextval('public.companies_id_seq'::regclass);
ALTER TABLE ONLY public.enrolments ALTER COLUMN id SET DEFAULT nextval('public.enrolments_id_seq'::regclass);
ALTER TABLE ONLY public.links ALTER COLUMN id SET DEFAULT nextval('public.links_id_seq'::regclass);
ALTER TABLE ONLY public.people ALTER COLUMN id SET DEFAULT nextval('public.people_id_seq'::regclass);
ALTER TABLE ONLY public.phrases ALTER COLUMN id SET DEFAULT nextval('public.phrases_id_seq'::regclass);
ALTER TABLE ONLY public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.audit VALUES (1, 1, '2026-11-22 10:00:00+00', 0, 'exported', '{}', '', '584fb062046db7d666d8505105875d9a73e85093fdad5ee7f0893dcdbc65b5ff');
INSERT INTO public.campaigns VALUES (1, 'zoom', 'zoom', '[2]', '', false, NULL, 'running', '[0, 3, 7]', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL, '', NULL, '', '', NULL, 1);
INSERT INTO public.companies VALUES (1, 'aurora', 'Aurora', '[]', 'en', 'Europe/Berlin', NULL, '[]', '{}');
INSERT INTO public.deliveries VALUES ('m1', NULL, 'web', 'demo', 'ada', 'c', false, 'gAAAAABrA0AcIKC6MKSjZ_1FbHFLNQsUxj6XVB2uphkHTDBE_kKK_7gbVX0VxgG--UBhaqO1fa0hobjRDOhmTQOT1kFr7vnnKg==', '', 'reason', '', '', NULL, 'queued', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL, 0, '', '', 1);
INSERT INTO public.enrolments VALUES (1, 1, 2, 'active', '', 0, 0, '2026-11-22 11:00:00+00', 0, NULL, '', false, false, NULL, 1);
INSERT INTO public.grants VALUES (1, 0, 's', 'gAAAAABrA0AcoP7rUOwoEss-zPNPI2LeQlGZrYu1SUnZP0068Gc_wno4_2kfzNiJwWdUk3VB-TfiKOd6Pt_UX3N4D3kGePVlsA==', 'gAAAAABrA0AcFOEwSLPk1FvBztsRjt0mzmnfZB_x7xKQnUjs7GS23HNcPAx5b10Hx-4X3lZYLQtyf88Zf6hi69kmPpK86SgHjg==', '2026-11-22 10:00:00+00', '');
INSERT INTO public.inbox VALUES ('1', 'web', 'event', '{}', 'new', 0, '2026-11-22 10:00:00+00', NULL, 1);
INSERT INTO public.observations VALUES (1, 0, 'integration', 'admin', 'active', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 1, 'hosts', 'import', 'yes', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 1, 'sync', 'import', 'synced', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 2, 'hosts', 'import', 'yes', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 2, 'sync', 'import', 'absent', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 3, 'hosts', 'import', 'yes', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.observations VALUES (1, 3, 'sync', 'import', 'synced', '{}', '2026-11-22 10:00:00+00', '2026-11-22 10:00:00+00', NULL);
INSERT INTO public.people VALUES (1, '0', 'ada@aurora.example', 'Ada Meyer', 'en', 'Europe/Berlin', '', '', 'employee', '', NULL, NULL, 1);
INSERT INTO public.people VALUES (2, '1', 'ben@aurora.example', 'Ben Okafor', 'en', 'Europe/Berlin', '', '', 'employee', '', NULL, NULL, 1);
INSERT INTO public.people VALUES (3, '2', 'chl@aurora.example', 'Chloé Martin', 'en', 'Europe/Berlin', '', '', 'employee', '', NULL, NULL, 1);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkey PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (company_id, number);
ALTER TABLE ONLY public.audit_subjects
    ADD CONSTRAINT pk_audit_subjects PRIMARY KEY (company_id, number, person_id);
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT pk_campaigns PRIMARY KEY (id);
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT pk_companies PRIMARY KEY (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT pk_deliveries PRIMARY KEY (id);
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT pk_enrolments PRIMARY KEY (id);
ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT pk_erasures PRIMARY KEY (company_id, mark);
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT pk_grants PRIMARY KEY (company_id, person_id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT pk_inbox PRIMARY KEY (id);
ALTER TABLE ONLY public.install_states
    ADD CONSTRAINT pk_install_states PRIMARY KEY (state_hash);
ALTER TABLE ONLY public.installations
    ADD CONSTRAINT pk_installations PRIMARY KEY (team);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT pk_links PRIMARY KEY (id);
ALTER TABLE ONLY public.observations
    ADD CONSTRAINT pk_observations PRIMARY KEY (company_id, subject, fact, source);
ALTER TABLE ONLY public.paces
    ADD CONSTRAINT pk_paces PRIMARY KEY (channel, workspace);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT pk_people PRIMARY KEY (id);
ALTER TABLE ONLY public.phrases
    ADD CONSTRAINT pk_phrases PRIMARY KEY (id);
ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT pk_proofs PRIMARY KEY (id);
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT pk_questions PRIMARY KEY (person_id, channel, conversation);
ALTER TABLE ONLY public.rotated_secrets
    ADD CONSTRAINT pk_rotated_secrets PRIMARY KEY (name);
ALTER TABLE ONLY public.setup_cards
    ADD CONSTRAINT pk_setup_cards PRIMARY KEY (company_id, provider, person_id);
ALTER TABLE ONLY public.setup_steps
    ADD CONSTRAINT pk_setup_steps PRIMARY KEY (company_id, path, step);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (id);
ALTER TABLE ONLY public.unmatched_accounts
    ADD CONSTRAINT pk_unmatched_accounts PRIMARY KEY (channel, workspace, external_id);
ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT pk_workspaces PRIMARY KEY (channel, external_id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_channel_workspace_external_id UNIQUE (channel, workspace, external_id);
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT uq_companies_slug UNIQUE (slug);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT uq_deliveries_company_id_key UNIQUE (company_id, key);
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT uq_enrolments_campaign_id_person_id UNIQUE (campaign_id, person_id);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT uq_inbox_channel_external_id UNIQUE (channel, external_id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT uq_links_nonce_hash UNIQUE (nonce_hash);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT uq_links_token_hash UNIQUE (token_hash);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT uq_people_company_id_personio_id UNIQUE (company_id, personio_id);
CREATE INDEX ix_accounts_company_id_person_id ON public.accounts USING btree (company_id, person_id);
CREATE INDEX ix_audit_subjects_company_id_person_id ON public.audit_subjects USING btree (company_id, person_id);
CREATE INDEX ix_campaigns_company_id_state ON public.campaigns USING btree (company_id, state);
CREATE INDEX ix_deliveries_company_id_person_id_created_at ON public.deliveries USING btree (company_id, person_id, created_at);
CREATE INDEX ix_deliveries_enrolment ON public.deliveries USING btree (enrolment_id) WHERE (enrolment_id IS NOT NULL);
CREATE INDEX ix_deliveries_open ON public.deliveries USING btree (due_at) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'sending'::character varying])::text[]));
CREATE INDEX ix_enrolments_due ON public.enrolments USING btree (company_id, next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX ix_enrolments_open_card ON public.enrolments USING btree (ended_at) WHERE card_open;
CREATE INDEX ix_enrolments_person_id ON public.enrolments USING btree (person_id);
CREATE INDEX ix_grants_sub ON public.grants USING btree (sub);
CREATE INDEX ix_inbox_open ON public.inbox USING btree (received_at) WHERE ((state)::text = 'new'::text);
CREATE INDEX ix_links_company_id_person_id ON public.links USING btree (company_id, person_id);
CREATE INDEX ix_observations_company_id_fact_value ON public.observations USING btree (company_id, fact, value);
CREATE INDEX ix_people_company_id_email ON public.people USING btree (company_id, email);
CREATE INDEX ix_phrases_company_id_heard_at ON public.phrases USING btree (company_id, heard_at);
CREATE INDEX ix_proofs_company_id_path_state ON public.proofs USING btree (company_id, path, state);
CREATE INDEX ix_proofs_company_id_run ON public.proofs USING btree (company_id, run);
CREATE INDEX ix_tasks_company_id_state ON public.tasks USING btree (company_id, state);
CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_is_append_only();
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT fk_accounts_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT fk_accounts_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.audit_subjects
    ADD CONSTRAINT fk_audit_subjects_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.audit_subjects
    ADD CONSTRAINT fk_audit_subjects_company_id_number FOREIGN KEY (company_id, number) REFERENCES public.audit(company_id, number) ON DELETE CASCADE;
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT fk_campaigns_asked_by FOREIGN KEY (asked_by) REFERENCES public.people(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT fk_campaigns_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT fk_deliveries_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT fk_deliveries_enrolment_id FOREIGN KEY (enrolment_id) REFERENCES public.enrolments(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT fk_deliveries_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT fk_enrolments_campaign_id FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT fk_enrolments_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.enrolments
    ADD CONSTRAINT fk_enrolments_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT fk_erasures_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.grants
    ADD CONSTRAINT fk_grants_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT fk_inbox_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.installations
    ADD CONSTRAINT fk_installations_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT fk_links_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.links
    ADD CONSTRAINT fk_links_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.observations
    ADD CONSTRAINT fk_observations_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.people
    ADD CONSTRAINT fk_people_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.phrases
    ADD CONSTRAINT fk_phrases_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.phrases
    ADD CONSTRAINT fk_phrases_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT fk_proofs_asker_id FOREIGN KEY (asker_id) REFERENCES public.people(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT fk_proofs_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.proofs
    ADD CONSTRAINT fk_proofs_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT fk_questions_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.questions
    ADD CONSTRAINT fk_questions_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.setup_cards
    ADD CONSTRAINT fk_setup_cards_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.setup_cards
    ADD CONSTRAINT fk_setup_cards_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.setup_steps
    ADD CONSTRAINT fk_setup_steps_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.setup_steps
    ADD CONSTRAINT fk_setup_steps_person_id FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE SET NULL;
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_asker_id FOREIGN KEY (asker_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_assignee_id FOREIGN KEY (assignee_id) REFERENCES public.people(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.unmatched_accounts
    ADD CONSTRAINT fk_unmatched_accounts_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT fk_workspaces_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
