-- One row per source, stream and subject: up to when it was asked about, whatever the answer. Source: coverage.
-- What the vendor says is gone does not count; a window that was read before it was over counts up to when it was read.
select
    source,
    stream,
    subject,
    max(case when window_end < observed_at then window_end else observed_at end) as asked_until
from coverage
where position('gone' in flags) = 0
group by source, stream, subject
