-- One row per tracking id, event id and day of the client's clock: the copy that was received first.
-- Source: copies, which holds what came now (is_known 0) and what is in clean already (is_known 1).
select
    copies.*,
    row_number() over (
        partition by tracking, id, client_day
        order by received_us, request, request_offset, is_known desc
    ) as place
from copies
