-- Mail rules as the engine reads them: match: all conditions or any of them; goes_on: the rules below are tried too.
ALTER TABLE mail_rule ADD COLUMN match text NOT NULL DEFAULT 'all' CHECK (match IN ('all', 'any'));
ALTER TABLE mail_rule ADD COLUMN goes_on boolean NOT NULL DEFAULT false;

-- state_sentence: what fails at present, or why it was switched off; busy_until: somebody delivers for this hook until then.
ALTER TABLE webhook ADD COLUMN state_sentence text NOT NULL DEFAULT '';
ALTER TABLE webhook ADD COLUMN busy_until timestamptz;
ALTER TABLE webhook ADD CONSTRAINT webhook_name UNIQUE (tenant_id, name);
-- Which tenants have hooks must be known to go on after a restart.
CREATE POLICY log_reads ON webhook FOR SELECT TO :log USING (true);
GRANT SELECT (tenant_id, id, active) ON webhook TO :log;

CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (tenant_id, webhook_id, id DESC);
