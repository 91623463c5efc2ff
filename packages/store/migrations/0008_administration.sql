-- Keys, web hooks and the audit log.

CREATE TABLE api_key (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  hash text NOT NULL UNIQUE,             -- sha256 of the secret; the secret itself is shown once
  prefix text NOT NULL,                  -- first characters, to recognise it
  scopes text[] NOT NULL,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CALL protect('api_key');
-- Which tenant a presented key belongs to must be known before there is a tenant.
CREATE POLICY log_reads ON api_key FOR SELECT TO :log USING (true);
GRANT SELECT (tenant_id, id, hash, scopes, expires_at, revoked_at) ON api_key TO :log;

CREATE TABLE audit_entry (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  user_id uuid,
  api_key_id uuid,
  address text,
  action text NOT NULL,                  -- noun.pastVerb
  subject_type text NOT NULL,
  subject_id text,
  before jsonb,
  after jsonb,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_entry_at ON audit_entry (tenant_id, at DESC);
CALL protect('audit_entry');
REVOKE UPDATE, DELETE ON audit_entry FROM :app;

CREATE TABLE webhook (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  url text NOT NULL,
  secret bytea NOT NULL,                 -- encrypted
  events text[] NOT NULL,
  active boolean NOT NULL DEFAULT true,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL protect('webhook');

CREATE TABLE webhook_delivery (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  webhook_id uuid NOT NULL,
  event_xid xid8 NOT NULL,
  event_seq bigint NOT NULL,
  event_type text NOT NULL,
  payload jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  status_code integer,
  detail text,
  created_at timestamptz NOT NULL DEFAULT now(),
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  delivered_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, webhook_id, event_seq),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook ON DELETE CASCADE
);
CALL protect('webhook_delivery');

-- Single sign-on, one row a provider; the client secret is encrypted.
CREATE TABLE identity_provider (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret bytea NOT NULL,
  domains text[] NOT NULL DEFAULT '{}',  -- whose e-mail addresses it may sign in
  create_users boolean NOT NULL DEFAULT false,
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('identity_provider');
CREATE POLICY log_reads ON identity_provider FOR SELECT TO :log USING (true);
GRANT SELECT ON identity_provider TO :log;
