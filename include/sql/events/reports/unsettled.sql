-- One row per day of active_users_daily that was not settled when it was counted last.
select day
from active_users_daily
where not is_settled
group by day
