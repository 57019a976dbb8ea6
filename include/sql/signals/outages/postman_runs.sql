-- One row per monitor and run that did not succeed: down from its start to the next run's. Source: postman_runs.
-- Rows that touch are one outage; outages that touch the window are not cut. A run counts for a day at most.
with runs as (
    select
        monitor_id,
        started_at,
        status,
        assertions_failed,
        requests_failed,
        lead(started_at) over (
            partition by monitor_id
            order by started_at
        ) as next_started_at
    from postman_runs
    where
        started_at > %(since)s - interval '1 day'
        and started_at < %(until)s + interval '1 day'
),

failed as (
    select
        monitor_id,
        started_at,
        least(coalesce(next_started_at, started_at + interval '1 day'), started_at + interval '1 day') as ended_at
    from runs
    where
        -- The vendor has many words for failure (failed, error, aborted, timed out) and few for success.
        lower(status) not in ('success', 'successful', 'passed')
        or assertions_failed > 0
        or requests_failed > 0
)

select
    monitor_id as subject,
    started_at,
    ended_at
from failed
where
    started_at < %(until)s
    and ended_at > %(since)s
