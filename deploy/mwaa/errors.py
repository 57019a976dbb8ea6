"""Errors of a deployment to Amazon MWAA, with their causes and remedies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

POLICY = "deploy/iam/deployer.json"
# The required permission by API operation.
PERMISSIONS = {
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "ListObjectsV2": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "GetEnvironment": "airflow:GetEnvironment",
    "UpdateEnvironment": "airflow:UpdateEnvironment",
}
_DENIED = {"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled"}
_WRONG_CREDENTIALS = {
    "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidToken",
    "RequestExpired", "SignatureDoesNotMatch", "UnrecognizedClientException",
}  # fmt: skip
_LOG_IN = "Log in (`aws sso login`, AWS_PROFILE, a role of the machine) and look with `aws sts get-caller-identity`."


class DeployError(Exception):
    """An error that stops a deployment; the message states the cause and the remedy."""


@contextmanager
def explained(bucket: str, environment: str) -> Iterator[None]:
    """Turn boto3's errors into a DeployError that names the bucket, the environment, the cause and the remedy."""
    try:
        yield
    except ClientError as error:
        raise DeployError(_refused(error, bucket, environment)) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound, SSOError, TokenRetrievalError) as error:
        raise DeployError(f"There are no usable AWS credentials ({error}). {_LOG_IN}") from error
    except NoRegionError as error:
        raise DeployError("No AWS region is set. Pass --region, or set AWS_REGION.") from error
    except (ConnectionError, HTTPClientError) as error:
        text = f"AWS was not reached: {error}. Look at the network, the proxy, and whether the region is spelt right."
        raise DeployError(text) from error
    except BotoCoreError as error:
        raise DeployError(f"The AWS client stopped: {error}") from error


def _refused(error: ClientError, bucket: str, environment: str) -> str:
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    operation = error.operation_name
    if code in _WRONG_CREDENTIALS:
        return f"AWS does not accept the credentials ({code}: {message}). {_LOG_IN} What was begun goes on; run again."
    if code in _DENIED:
        permission = PERMISSIONS.get(operation, operation)
        return f"AWS denied {operation} ({message}). Who deploys needs {permission}, as {POLICY} grants it."
    if code == "NoSuchBucket" or (code == "404" and operation != "HeadObject"):
        return f"There is no bucket '{bucket}'. Is --bucket spelt right, and are these credentials of its account?"
    if code in ("PermanentRedirect", "301", "AuthorizationHeaderMalformed"):
        return f"The bucket '{bucket}' is in another region than the one asked. Pass --region ({message})."
    if code == "ResourceNotFoundException":
        return (
            f"There is no MWAA environment '{environment}' in this region and account ({message}). "
            "`aws mwaa list-environments --region REGION` lists them; pass --environment and --region."
        )
    if operation == "UpdateEnvironment":
        return (
            f"MWAA refused the update of '{environment}' ({code}: {message}). If somebody else has begun to update it, "
            "run this again when it is AVAILABLE; what is in the bucket is found there and not sent again."
        )
    return f"AWS refused {operation} ({code}: {message})."
