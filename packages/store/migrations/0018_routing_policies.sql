-- By what policy a queue is served, and what policies may ask of agents, customers and brands.

-- policy: {"order":"priority"|"firstCome"|"serviceLevel"|"cost","curve":[{"afterSeconds":0,"cost":0},…],"handleSeconds":300,
--   "maxWaitSeconds":{"voice":600},"reserves":[{"queueId":"…","keep":1,"unlessWaiting":5}]}; what is absent is as in the API's DEFAULT_POLICY.
-- steps may also have "where" (an expression), "queueIds" (whose agents help) and "whenLevelBelow" (0 to 1).
ALTER TABLE queue
  ADD COLUMN policy jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN prefer_last_agent boolean NOT NULL DEFAULT true;    -- who served the customer last is asked first

ALTER TABLE users ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}';  -- what expressions call agent.…

-- Points that everything of a brand or customer has above others.
ALTER TABLE brand ADD COLUMN routing_weight integer NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN routing_weight integer NOT NULL DEFAULT 0;
-- Both together, as of when it was queued; priority is what people set by hand.
ALTER TABLE interaction ADD COLUMN routing_weight integer NOT NULL DEFAULT 0;
