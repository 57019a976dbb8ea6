-- One row per subject's stream: when its coverage begins, null where nobody ever looked. Source: coverage.
select min(window_start) as covered_since
from coverage
where
    source = %(source)s
    and stream = %(stream)s
    and subject = %(subject)s
