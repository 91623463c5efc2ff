-- How much of an agent's capacity was in use, by weight: see loadMs in packages/core/src/report/totals.ts.

-- Of a handling: the thousandths of the agent's capacity it takes. What was taken before this was told counts as all of it.
ALTER TABLE report_stretch ADD COLUMN share integer NOT NULL DEFAULT 1000;
ALTER TABLE report_rollup ADD COLUMN load_ms bigint NOT NULL DEFAULT 0;
UPDATE report_rollup SET load_ms = occupied_ms WHERE occupied_ms <> 0;

-- Whether those who wait in a chat are told their place in line, and how long it may take. (Callers: queue.voice.)
ALTER TABLE queue
  ADD COLUMN tell_position boolean NOT NULL DEFAULT true,
  ADD COLUMN tell_wait boolean NOT NULL DEFAULT true;
