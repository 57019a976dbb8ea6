-- One row per file of rides that was read: when the version that was read was last changed. Source: coverage.
select
    subject,
    max(observed_at) as observed_at
from coverage
where
    source = 'rides'
    and stream = 'history'
group by subject
