-- Leaves one row per key of the days since and until that was counted at the run's moment or later.
delete from {{ table }}
where
    {{ day }} >= %(since)s
    and {{ day }} <= %(until)s
    and observed_at < %(observed_at)s
