"""The start of a function as people write it: boto3's clients, then the first event is asked for."""

import os
import urllib.request

import boto3

s3 = boto3.client("s3")
events = boto3.client("events")
urllib.request.urlopen(f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/next")
