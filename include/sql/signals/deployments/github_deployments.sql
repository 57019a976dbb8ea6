-- One row per repository and deployment to production, when it was begun. Source: github_deployments.
-- What became of it changes for a day and is no part of the signal; another name than production stands here.
select
    repository as subject,
    created_at as at,
    1 as value
from github_deployments
where
    environment = 'production'
    and created_at >= %(since)s
    and created_at < %(until)s
