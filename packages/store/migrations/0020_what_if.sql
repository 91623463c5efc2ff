-- Past periods simulated under other rules, with what came of it.
CREATE TABLE what_if (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  rules json NOT NULL,                   -- WhatIfRules of the API
  runs integer NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  progress real NOT NULL DEFAULT 0,
  problem text,
  result json,                           -- WhatIfResult of the API
  created_by uuid,                       -- null: by an API key
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, created_by) REFERENCES users
);
CREATE INDEX what_if_created ON what_if (tenant_id, created_at DESC);
CALL protect('what_if');
