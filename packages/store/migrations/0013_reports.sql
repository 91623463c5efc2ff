-- What reports are read from. All of it is derived from the event log (and from what was promised when), and can be made again from it.

-- Which service-level targets a queue had since when: a contact is measured by what was promised when it entered.
CREATE TABLE queue_target (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  queue_id uuid NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  target_seconds jsonb NOT NULL,
  PRIMARY KEY (tenant_id, queue_id, since),
  FOREIGN KEY (tenant_id, queue_id) REFERENCES queue ON DELETE CASCADE
);
CALL protect('queue_target');
INSERT INTO queue_target (tenant_id, queue_id, target_seconds) SELECT tenant_id, id, target_seconds FROM queue;

CREATE FUNCTION keep_queue_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO queue_target (tenant_id, queue_id, target_seconds) VALUES (NEW.tenant_id, NEW.id, NEW.target_seconds);
  RETURN NULL;
END $$;
CREATE TRIGGER queue_target_made AFTER INSERT ON queue FOR EACH ROW EXECUTE FUNCTION keep_queue_target();
CREATE TRIGGER queue_target_changed AFTER UPDATE OF target_seconds ON queue FOR EACH ROW
  WHEN (OLD.target_seconds IS DISTINCT FROM NEW.target_seconds) EXECUTE FUNCTION keep_queue_target();

-- Totals per quarter of an hour. Their meaning is in packages/core/src/report/totals.ts, column by column.
-- Nobody, no queue: the zero uuid; no channel: '' (an agent's time).
CREATE TABLE report_rollup (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  interval_start timestamptz NOT NULL,
  queue_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  agent_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  channel text NOT NULL DEFAULT '',
  offered bigint NOT NULL DEFAULT 0,
  answered bigint NOT NULL DEFAULT 0,
  answered_in_target bigint NOT NULL DEFAULT 0,
  abandoned bigint NOT NULL DEFAULT 0,
  short_abandoned bigint NOT NULL DEFAULT 0,
  left_queue bigint NOT NULL DEFAULT 0,
  overdue bigint NOT NULL DEFAULT 0 CHECK (overdue = 0),
  wait_ms bigint NOT NULL DEFAULT 0,
  offers_made bigint NOT NULL DEFAULT 0,
  offers_rejected bigint NOT NULL DEFAULT 0,
  offers_expired bigint NOT NULL DEFAULT 0,
  handled bigint NOT NULL DEFAULT 0,
  talk_ms bigint NOT NULL DEFAULT 0,
  hold_ms bigint NOT NULL DEFAULT 0,
  wrap_up_ms bigint NOT NULL DEFAULT 0,
  transfers bigint NOT NULL DEFAULT 0,
  first_contacts bigint NOT NULL DEFAULT 0,
  first_contact_resolved bigint NOT NULL DEFAULT 0,
  csat_sum bigint NOT NULL DEFAULT 0,
  csat_count bigint NOT NULL DEFAULT 0,
  available_ms bigint NOT NULL DEFAULT 0,
  busy_ms bigint NOT NULL DEFAULT 0,
  wrap_up_presence_ms bigint NOT NULL DEFAULT 0,
  not_responding_ms bigint NOT NULL DEFAULT 0,
  away_ms bigint NOT NULL DEFAULT 0,
  occupied_ms bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, interval_start, queue_id, agent_id, channel)
);
CREATE INDEX report_rollup_agent ON report_rollup (tenant_id, agent_id, interval_start);
CALL protect('report_rollup');

-- Waits and handlings as folded from an interaction's events: what is still open, and when an agent held something.
CREATE TABLE report_stretch (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  interaction_id uuid NOT NULL,
  place smallint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('wait', 'hold')),
  queue_id uuid,
  agent_id uuid,
  channel text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz,
  outcome text,
  target_ms bigint,
  PRIMARY KEY (tenant_id, interaction_id, place)
);
CREATE INDEX report_stretch_hold ON report_stretch (tenant_id, agent_id, from_at) WHERE kind = 'hold';
CREATE INDEX report_stretch_wait ON report_stretch (tenant_id, from_at) WHERE kind = 'wait';
CREATE INDEX report_stretch_open ON report_stretch (tenant_id, kind) WHERE to_at IS NULL;
CALL protect('report_stretch');

CREATE TABLE report_presence (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  agent_id uuid NOT NULL,
  at timestamptz NOT NULL,
  seq bigint NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, at, seq)
);
CALL protect('report_presence');

CREATE INDEX interaction_ended ON interaction (tenant_id, ended_at) WHERE ended_at IS NOT NULL;

-- Up to when ended contacts have been judged for first contact resolution.
CREATE TABLE report_progress (
  tenant_id uuid PRIMARY KEY DEFAULT current_tenant() REFERENCES tenant,
  judged_until timestamptz NOT NULL DEFAULT '-infinity'
);
CALL protect('report_progress');
