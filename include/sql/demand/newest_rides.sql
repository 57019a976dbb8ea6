-- One row per table that has rides: when the newest of them came in. Source: rides_history.
select max(observed_at) as observed_at
from rides_history
where hour_at < %(until)s
having count(*) > 0
