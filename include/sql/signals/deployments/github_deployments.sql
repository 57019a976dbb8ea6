-- One row per repository and deployment to production, when it was begun. Source: github_deployments.
-- Its outcome may change for a day and is not part of the signal. Edit the name if yours is not 'production'.
select
    repository as subject,
    created_at as at,
    1 as value
from github_deployments
where
    gone_at is null
    and environment = 'production'
    and created_at >= %(since)s
    and created_at < %(until)s
