-- Configured mailboxes, widgets and numbers; raw input as it came.

CREATE TABLE channel_account (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  channel text NOT NULL,
  name text NOT NULL,
  brand_id uuid,
  queue_id uuid,                         -- where its interactions wait when no rule says otherwise
  key text NOT NULL DEFAULT encode(uuid_send(gen_random_uuid()), 'hex'),  -- public name in URLs (widget, web hooks)
  config jsonb NOT NULL DEFAULT '{}',
  secrets bytea,                         -- encrypted; never read back through the API
  state text NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'connecting', 'connected', 'failing')),
  state_sentence text NOT NULL DEFAULT '',
  state_at timestamptz NOT NULL DEFAULT now(),
  cursor jsonb NOT NULL DEFAULT '{}',    -- how far the channel's own inbox has been read
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name),
  UNIQUE (key),
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand,
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue
);
CALL protect('channel_account');
-- Which tenant a public key, or an address of the SMTP intake, belongs to must be known before there is a tenant.
CREATE POLICY log_reads ON channel_account FOR SELECT TO :log USING (true);
GRANT SELECT (tenant_id, id, key, channel, active, config) ON channel_account TO :log;

CREATE TABLE mail_rule (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  channel_account_id uuid,               -- null: every mailbox
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  conditions jsonb NOT NULL DEFAULT '[]',
  actions jsonb NOT NULL DEFAULT '[]',
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, channel_account_id) REFERENCES channel_account ON DELETE CASCADE
);
CALL protect('mail_rule');

-- Stored before it is parsed; acknowledged only after the commit. Unique per account and provider id: twice sent is once stored.
CREATE TABLE inbound_event (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  channel_account_id uuid NOT NULL,
  provider_id text NOT NULL,
  raw bytea NOT NULL,
  envelope jsonb NOT NULL DEFAULT '{}',
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz,
  error text,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel_account_id, provider_id),
  FOREIGN KEY (tenant_id, channel_account_id) REFERENCES channel_account
);
CALL protect('inbound_event');
