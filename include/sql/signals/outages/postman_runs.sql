-- One row per monitor and failed run: down from its start to the next run's. Source: postman_runs.
-- Rows that touch are one outage; those that touch the window are whole. A run tells nothing of what is more than a day after it.
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
        status = 'failed'
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
