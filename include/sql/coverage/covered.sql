-- One row per subject, state, flags and unbroken interval that is covered. Source: coverage.
-- state covered: all of it. state settled: up to lookback_seconds before it was observed;
-- with the flags of the settled rows. Clipped to the window; intervals that touch are joined.
with complete as (
    select
        subject,
        flags,
        greatest(window_start, %(since)s) as started_at,
        least(window_end, %(until)s) as ended_at,
        cast(date_trunc('second', observed_at) as timestamptz) - %(lookback_seconds)s * interval '1 second' as settled_until
    from coverage
    where
        source = %(source)s
        and stream = %(stream)s
        and is_complete
        and window_start < %(until)s
        and window_end > %(since)s
),

states as (
    select
        subject,
        'covered' as state,
        '' as flags,
        started_at,
        ended_at
    from complete
    union all
    select
        subject,
        'settled' as state,
        flags,
        started_at,
        least(ended_at, settled_until) as ended_at
    from complete
),

ordered as (
    select
        subject,
        state,
        flags,
        started_at,
        ended_at,
        max(ended_at) over (
            partition by subject, state, flags
            order by started_at, ended_at
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from states
    where started_at < ended_at
),

numbered as (
    select
        subject,
        state,
        flags,
        started_at,
        ended_at,
        sum(case when started_at <= covered_before then 0 else 1 end) over (
            partition by subject, state, flags
            order by started_at, ended_at
            rows between unbounded preceding and current row
        ) as island
    from ordered
)

select
    subject,
    state,
    flags,
    min(started_at) as started_at,
    max(ended_at) as ended_at
from numbered
group by subject, state, flags, island
