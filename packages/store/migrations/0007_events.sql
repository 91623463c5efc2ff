-- The event log: what happened, in the transaction in which it happened. Append-only, partitioned by month.

CREATE TABLE event (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  -- Readers go by (xid, seq) and stop at the oldest transaction still running: an event that commits late is never skipped.
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  type text NOT NULL,
  interaction_id uuid,
  conversation_id uuid,
  customer_id uuid,
  queue_id uuid,
  user_id uuid,                          -- whom it concerns
  actor_id uuid,                         -- who did it; null: the system or the customer
  data jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, at, seq)
) PARTITION BY RANGE (at);
CREATE INDEX event_order ON event (xid, seq);
CREATE INDEX event_tenant_order ON event (tenant_id, xid, seq);
CREATE INDEX event_interaction ON event (tenant_id, interaction_id, at) WHERE interaction_id IS NOT NULL;
ALTER TABLE event ENABLE ROW LEVEL SECURITY;
ALTER TABLE event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON event USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
GRANT SELECT, INSERT ON event TO :app;   -- never UPDATE or DELETE
CREATE POLICY log_reads ON event FOR SELECT TO :log USING (true);
GRANT SELECT ON event TO :log;
CREATE TABLE event_default PARTITION OF event DEFAULT;

-- Makes the partitions of this month and the next ones; called at every start and once a day.
CREATE FUNCTION ensure_event_partitions(months integer DEFAULT 3) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE first date; name text;
BEGIN
  FOR ahead IN 0..months LOOP
    first := date_trunc('month', now() AT TIME ZONE 'UTC')::date + make_interval(months => ahead);
    name := 'event_' || to_char(first, 'YYYY_MM');
    IF to_regclass(name) IS NULL THEN
      EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%L) TO (%L)', name,
        first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    END IF;
  END LOOP;
END $$;
SELECT ensure_event_partitions();
GRANT EXECUTE ON FUNCTION ensure_event_partitions(integer) TO :app;

-- Who routes a tenant's work at the moment.
CREATE TABLE router_lease (
  tenant_id uuid PRIMARY KEY DEFAULT current_tenant() REFERENCES tenant,
  holder text NOT NULL,
  expires_at timestamptz NOT NULL
);
CALL protect('router_lease');

-- How far each reader of the log has come, so that it goes on after a restart.
CREATE TABLE event_cursor (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  reader text NOT NULL,
  xid xid8 NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (tenant_id, reader)
);
CALL protect('event_cursor');
