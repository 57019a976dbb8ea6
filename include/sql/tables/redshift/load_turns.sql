-- One row per nothing: it stays empty. Loads take turns by locking it, and who only reads the tables need not wait.
-- Redshift's lock is an exclusive one: on the tables themselves it would wait for every reader, and they for it.
create table if not exists load_turns (
    turn bigint not null,
    primary key (turn)
){{ placed(dist="all", sort=["turn"]) }};
