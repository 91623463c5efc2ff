-- More of who is connected to which server node, and one look at all of them.

ALTER TABLE server_node ADD COLUMN guest_user_ids uuid[] NOT NULL DEFAULT '{}';   -- in a call that is somebody else's
ALTER TABLE server_node ADD COLUMN voice_node_ids text[] NOT NULL DEFAULT '{}';   -- voice nodes linked to it that have calls of the tenant
CREATE POLICY log_reads ON server_node FOR SELECT TO :log USING (true);
GRANT SELECT ON server_node TO :log;
