-- The extensions, and the roles besides the owner. If the owner may not create roles, they exist already, and nothing
-- is created (decision 0002).
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- usher_app is the login role of the running server, which owns nothing and does not bypass row-level security.
-- usher_search cannot log in; it owns the search functions, because queries under row-level security do not use a
-- trigram index, and reads only the columns that are searched.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usher_app') THEN
        CREATE ROLE usher_app LOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usher_search') THEN
        CREATE ROLE usher_search NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'usher_search', 'MEMBER') THEN
        EXECUTE format('GRANT usher_search TO %I', current_user);
    END IF;
END $$;

GRANT USAGE ON SCHEMA public TO usher_app;
GRANT USAGE, CREATE ON SCHEMA public TO usher_search;
-- The server compares the names of the migrations with its own before it starts.
GRANT SELECT ON seaql_migrations TO usher_app;
