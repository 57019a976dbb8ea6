-- One row per subject: when the coverage of its stream begins. Source: coverage.
select
    subject,
    min(window_start) as first_covered_at
from coverage
where
    source = %(source)s
    and stream = %(stream)s
group by subject
