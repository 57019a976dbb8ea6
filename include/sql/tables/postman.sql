-- One row per monitor, as last observed.
create table if not exists postman_monitors (
    monitor_id varchar(512) not null,
    uid varchar(65535),
    name varchar(65535),
    owner varchar(65535),
    collection_uid varchar(65535),
    environment_uid varchar(65535),
    schedule_cron varchar(65535),
    schedule_timezone varchar(65535),
    next_run_at timestamptz,
    observed_at timestamptz not null,
    primary key (monitor_id)
){{ placed(dist="all", sort=["monitor_id"]) }};

-- One row per monitor and finished run that was read; coverage says in which time others were not seen.
create table if not exists postman_runs (
    monitor_id varchar(512) not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    status varchar(65535),
    assertions_total bigint,
    assertions_failed bigint,
    requests_total bigint,
    requests_failed bigint,
    observed_at timestamptz not null,
    primary key (monitor_id, started_at)
){{ placed(dist="started_at", sort=["started_at"]) }};
