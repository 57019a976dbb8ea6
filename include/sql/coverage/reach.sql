-- One row per source, stream and subject: from when to when its complete coverage reaches. Source: coverage.
select
    source,
    stream,
    subject,
    min(window_start) as first_at,
    max(window_end) as last_at,
    max(observed_at) as observed_at
from coverage
where is_complete
group by source, stream, subject
