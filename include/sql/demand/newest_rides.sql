-- One row per table, none where it has no rides: when the newest of its rides came in. Source: rides_history.
select max(observed_at) as observed_at
from rides_history
where hour_at < %(until)s
having count(*) > 0
