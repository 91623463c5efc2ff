-- Who is who. After a merge one customer may hold the same address twice, once from each; unmerge parts them again.
-- came_by: the customer first reached us from this address, so the same address writing again is the same customer.
ALTER TABLE identity DROP CONSTRAINT identity_tenant_id_kind_address_customer_id_key;
ALTER TABLE identity ADD COLUMN came_by boolean NOT NULL DEFAULT false;
CREATE INDEX identity_address ON identity (tenant_id, kind, address);
-- A proven address is one customer's, and an unproven one finds at most one.
CREATE UNIQUE INDEX identity_verified ON identity (tenant_id, kind, address) WHERE verified_at IS NOT NULL;
CREATE UNIQUE INDEX identity_came_by ON identity (tenant_id, kind, address) WHERE came_by AND verified_at IS NULL;

CREATE INDEX customer_name ON customer (tenant_id, search);
CREATE INDEX customer_merged_into ON customer (tenant_id, merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX customer_merge_kept ON customer_merge (tenant_id, kept_id);
CREATE UNIQUE INDEX customer_merge_one ON customer_merge (tenant_id, merged_id) WHERE undone_at IS NULL;
CREATE INDEX merge_suggestion_other ON merge_suggestion (tenant_id, other_id);

-- Whoever still holds the id of a customer that is being, or was, merged away writes to the one who was kept. Waits for a merge under way.
CREATE FUNCTION follow_merge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept uuid;
BEGIN
  LOOP
    SELECT merged_into_id INTO kept FROM customer WHERE tenant_id = NEW.tenant_id AND id = NEW.customer_id FOR KEY SHARE;
    EXIT WHEN kept IS NULL;
    NEW.customer_id := kept;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER follow_merge BEFORE INSERT ON identity FOR EACH ROW EXECUTE FUNCTION follow_merge();
CREATE TRIGGER follow_merge BEFORE INSERT ON customer_note FOR EACH ROW EXECUTE FUNCTION follow_merge();
CREATE TRIGGER follow_merge BEFORE INSERT ON conversation FOR EACH ROW EXECUTE FUNCTION follow_merge();
CREATE TRIGGER follow_merge BEFORE INSERT ON interaction FOR EACH ROW EXECUTE FUNCTION follow_merge();
COMMENT ON COLUMN customer_merge.moved IS
  '{"identities":[id],"conversations":[id],"interactions":[id],"notes":[id],"filled":{…}}: what the kept one got, for unmerge to give back';
