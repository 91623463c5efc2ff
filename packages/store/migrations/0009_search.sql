-- Trigram search. Row-level security keeps the planner from using a trigram index (the operators are not leak-proof), so the index is
-- reached through functions of a role that may read all, which themselves keep to the present tenant.

CREATE POLICY search_reads ON customer FOR SELECT TO :search USING (true);
CREATE POLICY search_reads ON identity FOR SELECT TO :search USING (true);
CREATE POLICY search_reads ON message FOR SELECT TO :search USING (true);
GRANT SELECT ON customer, identity, message TO :search;
GRANT CREATE ON SCHEMA public TO :search;

CREATE FUNCTION search_customers(query text, most integer) RETURNS TABLE (customer_id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public SET pg_trgm.word_similarity_threshold = 0.45 AS $$
  SELECT customer_id, max(score) FROM (
    SELECT c.id AS customer_id, word_similarity(fold(query), c.search) AS score FROM customer c
      WHERE c.tenant_id = current_tenant() AND c.merged_into_id IS NULL AND fold(query) <% c.search
    UNION ALL
    SELECT i.customer_id, word_similarity(fold(query), i.search) FROM identity i
      WHERE i.tenant_id = current_tenant() AND i.kind <> 'visitor' AND fold(query) <% i.search
  ) found GROUP BY customer_id ORDER BY 2 DESC LIMIT least(most, 200)
$$;

CREATE FUNCTION search_messages(query text, most integer) RETURNS TABLE (message_id uuid, conversation_id uuid, score real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public SET pg_trgm.word_similarity_threshold = 0.5 AS $$
  SELECT m.id, m.conversation_id, word_similarity(fold(query), m.search) AS score FROM message m
    WHERE m.tenant_id = current_tenant() AND fold(query) <% m.search
    ORDER BY score DESC, m.created_at DESC LIMIT least(most, 200)
$$;

ALTER FUNCTION search_customers(text, integer) OWNER TO :search;
ALTER FUNCTION search_messages(text, integer) OWNER TO :search;
REVOKE CREATE ON SCHEMA public FROM :search;
REVOKE ALL ON FUNCTION search_customers(text, integer), search_messages(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_customers(text, integer), search_messages(text, integer) TO :app;
