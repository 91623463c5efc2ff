-- Tenants, and the means by which the database itself keeps them apart.
-- :app is the role the product works as (neither owner nor superuser, no BYPASSRLS); :log may read the event log of every
-- tenant, to feed live screens, the router and webhooks; :search owns the search functions and cannot log in.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- The tenant of the present transaction, or null: then every policy hides everything.
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$;

-- Makes a table a tenant's: row-level security on, forced also on the owner, one policy for everything.
CREATE PROCEDURE protect(target regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant_only ON %s USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant())', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO :app', target);
END $$;

-- What people mean to match, whatever the alphabet: lower case, no diacritics, Cyrillic as Latin ("Živković", "Живковић" -> "zivkovic").
CREATE FUNCTION fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT public.unaccent('public.unaccent',
    translate(
      replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        lower(coalesce(value, '')),
        'љ', 'lj'), 'њ', 'nj'), 'џ', 'dz'), 'щ', 'sc'), 'ю', 'ju'), 'я', 'ja'), 'ё', 'e'), 'ђ', 'd'), 'đ', 'd'), 'ъ', ''), 'ь', ''), 'ß', 'ss'),
      'абвгдежзиклмнопрстуфхцчшыэйјћѓќѕіїєґ',
      'abvgdezziklmnoprstufhccsyejjcgksiieg'))
$$;

CREATE TABLE tenant (
  tenant_id uuid PRIMARY KEY DEFAULT uuidv7(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{2,40}$'),
  name text NOT NULL,
  locale text NOT NULL DEFAULT 'en',
  time_zone text NOT NULL DEFAULT 'UTC',
  settings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CALL protect('tenant');
CREATE POLICY log_reads ON tenant FOR SELECT TO :log USING (true);
GRANT SELECT ON tenant TO :log;

-- A client programme inside a tenant.
CREATE TABLE brand (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  id uuid NOT NULL DEFAULT uuidv7(),
  name text NOT NULL,
  locale text NOT NULL DEFAULT 'en',
  color text NOT NULL DEFAULT '#0f766e',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);
CALL protect('brand');
