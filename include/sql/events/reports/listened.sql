-- One row per stretch of time in which a collector listened, of those that touch the window. Source: coverage.
select
    window_start,
    window_end
from coverage
where
    source = 'events'
    and stream = 'collector'
    and is_complete
    and window_end > %(since)s
    and window_start < %(until)s
