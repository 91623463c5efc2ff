-- A server renews all the leases it holds at once, whatever tenants they are of: a chore of its own, so by the role of the chores. The role that reads across tenants only reads.
CREATE POLICY jobs_renews ON router_lease TO :jobs USING (true);
GRANT SELECT, UPDATE (expires_at) ON router_lease TO :jobs;
