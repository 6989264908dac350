"""Calls a server through the client that openapi-python-client made; `clients.ts` runs it."""

import sys
from io import BytesIO

from millrace_client import Client
from millrace_client.api.counting import count
from millrace_client.api.jobs import get_job, get_job_result, submit_job
from millrace_client.models.json_input_type_0 import JsonInputType0 as Words
from millrace_client.types import File

client = Client(base_url=sys.argv[1])
text = "to be or not to be"


def body():
    return File(payload=BytesIO(text.encode()))


def counts(response):
    assert response.status_code == 200, response
    return [(each.key, each.count) for each in response.parsed.counts]


assert counts(count.sync_detailed(client=client, body=body(), top=2)) == [("be", 2), ("to", 2)]
words = Words(words=["to be", "to be"])
assert counts(count.sync_detailed(client=client, body=words)) == [("to be", 2)]

refused = count.sync_detailed(client=client, body=body(), n=9)
assert refused.status_code == 400 and refused.parsed.type_.value.endswith("invalid-parameter")

job = submit_job.sync_detailed(client=client, body=body()).parsed
assert get_job.sync_detailed(job.id, client=client).parsed.id == job.id
result = get_job_result.sync_detailed(job.id, client=client, top=1, wait=30)
assert counts(result) == [("be", 2)]
print("the generated Python client counts")
