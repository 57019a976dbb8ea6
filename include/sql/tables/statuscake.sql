-- One row per uptime test, as last observed.
create table if not exists statuscake_tests (
    account varchar(512) not null,
    test_id varchar(512) not null,
    name varchar(65535),
    website_url varchar(65535),
    test_type varchar(65535),
    check_rate_seconds bigint,
    is_paused boolean,
    status varchar(65535),
    uptime_percent double precision,
    tags varchar(65535),
    observed_at timestamptz not null,
    -- when the first reading that no longer has the row was made; null: it is there
    gone_at timestamptz,
    primary key (account, test_id)
){{ placed(dist="all", sort=["test_id"]) }};

-- One row per test and period up or down; ended_at is null while it lasts.
create table if not exists statuscake_periods (
    test_id varchar(512) not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    status varchar(65535) not null,
    duration_ms bigint,
    observed_at timestamptz not null,
    primary key (test_id, started_at)
){{ placed(dist="started_at", sort=["started_at"]) }};

-- One row per alert sent; not a list of outages, for tests delay and repeat their alerts.
create table if not exists statuscake_alerts (
    test_id varchar(512) not null,
    alert_id varchar(512) not null,
    triggered_at timestamptz not null,
    status varchar(65535),
    status_code bigint,
    observed_at timestamptz not null,
    primary key (test_id, alert_id)
){{ placed(dist="alert_id", sort=["triggered_at"]) }};

-- One row per test, check and place it was made from; the place is '' when the target did not answer.
create table if not exists statuscake_history (
    test_id varchar(512) not null,
    checked_at timestamptz not null,
    location varchar(512) not null,
    performance_ms bigint,
    status_code bigint,
    observed_at timestamptz not null,
    primary key (test_id, checked_at, location)
){{ placed(dist="checked_at", sort=["checked_at"]) }};
