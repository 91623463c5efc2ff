-- The phone: how calls come in and go out, what callers hear, who rings, and what became of each call.
-- A number customers dial is a channel_account of the channel voice (config: number, flow, language).

-- A line to a provider. config: mode, transport, host, port, from, username, realm, priority, limits, codecs, srtp, callerId; secrets: password.
CREATE TABLE trunk (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  config jsonb NOT NULL DEFAULT '{}',
  secrets bytea,
  active boolean NOT NULL DEFAULT true,
  state text NOT NULL DEFAULT 'idle' CHECK (state IN ('idle', 'connecting', 'connected', 'failing')),
  state_sentence text NOT NULL DEFAULT '',
  state_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('trunk');

-- A SIP phone of an agent. Only hashes of its password are kept (RFC 7616 HA1).
CREATE TABLE desk_phone (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  user_id uuid NOT NULL,
  name text NOT NULL,
  username text NOT NULL UNIQUE CHECK (username ~ '^[a-z0-9.-]{3,60}$'),  -- across tenants: the registrar knows the tenant by it
  ha1_md5 text NOT NULL,
  ha1_sha256 text NOT NULL,
  registered boolean NOT NULL DEFAULT false,
  user_agent text,
  registered_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users
);
CALL protect('desk_phone');

-- What is said or played. variants: {"hr":{"audioId":"…","durationMs":2100,"from":"file"|"text","text":"…"}}; the language "*" stands for all others.
CREATE TABLE prompt (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  variants jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('prompt');

-- Prepared audio: PCM 16 bit little endian mono 16 kHz, in the blob store under its id.
CREATE TABLE prompt_audio (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id text NOT NULL,                      -- sha256 of the audio
  duration_ms integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CALL protect('prompt_audio');

-- Texts of flows and announcements as the speech engine said them.
CREATE TABLE spoken_text (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  language text NOT NULL,
  text_hash text NOT NULL,               -- sha256: a text may be longer than an index entry
  text text NOT NULL,
  audio_id text NOT NULL,
  spoken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, language, text_hash),
  FOREIGN KEY (tenant_id, audio_id) REFERENCES prompt_audio
);
CALL protect('spoken_text');

-- Who speaks texts, of a tenant that has chosen. config: url, model, voices (by language); secrets: key.
CREATE TABLE speech (
  tenant_id uuid PRIMARY KEY DEFAULT current_tenant() REFERENCES tenant,
  engine text NOT NULL DEFAULT 'espeak' CHECK (engine IN ('espeak', 'endpoint')),
  config jsonb NOT NULL DEFAULT '{}',
  secrets bytea
);
CALL protect('speech');

-- Steps before an agent: core/flow. version grows with each change.
CREATE TABLE flow (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  definition jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  speech_sentence text NOT NULL DEFAULT '',   -- why its texts could not be spoken
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('flow');

-- Where calls may go: the longest prefix decides, what none fits is denied.
CREATE TABLE dial_rule (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  prefix text NOT NULL CHECK (prefix ~ '^[0-9]{1,15}$'),
  allow boolean NOT NULL DEFAULT true,
  price_per_minute double precision NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, prefix)
);
CALL protect('dial_rule');

-- One row a tenant that has changed the defaults (tenant.settings keeps what everybody has).
CREATE TABLE call_limits (
  tenant_id uuid PRIMARY KEY DEFAULT current_tenant() REFERENCES tenant,
  max_calls integer NOT NULL DEFAULT 100,
  max_outbound_calls integer NOT NULL DEFAULT 30,
  max_outbound_per_minute integer NOT NULL DEFAULT 60,
  max_spend_per_day double precision NOT NULL DEFAULT 100,
  recording_days integer NOT NULL DEFAULT 180 CHECK (recording_days BETWEEN 1 AND 3650)
);
CALL protect('call_limits');

-- How a queue treats callers: QueueVoice of api/voice-link.ts without id and name.
ALTER TABLE queue ADD COLUMN voice jsonb NOT NULL DEFAULT '{}';

-- A phone call. Its interaction is the routed contact; a callback makes a second call of the same interaction.
CREATE TABLE call (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL,                      -- made by the node that has it
  interaction_id uuid NOT NULL,
  node_id text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  way text NOT NULL CHECK (way IN ('phone', 'web', 'desk')),
  state text NOT NULL CHECK (state IN ('flow', 'queued', 'ringing', 'talking', 'held', 'parked', 'ended')),
  from_address text,
  to_address text NOT NULL,
  private boolean NOT NULL DEFAULT false,
  number_id uuid,
  trunk_id uuid,
  user_id uuid,                          -- who dialled, outbound
  started_at timestamptz NOT NULL,
  connected_at timestamptz,              -- customer and agent first heard each other
  ended_at timestamptz,
  ended_by text CHECK (ended_by IN ('customer', 'agent', 'supervisor', 'system', 'network', 'nodeLost')),
  ended_status integer,
  ended_q850 integer,
  ended_reason text NOT NULL DEFAULT '',
  pressed jsonb NOT NULL DEFAULT '[]',   -- what the caller chose and keyed in: [{"label":"Invoices","digits":null}]
  consulting uuid,                       -- the leg that is being asked while the customer is on hold
  monitors jsonb NOT NULL DEFAULT '{}',  -- who listens: {"<user>":"listen"|"whisper"|"barge"}
  price_per_minute double precision NOT NULL DEFAULT 0,  -- of the dial rule, as it was when the call was made
  price double precision NOT NULL DEFAULT 0,
  last_fact integer NOT NULL DEFAULT 0,  -- number of the last fact taken in: a fact is taken once
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction,
  FOREIGN KEY (tenant_id, number_id) REFERENCES channel_account,
  FOREIGN KEY (tenant_id, trunk_id) REFERENCES trunk,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users
);
CREATE INDEX call_open ON call (node_id) WHERE state <> 'ended';
CREATE INDEX call_id ON call (id);
CREATE INDEX call_interaction ON call (tenant_id, interaction_id);
CREATE INDEX call_started ON call (tenant_id, started_at) WHERE direction = 'outbound';
CALL protect('call');
-- A voice node names a call, not its tenant; and which calls a lost node had is asked of all tenants at once.
CREATE POLICY log_reads ON call FOR SELECT TO :log USING (true);
GRANT SELECT (tenant_id, id, node_id, state, last_fact) ON call TO :log;

-- While an agent has the interaction: the customer is on hold, or on hold while somebody else is asked; null: they talk.
ALTER TABLE interaction ADD COLUMN hold text CHECK (hold IN ('hold', 'consult'));

CREATE TABLE leg (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL,
  call_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('customer', 'agent', 'supervisor', 'outside')),
  way text NOT NULL CHECK (way IN ('phone', 'browser', 'desk')),
  user_id uuid,
  address text,
  started_at timestamptz NOT NULL,
  answered_at timestamptz,
  ended_at timestamptz,
  ended_reason text NOT NULL DEFAULT '',
  quality jsonb,                         -- LegQuality
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, call_id) REFERENCES call,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users
);
CREATE INDEX leg_call ON leg (tenant_id, call_id);
CALL protect('leg');

-- What there is of a recording; its audio is in recording_audio.
CREATE TABLE recording (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  id uuid NOT NULL,
  call_id uuid NOT NULL,
  interaction_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('call', 'voicemail')),
  state text NOT NULL CHECK (state IN ('recording', 'paused', 'stored', 'deleted', 'lost')),
  started_at timestamptz NOT NULL,
  duration_ms integer,
  bytes bigint,
  pauses jsonb NOT NULL DEFAULT '[]',
  peaks jsonb NOT NULL DEFAULT '[[],[]]',
  delete_after timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, call_id) REFERENCES call,
  FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction
);
CREATE INDEX recording_interaction ON recording (tenant_id, interaction_id);
CREATE INDEX recording_delete_after ON recording (tenant_id, delete_after) WHERE state = 'stored';
CALL protect('recording');

-- Audio in the blob store, encrypted. It may come before the facts of its call, so it refers to nothing.
CREATE TABLE recording_audio (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  recording_id uuid NOT NULL,
  blob text NOT NULL,
  size bigint NOT NULL,                  -- of the audio, not encrypted
  stored_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, recording_id)
);
CALL protect('recording_audio');
