-- Where work waits, and by what rules.

-- weekly: {"mon":[["08:00","16:00"]],…}; holidays: {"country":"HR"} or null; closures: [{"from":"2026-12-24","to":"2026-12-26","name":"…"}]
CREATE TABLE hours (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  time_zone text NOT NULL,
  weekly jsonb NOT NULL DEFAULT '{}',
  country text,                          -- ISO 3166-1 alpha-2: its public holidays are closed; null: none
  closures jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('hours');

CREATE TABLE queue (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  brand_id uuid,
  hours_id uuid,                         -- null: always open
  priority integer NOT NULL DEFAULT 0,
  ageing_per_minute real NOT NULL DEFAULT 1,
  steps jsonb NOT NULL DEFAULT '[]',     -- [{"afterSeconds":0,"requirements":[{"skillId":"…","minProficiency":3}]}, …]
  offer_seconds integer NOT NULL DEFAULT 30 CHECK (offer_seconds BETWEEN 5 AND 600),
  wrap_up_seconds integer NOT NULL DEFAULT 60 CHECK (wrap_up_seconds BETWEEN 0 AND 3600),
  wrap_up_required boolean NOT NULL DEFAULT false,
  contact_reason_required boolean NOT NULL DEFAULT false,
  preferred_seconds integer NOT NULL DEFAULT 60,   -- how long to wait for the preferred agent only
  target_seconds jsonb NOT NULL DEFAULT '{"chat":30,"email":14400,"voice":20,"form":14400}',  -- service level: answered within, per channel
  target_percent integer NOT NULL DEFAULT 80 CHECK (target_percent BETWEEN 1 AND 100),
  abandon_seconds integer NOT NULL DEFAULT 5,      -- leaving sooner than this is not counted as abandoned
  signature text NOT NULL DEFAULT '',
  auto_reply text NOT NULL DEFAULT '',   -- e-mail: sent at the first message of a conversation; empty: none
  survey_id uuid,
  archived_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name),
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand,
  FOREIGN KEY (tenant_id, hours_id) REFERENCES hours
);
CALL protect('queue');

CREATE TABLE routing_profile_queue (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  routing_profile_id uuid NOT NULL,
  queue_id uuid NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  delay_seconds integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, routing_profile_id, queue_id),
  FOREIGN KEY (tenant_id, routing_profile_id) REFERENCES routing_profile ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue ON DELETE CASCADE
);
CALL protect('routing_profile_queue');

-- Trees: parent_id null at the root. What the agent chose to say about how it ended …
CREATE TABLE wrap_up_code (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  parent_id uuid,
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  archived_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES wrap_up_code
);
CALL protect('wrap_up_code');

-- … and about why the customer came.
CREATE TABLE contact_reason (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  parent_id uuid,
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  archived_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES contact_reason
);
CALL protect('contact_reason');

-- Which codes a queue offers; a queue without rows offers all.
CREATE TABLE queue_wrap_up_code (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  queue_id uuid NOT NULL,
  wrap_up_code_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, queue_id, wrap_up_code_id),
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, wrap_up_code_id) REFERENCES wrap_up_code ON DELETE CASCADE
);
CALL protect('queue_wrap_up_code');

-- The text an agent can put in with a few keys; {{customer.name}} and the like are filled in.
CREATE TABLE canned_reply (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  shortcut text NOT NULL CHECK (shortcut ~ '^[a-z0-9-]{1,40}$'),
  name text NOT NULL,
  text text NOT NULL,
  locale text,
  queue_id uuid,                         -- null: every queue
  PRIMARY KEY (tenant_id, id),
  UNIQUE NULLS NOT DISTINCT (tenant_id, shortcut, locale, queue_id),
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue ON DELETE CASCADE
);
CALL protect('canned_reply');

CREATE TABLE survey (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  question jsonb NOT NULL DEFAULT '{}',  -- per locale
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('survey');
ALTER TABLE queue ADD FOREIGN KEY (tenant_id, survey_id) REFERENCES survey;
