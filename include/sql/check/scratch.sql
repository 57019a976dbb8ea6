-- One row per name that the check of a warehouse loads; dropped when the check ends.
create table {{ table }} (
    name varchar(64) not null,
    kind varchar(16) not null,
    label varchar(65535),
    number bigint,
    share double precision,
    is_on boolean,
    at timestamptz,
    observed_at timestamptz not null,
    primary key (name)
){{ placed(dist="name", sort=["observed_at"]) }};
