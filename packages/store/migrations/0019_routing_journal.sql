-- What a tenant's router was told, turn by turn, and what it decided: from it replay is exact.

-- A row with start begins a stretch: a router made anew and told all that the database knew. The rows after it, up to the next start, are the turns
-- of that router. json, not jsonb: kept as it was told, to the order of keys, and cheaper to put in.
CREATE TABLE routing_journal (
  tenant_id uuid NOT NULL DEFAULT current_tenant(),
  seq bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  start boolean NOT NULL DEFAULT false,
  told json NOT NULL,                    -- RoutingEvent[], in order
  decisions json NOT NULL,               -- [{"type":"offer","interactionId":"…","agentId":"…","queueId":"…","at":1,"expiresAt":2}, …]; the receipts are in receipt
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX routing_journal_at ON routing_journal (tenant_id, at);
CREATE INDEX routing_journal_start ON routing_journal (tenant_id, seq) WHERE start;
CALL protect('routing_journal');

-- Fencing: grows each time somebody takes the lease up anew. Whoever commits decisions shows the epoch in the same transaction.
ALTER TABLE router_lease ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
CREATE POLICY log_reads ON router_lease FOR SELECT TO :log USING (true);
GRANT SELECT ON router_lease TO :log;

-- Who is connected to which server node: people's screens and phones, visitors' chats. Renewed every few seconds; a node not heard of for a while has nobody.
CREATE TABLE server_node (
  tenant_id uuid NOT NULL DEFAULT current_tenant() REFERENCES tenant,
  node text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  screen_user_ids uuid[] NOT NULL DEFAULT '{}',
  phone_user_ids uuid[] NOT NULL DEFAULT '{}',
  chat_conversation_ids uuid[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant_id, node)
);
CALL protect('server_node');
