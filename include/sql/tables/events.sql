-- One row per tracking id and local day: people active on it, and in the 7 (wau) and 28 (mau) days ending with it.
-- Days do not add up to weeks: who comes on two days is one person.
create table if not exists active_users_daily (
    tracking_id varchar(128) not null,
    day date not null,
    dau bigint not null,
    wau bigint not null,
    mau bigint not null,
    -- dau / mau, null where nobody was active
    stickiness double precision,
    new_users bigint not null,
    returning_users bigint not null,
    known_users bigint not null,
    anonymous_devices bigint not null,
    -- devices taken for robots, and what they did
    bots_left_out bigint not null,
    bot_events_left_out bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id and local day on which sessions began.
create table if not exists sessions_daily (
    tracking_id varchar(128) not null,
    day date not null,
    sessions bigint not null,
    engaged_sessions bigint not null,
    length_p50_seconds double precision,
    length_p90_seconds double precision,
    events bigint not null,
    launches bigint not null,
    crossing_midnight bigint not null,
    bot_sessions_left_out bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id, cohort (the local week, from Monday, of a person's first day) and week after it.
create table if not exists retention_cohorts_weekly (
    tracking_id varchar(128) not null,
    cohort_week date not null,
    week_offset bigint not null,
    cohort_size bigint not null,
    -- active in that week; in that week or any later one
    retained bigint not null,
    retained_or_later bigint not null,
    retained_share double precision not null,
    -- the week is over
    is_complete boolean not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, cohort_week, week_offset)
){{ placed(dist="all", sort=["tracking_id", "cohort_week"]) }};

-- One row per tracking id, funnel of events.toml, local day on which people entered it, and step.
create table if not exists funnel_steps_daily (
    tracking_id varchar(128) not null,
    funnel varchar(64) not null,
    day date not null,
    step bigint not null,
    event_type varchar(128) not null,
    entered bigint not null,
    reached bigint not null,
    reached_share double precision not null,
    -- from the first step to this one
    median_seconds double precision,
    window_days bigint not null,
    -- the window of all who entered is over
    is_complete boolean not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day, funnel, step)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id, local day and event type that was used, or is expected to be by events.toml.
create table if not exists feature_use_daily (
    tracking_id varchar(128) not null,
    day date not null,
    event_type varchar(128) not null,
    users bigint not null,
    events bigint not null,
    active_users bigint not null,
    -- users / active_users
    adoption double precision,
    expected_share double precision,
    first_seen_day date,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day, event_type)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id, local day and make of device that was active. '' and 0: the device did not say.
create table if not exists devices_daily (
    tracking_id varchar(128) not null,
    day date not null,
    brand varchar(256) not null,
    model varchar(256) not null,
    os varchar(256) not null,
    os_version varchar(256) not null,
    language varchar(256) not null,
    app_code varchar(256) not null,
    app_version varchar(256) not null,
    zone_offset_minutes bigint not null,
    devices bigint not null,
    users bigint not null,
    events bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day, brand, model, os, os_version, language, app_code, app_version, zone_offset_minutes)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id, local day and step from one event type to the next in a session, the day's 50 most frequent.
create table if not exists paths_daily (
    tracking_id varchar(128) not null,
    day date not null,
    -- (start) and (exit): the session's ends
    from_type varchar(128) not null,
    to_type varchar(128) not null,
    moves bigint not null,
    place bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day, from_type, to_type)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id and local day of receipt: what came, what was kept, and what had to be seen to.
create table if not exists event_quality_daily (
    tracking_id varchar(128) not null,
    day date not null,
    received bigint not null,
    kept bigint not null,
    -- copies of events that had come before
    duplicates bigint not null,
    late_under_1_day bigint not null,
    late_1_to_3_days bigint not null,
    late_over_3_days bigint not null,
    clock_corrected bigint not null,
    clock_uncertain bigint not null,
    time_implausible bigint not null,
    -- kept and counted, beyond what was agreed
    over_quota bigint not null,
    bot_agent bigint not null,
    -- how long a collector listened: without, no events means nothing
    listened_seconds bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};

-- One row per tracking id, UTC day and reason for which events were refused by the collector.
create table if not exists event_rejects_daily (
    tracking_id varchar(128) not null,
    day date not null,
    reason varchar(512) not null,
    events bigint not null,
    is_settled boolean not null,
    observed_at timestamptz not null,
    primary key (tracking_id, day, reason)
){{ placed(dist="all", sort=["tracking_id", "day"]) }};
