-- One row per report of before a moment, the newest first. Source: verdicts.
select
    as_of,
    report_key
from verdicts
where as_of < %(before)s
group by as_of, report_key
order by as_of desc, report_key desc
limit 1
