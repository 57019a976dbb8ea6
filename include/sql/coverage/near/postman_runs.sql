-- One row per monitor and run: the five minutes on either side that it covers. Source: postman_runs.
-- The stream covers only the time near its runs: between two runs the monitor does not check the API.
select
    monitor_id as subject,
    started_at - interval '5 minutes' as started_at,
    started_at + interval '5 minutes' as ended_at
from postman_runs
where
    started_at > %(since)s - interval '5 minutes'
    and started_at < %(until)s + interval '5 minutes'
