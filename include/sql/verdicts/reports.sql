-- One row per report before a moment, newest first, with how many of its questions have an answer. Source: verdicts.
select
    as_of,
    report_key,
    sum(case when verdict in ('supported', 'not supported') then 1 else 0 end) as answers
from verdicts
where as_of < %(before)s
group by as_of, report_key
order by as_of desc, report_key desc
limit 1
