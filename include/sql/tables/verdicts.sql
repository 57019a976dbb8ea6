-- One row per report (as_of and window), question and services: the answer. Never changed once written.
create table if not exists verdicts (
    as_of timestamptz not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    question varchar(128) not null,
    services varchar(512) not null,
    -- supported, not supported, too little data, not measurable
    verdict varchar(32) not null,
    reason varchar(65535) not null,
    -- share: difference of two shares; ratio: observed / expected - 1
    effect_unit varchar(16),
    effect double precision,
    effect_low double precision,
    effect_high double precision,
    effect_observed double precision,
    effect_expected double precision,
    lag_minutes bigint,
    followed_count bigint,
    p double precision,
    p_adjusted double precision,
    p_strict double precision,
    cause_count bigint not null,
    effect_count double precision not null,
    -- cause first, effect first, order not resolved
    direction varchar(32) not null,
    direction_p double precision,
    smallest_detectable double precision,
    day_count bigint not null,
    -- how much of the window's time was observed and settled
    cause_observed_share double precision not null,
    effect_observed_share double precision not null,
    seed bigint not null,
    permutations bigint not null,
    code_version varchar(256) not null,
    -- the lake's folder of the report, its signals and its page
    report_key varchar(512) not null,
    primary key (as_of, window_start, window_end, question, services)
){{ placed(dist="all", sort=["as_of"]) }};

-- One row per row of verdicts and lag window; minutes are negative for windows before the event.
create table if not exists verdict_windows (
    as_of timestamptz not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    question varchar(128) not null,
    services varchar(512) not null,
    minutes bigint not null,
    event_count bigint not null,
    followed_count bigint,
    observed double precision,
    expected double precision,
    z double precision,
    p double precision,
    primary key (as_of, window_start, window_end, question, services, minutes)
){{ placed(dist="all", sort=["as_of"]) }};
