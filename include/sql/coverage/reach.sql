-- One row per source, stream and subject: from when to when its complete coverage reaches. Source: coverage.
-- What is read ahead of its time is known, and reaches no further than to when it was read.
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
