-- Signing in. An account is a person's means to sign in to this installation; it may be a user of several tenants (users.account_id).
-- The schema belongs to a role of its own, :auth: the app role, which serves every other request, can read neither passwords nor sessions,
-- and :auth can read nothing of a tenant but what names its users. The tables are those better-auth works with, and four of ours.

CREATE SCHEMA auth;

CREATE TABLE auth.sign_in_account (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,  -- the mailbox was proved by a link that this installation itself mailed
  image text,
  two_factor_enabled boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX sign_in_account_email ON auth.sign_in_account (lower(email));

-- A password (provider_id = credential, hashed with scrypt), or a person at an identity provider (provider_id = identity_provider.id, subject = "sub").
CREATE TABLE auth.credential (
  id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES auth.sign_in_account ON DELETE CASCADE,
  provider_id text NOT NULL,
  subject text NOT NULL,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, subject)
);
CREATE INDEX credential_account ON auth.credential (account_id);

CREATE TABLE auth.session (
  id text PRIMARY KEY,
  token text NOT NULL UNIQUE,            -- the cookie carries it signed; alone it opens nothing
  account_id text NOT NULL REFERENCES auth.sign_in_account ON DELETE CASCADE,
  tenant_id uuid NOT NULL,
  identity_provider_id uuid,             -- set: began by single sign-on, and stays in that provider's tenant
  ip_address text,
  user_agent text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()  -- last seen, to the minute
);
CREATE INDEX session_account ON auth.session (account_id);

-- Sign-ins that wait for the second factor, devices trusted with it, attempts at it.
CREATE TABLE auth.verification (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verification_identifier ON auth.verification (identifier);

CREATE TABLE auth.two_factor (
  id text PRIMARY KEY,
  account_id text NOT NULL UNIQUE REFERENCES auth.sign_in_account ON DELETE CASCADE,
  secret text NOT NULL,                  -- encrypted
  backup_codes text NOT NULL,            -- encrypted
  verified boolean DEFAULT true,
  failed_verification_count integer DEFAULT 0,
  locked_until timestamptz
);

-- A code of the authenticator app counts once (RFC 6238 section 5.2).
CREATE TABLE auth.used_code (
  account_id text NOT NULL REFERENCES auth.sign_in_account ON DELETE CASCADE,
  code text NOT NULL,
  used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, code)
);

-- Links that let somebody in once: an invitation to a tenant, or a new password. Only the hash is kept.
CREATE TABLE auth.link (
  hash text PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('invitation', 'password')),
  tenant_id uuid,                        -- whose administrator made it; null: asked for by the account's own mailbox
  user_id uuid,
  account_id text REFERENCES auth.sign_in_account ON DELETE CASCADE,
  proves_mailbox boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CHECK ((tenant_id IS NULL) = (user_id IS NULL) AND (user_id IS NOT NULL OR account_id IS NOT NULL))
);

-- Attempts at signing in, per account and per address. Kept here so that every node counts together.
CREATE TABLE auth.throttle (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);

GRANT USAGE ON SCHEMA auth TO :auth;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA auth TO :auth;

-- Whose account is whose, before there is a tenant.
CREATE POLICY auth_reads ON users FOR SELECT TO :auth USING (true);
GRANT SELECT (tenant_id, id, account_id, name, email, roles, deactivated_at) ON users TO :auth;
CREATE POLICY auth_reads ON tenant FOR SELECT TO :auth USING (true);
GRANT SELECT (tenant_id, slug, name) ON tenant TO :auth;
CREATE INDEX users_of_account ON users (account_id) WHERE account_id IS NOT NULL;

-- How mail about accounts is sent, if not as the installation does: {"url","from"}, encrypted.
ALTER TABLE tenant ADD COLUMN account_mail bytea;

-- Every node forgets at once what it remembers of a session that ended or of a user whose rights changed. Both are rare, so notifying in the
-- transaction costs nothing.
CREATE FUNCTION notify_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('centrala_access', TG_ARGV[0] || ':' || OLD.id);
  RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER DELETE ON auth.session FOR EACH ROW EXECUTE FUNCTION notify_access('sessionEnded');
CREATE TRIGGER session_moved AFTER UPDATE OF tenant_id ON auth.session FOR EACH ROW EXECUTE FUNCTION notify_access('sessionEnded');
CREATE TRIGGER user_changed AFTER UPDATE OF roles, deactivated_at, account_id ON users FOR EACH ROW
  WHEN (OLD.roles IS DISTINCT FROM NEW.roles OR OLD.deactivated_at IS DISTINCT FROM NEW.deactivated_at OR OLD.account_id IS DISTINCT FROM NEW.account_id)
  EXECUTE FUNCTION notify_access('userChanged');
CREATE TRIGGER api_key_revoked AFTER UPDATE OF revoked_at ON api_key FOR EACH ROW EXECUTE FUNCTION notify_access('apiKeyRevoked');
