-- One row per tracking id and instance that is another kind of sender than was known before, with the time in which
-- its events may be. Sources: kinds, kinds_before, instances_before.
select
    kinds.tracking,
    kinds.instance,
    instances_before.first_ms,
    instances_before.last_ms
from kinds
inner join kinds_before
    on
        kinds.tracking = kinds_before.tracking
        and kinds.instance = kinds_before.instance
inner join instances_before
    on
        kinds.tracking = instances_before.tracking
        and kinds.instance = instances_before.instance
where
    kinds.kind <> kinds_before.kind
    or kinds.is_robot <> kinds_before.is_robot
