-- One row per subject and unbroken interval that was asked about and will not be restated.
-- Source: coverage, without what the vendor said is gone: should it come back, that time is asked about again.
-- A window counts up to lookback_seconds before it was observed; overlapping ones are joined.
with settled as (
    select
        subject,
        window_start,
        least(
            window_end,
            cast(date_trunc('second', observed_at) as timestamptz) - %(lookback_seconds)s * interval '1 second'
        ) as window_end
    from coverage
    where
        source = %(source)s
        and stream = %(stream)s
        and position('gone' in flags) = 0
        and window_start < %(until)s
        and window_end > %(since)s
),

ordered as (
    select
        subject,
        window_start,
        window_end,
        max(window_end) over (
            partition by subject
            order by window_start, window_end
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from settled
    where window_start < window_end
),

numbered as (
    select
        subject,
        window_start,
        window_end,
        sum(case when window_start <= covered_before then 0 else 1 end) over (
            partition by subject
            order by window_start, window_end
            rows between unbounded preceding and current row
        ) as island
    from ordered
)

select
    subject,
    min(window_start) as window_start,
    max(window_end) as window_end
from numbered
group by subject, island
order by subject, window_start
