-- The people who write to us, known by their addresses.

CREATE TABLE company (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  domain text,
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX company_name ON company (tenant_id, lower(name));
CALL protect('company');

CREATE TABLE customer (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text,
  company_id uuid,
  language text,
  time_zone text,
  attributes jsonb NOT NULL DEFAULT '{}',
  tags text[] NOT NULL DEFAULT '{}',
  merged_into_id uuid,                   -- set on the one that was merged away; unmerge clears it
  created_at timestamptz NOT NULL DEFAULT now(),
  search text GENERATED ALWAYS AS (fold(name)) STORED,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, company_id) REFERENCES company,
  FOREIGN KEY (tenant_id, merged_into_id) REFERENCES customer
);
CREATE INDEX customer_search ON customer USING gin (search gin_trgm_ops);
CREATE INDEX customer_company ON customer (tenant_id, company_id);
CALL protect('customer');

-- An address on a channel. verified_at: the channel or the company's own signature proved it. Only a verified address may join people;
-- an unverified one belongs to the customer who first used it on that channel and joins nobody by itself.
CREATE TABLE identity (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  customer_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('email', 'phone', 'visitor', 'external')),
  address text NOT NULL,                 -- normalised: lower-case e-mail, E.164, visitor id, id in the company's own system
  verified_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  search text GENERATED ALWAYS AS (fold(address)) STORED,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, kind, address, customer_id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer ON DELETE CASCADE
);
CREATE INDEX identity_customer ON identity (tenant_id, customer_id);
CREATE INDEX identity_search ON identity USING gin (search gin_trgm_ops);
CALL protect('identity');

CREATE TABLE customer_note (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  customer_id uuid NOT NULL,
  user_id uuid,
  text text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, user_id) REFERENCES users
);
CREATE INDEX customer_note_customer ON customer_note (tenant_id, customer_id);
CALL protect('customer_note');

-- moved: everything the merge took over, so that unmerge can give it back: {"identities":[…],"conversations":[…],"interactions":[…],"notes":[…],"before":{…}}
CREATE TABLE customer_merge (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  kept_id uuid NOT NULL,
  merged_id uuid NOT NULL,
  moved jsonb NOT NULL,
  merged_by uuid,
  merged_at timestamptz NOT NULL DEFAULT now(),
  undone_by uuid,
  undone_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, kept_id) REFERENCES customer,
  FOREIGN KEY (tenant_id, merged_id) REFERENCES customer
);
CALL protect('customer_merge');

CREATE TABLE merge_suggestion (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  customer_id uuid NOT NULL,             -- the older of the two
  other_id uuid NOT NULL,
  reason text NOT NULL,                  -- sameEmail, samePhone, sameName
  evidence text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  dismissed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, customer_id, other_id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customer ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, other_id) REFERENCES customer ON DELETE CASCADE
);
CALL protect('merge_suggestion');
