"""The AWS services, each behind the few calls that the pipeline makes."""
