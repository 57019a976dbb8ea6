-- One row per property and minute with any activity. Users are not additive over minutes.
create table if not exists google_analytics_traffic (
    property_id varchar(512) not null,
    at timestamptz not null,
    active_users bigint,
    new_users bigint,
    total_users bigint,
    sessions bigint,
    page_views bigint,
    events bigint,
    observed_at timestamptz not null,
    primary key (property_id, at)
){{ placed(dist="at", sort=["at"]) }};

-- One row per property and minute, as reported within half an hour; the table of traffic has the settled figures.
create table if not exists google_analytics_realtime (
    property_id varchar(512) not null,
    at timestamptz not null,
    active_users bigint,
    page_views bigint,
    events bigint,
    observed_at timestamptz not null,
    primary key (property_id, at)
){{ placed(dist="at", sort=["at"]) }};
