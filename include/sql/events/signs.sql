-- One row per sign-in and sign-out on a device. Sources: signs_before, removed, added.
select
    signs_before.tracking,
    signs_before.timeline,
    signs_before.user_id,
    signs_before.request,
    signs_before.id,
    signs_before.is_in,
    signs_before.at_ms,
    signs_before.received_us,
    signs_before.request_offset,
    signs_before.client_day
from signs_before
left join removed
    on
        signs_before.tracking = removed.tracking
        and signs_before.id = removed.id
        and signs_before.client_day = removed.client_day
where removed.id is null

union all

select
    tracking,
    timeline,
    coalesce(user_id, '') as user_id,
    request,
    id,
    case when type = 'user.signedIn' then 1 else 0 end as is_in,
    client_ms + shift_ms as at_ms,
    received_us,
    request_offset,
    client_day
from added
where
    timeline like 'device:%'
    and (type = 'user.signedOut' or (type = 'user.signedIn' and user_id is not null))
