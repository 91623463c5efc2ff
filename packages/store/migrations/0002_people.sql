-- The people of a tenant, what they can do and what they do now.

CREATE TABLE team (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('team');

-- Weights and interruptions per channel: {"chat":25,"email":30,"voice":100}; {"email":["voice","chat"]} = held e-mails give way to calls and chats.
CREATE TABLE routing_profile (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  capacity integer NOT NULL DEFAULT 100 CHECK (capacity BETWEEN 1 AND 1000),
  weights jsonb NOT NULL DEFAULT '{"chat":25,"email":30,"voice":100,"form":30}',
  interrupts jsonb NOT NULL DEFAULT '{"email":["voice","chat"],"form":["voice","chat"]}',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('routing_profile');

-- Kept as "users", since "user" means the database role in SQL.
CREATE TABLE users (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  account_id text,                       -- who signs in (auth.account holder); null until the invitation is taken up
  name text NOT NULL,
  email text NOT NULL,
  roles text[] NOT NULL DEFAULT '{agent}',
  locale text,                           -- null: the browser's
  team_id uuid,
  routing_profile_id uuid,
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  deactivated_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, team_id) REFERENCES team,
  FOREIGN KEY (tenant_id, routing_profile_id) REFERENCES routing_profile
);
CREATE UNIQUE INDEX users_email ON users (tenant_id, lower(email));
CREATE UNIQUE INDEX users_account ON users (tenant_id, account_id);
CALL protect('users');

CREATE TABLE skill (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'skill' CHECK (kind IN ('skill', 'language')),
  language text,                         -- BCP 47, for kind = language
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('skill');

CREATE TABLE user_skill (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  user_id uuid NOT NULL,
  skill_id uuid NOT NULL,
  proficiency smallint NOT NULL CHECK (proficiency BETWEEN 1 AND 5),
  PRIMARY KEY (tenant_id, user_id, skill_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, skill_id) REFERENCES skill ON DELETE CASCADE
);
CALL protect('user_skill');

CREATE TABLE presence_reason (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  position integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('presence_reason');

CREATE TABLE presence (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  user_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'offline' CHECK (state IN ('offline', 'available', 'away', 'busy', 'wrapUp', 'notResponding')),
  reason_id uuid,
  since timestamptz NOT NULL DEFAULT now(),
  next_state text CHECK (next_state IN ('offline', 'away')),  -- taken up when the present work is done
  next_reason_id uuid,
  seen_at timestamptz,                   -- last sign of the agent's browser
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, reason_id) REFERENCES presence_reason
);
CALL protect('presence');
