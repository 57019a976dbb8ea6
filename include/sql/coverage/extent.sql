-- One row per source, stream and subject: the first and the last moment that is covered. Source: coverage.
-- A window that was read before it was over counts up to when it was read.
select
    source,
    stream,
    subject,
    min(window_start) as first_at,
    max(least(window_end, observed_at)) as last_at,
    max(observed_at) as observed_at
from coverage
where is_complete
group by source, stream, subject
