-- Conversation -> interaction -> segment -> message: one contact, one story.
-- These tables reach their tenant through the rows they refer to: a key to the tenant itself would lock its one row with every message.

CREATE TABLE conversation (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  customer_id uuid NOT NULL,
  brand_id uuid,
  subject text,
  tags text[] NOT NULL DEFAULT '{}',
  last_message_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer,
  FOREIGN KEY (tenant_id, brand_id) REFERENCES brand
);
-- Without last_message_at, so that each message updates its conversation in place (heap-only).
CREATE INDEX conversation_customer ON conversation (tenant_id, customer_id);
ALTER TABLE conversation SET (fillfactor = 80);
CALL protect('conversation');

CREATE TABLE interaction (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  conversation_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  channel text NOT NULL,
  channel_account_id uuid,
  direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  state text NOT NULL CHECK (state IN ('flow', 'queued', 'offered', 'active', 'wrapUp', 'ended')),
  queue_id uuid,
  agent_id uuid,                         -- the owner (active, wrapUp), or the one it is offered to (offered)
  priority integer NOT NULL DEFAULT 0,
  language text,
  requirements jsonb NOT NULL DEFAULT '[]',
  preferred_agent_id uuid,
  context jsonb NOT NULL DEFAULT '{}',   -- what the channel knows: page, referrer, browser, form fields
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  queued_at timestamptz,                 -- its place in the present queue
  offer_expires_at timestamptz,
  answered_at timestamptz,               -- first accepted by an agent
  ended_at timestamptz,                  -- the talk is over (wrap-up may follow)
  closed_at timestamptz,                 -- wrap-up is over too
  wrap_up_due_at timestamptz,
  outcome text CHECK (outcome IN ('handled', 'abandoned', 'shortAbandoned', 'moved', 'closed', 'spam')),
  wrap_up_code_id uuid,
  contact_reason_id uuid,
  wrap_up_note text,
  customer_waits_since timestamptz,      -- oldest customer message not yet answered
  version integer NOT NULL DEFAULT 0,    -- grows with each change: compare-and-set
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation,
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer,
  FOREIGN KEY (tenant_id, channel_account_id) REFERENCES channel_account,
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue,
  FOREIGN KEY (tenant_id, agent_id) REFERENCES users,
  FOREIGN KEY (tenant_id, preferred_agent_id) REFERENCES users,
  FOREIGN KEY (tenant_id, wrap_up_code_id) REFERENCES wrap_up_code,
  FOREIGN KEY (tenant_id, contact_reason_id) REFERENCES contact_reason,
  CHECK ((state IN ('offered', 'active', 'wrapUp')) = (agent_id IS NOT NULL) OR state IN ('flow', 'ended'))
);
CREATE INDEX interaction_open ON interaction (tenant_id, state) WHERE state <> 'ended';
CREATE INDEX interaction_agent ON interaction (tenant_id, agent_id, state) WHERE state <> 'ended';
CREATE INDEX interaction_conversation ON interaction (tenant_id, conversation_id, created_at);
CREATE INDEX interaction_customer ON interaction (tenant_id, customer_id, created_at);
CREATE INDEX interaction_created ON interaction (tenant_id, created_at);
-- A conversation has at most one open interaction on a channel.
CREATE UNIQUE INDEX interaction_one_open ON interaction (tenant_id, conversation_id, channel) WHERE state IN ('flow', 'queued', 'offered', 'active');
CALL protect('interaction');

CREATE TABLE segment (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  interaction_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('flow', 'queue', 'offer', 'agent', 'hold', 'consult', 'wrapUp')),
  queue_id uuid,
  agent_id uuid,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  outcome text,                          -- accepted, rejected, expired, withdrawn, transferred, ended, abandoned, answered …
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction
);
CREATE INDEX segment_interaction ON segment (tenant_id, interaction_id, started_at);
CREATE INDEX segment_started ON segment (tenant_id, started_at);
CREATE UNIQUE INDEX segment_one_open ON segment (tenant_id, interaction_id) WHERE ended_at IS NULL;
CALL protect('segment');

-- Why a decision fell so.
CREATE TABLE receipt (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  interaction_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  decided_at timestamptz NOT NULL,
  decision jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction
);
CREATE INDEX receipt_interaction ON receipt (tenant_id, interaction_id, decided_at);
CALL protect('receipt');

CREATE TABLE message (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  conversation_id uuid NOT NULL,
  interaction_id uuid,
  channel text NOT NULL,
  author text NOT NULL CHECK (author IN ('customer', 'agent', 'system', 'bot')),
  user_id uuid,                          -- for author = agent
  internal boolean NOT NULL DEFAULT false,  -- a note: never leaves the house
  text text NOT NULL DEFAULT '',
  html text,                             -- sanitised, remote images blocked
  quoted text,                           -- folded history
  subject text,
  recipients jsonb,                      -- e-mail: {"to":[],"cc":[],"bcc":[]}
  sender jsonb,                          -- {"address","name","verified"} as the channel gave it
  automatic text,                        -- written by a machine: which kind
  mentions uuid[] NOT NULL DEFAULT '{}',
  data jsonb NOT NULL DEFAULT '{}',
  client_id text,                        -- the sender's own id: a retry is the same message
  provider_id text,                      -- e-mail Message-ID and the like
  channel_account_id uuid,
  inbound_event_id uuid,
  status text NOT NULL DEFAULT 'stored' CHECK (status IN ('stored', 'sending', 'sent', 'delivered', 'read', 'failed')),
  status_detail text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  delivered_at timestamptz,
  read_at timestamptz,
  search text GENERATED ALWAYS AS (fold(left(text, 20000))) STORED,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation,
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users
);
CREATE INDEX message_conversation ON message (tenant_id, conversation_id, created_at, id);
CREATE INDEX message_interaction ON message (tenant_id, interaction_id, created_at);
CREATE UNIQUE INDEX message_provider ON message (tenant_id, channel_account_id, provider_id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX message_client ON message (tenant_id, conversation_id, client_id) WHERE client_id IS NOT NULL;
-- A short pending list (kB): a message that has to empty a long one would hold up everybody who reads the log.
CREATE INDEX message_search ON message USING gin (search gin_trgm_ops) WITH (gin_pending_list_limit = 64);
CALL protect('message');

-- A file's bytes are in the blob store under its hash; a file belongs to the tenant, and to a message once that is sent.
CREATE TABLE file (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL DEFAULT uuidv7(),
  message_id uuid,
  conversation_id uuid,                  -- set at upload: who may see it before it is sent
  name text NOT NULL,
  media_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  content_id text,                       -- inline image in HTML
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES message ON DELETE CASCADE
);
CREATE INDEX file_message ON file (tenant_id, message_id);
CALL protect('file');

CREATE TABLE mention (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  user_id uuid NOT NULL,
  message_id uuid NOT NULL,
  read_at timestamptz,
  PRIMARY KEY (tenant_id, user_id, message_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, message_id) REFERENCES message ON DELETE CASCADE
);
CALL protect('mention');

CREATE TABLE survey_response (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  interaction_id uuid NOT NULL,
  survey_id uuid,
  score smallint CHECK (score BETWEEN 1 AND 5),
  comment text,
  asked_at timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  PRIMARY KEY (tenant_id, interaction_id),
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction,
  FOREIGN KEY (tenant_id, survey_id) REFERENCES survey
);
CALL protect('survey_response');
