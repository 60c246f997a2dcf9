-- A second role that serves the portal and owns nothing. The first, cong, keeps the tables and changes them at an upgrade.
-- Once, as a superuser, in the portal's database: psql -d cong -f serving-role.sql
-- What comes of it, and what is done as which of the two: docs/operators.md, Two roles.

CREATE ROLE cong_serve LOGIN;
GRANT USAGE ON SCHEMA public TO cong_serve;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cong_serve;
GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA public TO cong_serve;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM cong_serve;
-- Of the tables that an upgrade makes.
ALTER DEFAULT PRIVILEGES FOR ROLE cong IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cong_serve;
ALTER DEFAULT PRIVILEGES FOR ROLE cong IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO cong_serve;
