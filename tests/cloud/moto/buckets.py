"""A bucket answers in its own region only; moto's answers everywhere.

Whoever finds a bucket's region by asking there rests on S3's refusal (S3 user guide, "Redirecting requests").
"""

from __future__ import annotations

from moto.s3.models import s3_backends

from ..checks import AwsError, Request, answer


def refusal(request: Request) -> tuple[int, dict[str, str], bytes] | None:
    """AWS's answer to whoever asks for a bucket in another region than its own."""
    if request.service != "s3" or request.operation in (None, "GetBucketLocation", "CreateBucket"):
        return None
    bucket = s3_backends[request.account or ""]["aws"].buckets.get(request.params.get("Bucket", ""))
    if bucket is None or bucket.region_name == request.region:
        return None
    moved = "The bucket you are attempting to access must be addressed using the specified endpoint."
    status, headers, body = answer(AwsError("PermanentRedirect", moved, 301), request)
    return status, {**headers, "x-amz-bucket-region": bucket.region_name}, body
