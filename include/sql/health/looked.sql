-- One row per source, stream and subject: up to when somebody looked, whatever was to be seen. Source: coverage.
-- What the vendor says is gone was not looked at; a window that reaches beyond its reading counts up to the reading.
select
    source,
    stream,
    subject,
    max(case when window_end < observed_at then window_end else observed_at end) as looked_at
from coverage
where position('gone' in flags) = 0
group by source, stream, subject
