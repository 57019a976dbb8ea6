-- One row per monitor and run: the five minutes on either side of which it tells. Source: postman_runs.
-- What coverage says of a stream holds only near these: between two runs nobody looks at the API.
select
    monitor_id as subject,
    started_at - interval '5 minutes' as started_at,
    started_at + interval '5 minutes' as ended_at
from postman_runs
where
    started_at > %(since)s - interval '5 minutes'
    and started_at < %(until)s + interval '5 minutes'
