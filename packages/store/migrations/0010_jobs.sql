-- The job queue (graphile-worker) belongs to a role of its own. The app role reaches it by one door, which stamps the tenant on the job.

CREATE SCHEMA graphile_worker AUTHORIZATION :jobs;
-- With its first table in place graphile-worker needs no right to create schemas.
CREATE TABLE graphile_worker.migrations (id int PRIMARY KEY, ts timestamptz NOT NULL DEFAULT now(), breaking boolean NOT NULL DEFAULT false);
ALTER TABLE graphile_worker.migrations OWNER TO :jobs;

-- key: a waiting job with the same key is replaced; serial: jobs with the same name run one after the other.
CREATE FUNCTION enqueue(task text, payload jsonb, run_at timestamptz DEFAULT NULL, key text DEFAULT NULL, serial text DEFAULT NULL, max_attempts integer DEFAULT 25)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, graphile_worker AS $$
BEGIN
  IF current_tenant() IS NULL THEN RAISE EXCEPTION 'A job needs a tenant'; END IF;
  PERFORM graphile_worker.add_job(task, (payload || jsonb_build_object('tenantId', current_tenant()))::json,
    queue_name => serial, run_at => run_at, max_attempts => max_attempts,
    job_key => CASE WHEN key IS NULL THEN NULL ELSE current_tenant() || ':' || key END);
END $$;
GRANT CREATE ON SCHEMA public TO :jobs;
ALTER FUNCTION enqueue(text, jsonb, timestamptz, text, text, integer) OWNER TO :jobs;
REVOKE CREATE ON SCHEMA public FROM :jobs;
REVOKE ALL ON FUNCTION enqueue(text, jsonb, timestamptz, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION enqueue(text, jsonb, timestamptz, text, text, integer) TO :app;
