-- A tenant may ask everybody for a second factor. It is looked at with every session, so it is a column and not one of the settings.
ALTER TABLE tenant ADD COLUMN require_two_factor boolean NOT NULL DEFAULT false;
GRANT SELECT (require_two_factor) ON tenant TO :auth;

CREATE FUNCTION notify_tenant_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('centrala_access', 'tenantChanged:' || NEW.tenant_id);
  RETURN NULL;
END $$;
CREATE TRIGGER tenant_changed AFTER UPDATE OF require_two_factor ON tenant FOR EACH ROW
  WHEN (OLD.require_two_factor IS DISTINCT FROM NEW.require_two_factor) EXECUTE FUNCTION notify_tenant_access();
