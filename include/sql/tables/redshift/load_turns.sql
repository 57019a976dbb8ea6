-- Always empty; it exists to be locked. Loads take turns by locking it, so that readers of the tables need not wait.
-- Redshift's lock is exclusive: a lock on the tables themselves would wait for every reader, and readers for it.
create table if not exists load_turns (
    turn bigint not null,
    primary key (turn)
){{ placed(dist="all", sort=["turn"]) }};
