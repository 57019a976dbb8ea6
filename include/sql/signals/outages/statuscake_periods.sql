-- One row per test and outage. Source: statuscake_periods.
-- Outages that touch the window are not cut; ended_at is null while it lasts.
select
    test_id as subject,
    started_at,
    ended_at
from statuscake_periods
where
    status = 'down'
    and started_at < %(until)s
    and (ended_at is null or ended_at > %(since)s)
