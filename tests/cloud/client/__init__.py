"""A small AWS client with the AWS CLI's words, for the harness and by hand.

It knows every service that botocore knows, and takes `SERVICE OPERATION --PARAMETER VALUE …` as the AWS CLI does:
`python tests/cloud/client iam list-users`. The harness keeps it running, because most of a short call's time is the
start of Python and the reading of the services' models.
"""
