-- Without pg_temp at the end of the path it is searched first: whoever can make a temporary table could have a function with more rights read it.
ALTER FUNCTION search_customers(text, integer) SET search_path = public, pg_temp;
ALTER FUNCTION search_messages(text, integer) SET search_path = public, pg_temp;
ALTER FUNCTION ensure_event_partitions(integer) SET search_path = public, pg_temp;
ALTER FUNCTION enqueue(text, jsonb, timestamptz, text, text, integer) SET search_path = public, graphile_worker, pg_temp;
-- Every function may be called by everybody until that is taken back.
REVOKE ALL ON FUNCTION ensure_event_partitions(integer) FROM PUBLIC;

-- A transaction that stays open holds back the events of all tenants (decision 0002), and a query that never ends holds a connection.
ALTER ROLE :app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE :app SET statement_timeout = '5min';
