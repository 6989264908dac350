#!/usr/bin/env bash
# openapi-python-client 0.29.1 (PyPI): an operation whose body has two media types, one of them JSON
# that is an array of strings or an object.
# Guess: a client that sends either; the document is valid and the generator reports no problem.
# Seen: the client picks the media type by isinstance(body, ... | list[str]), which Python refuses
# ("argument 2 cannot be a parameterized generic"), so every call raises, whatever body it is given.
# Hurt: whoever serves a document with a bare array among its bodies: each of its Python clients is
# made without a word and cannot make a single request of that operation.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv venv
venv/bin/pip install --quiet openapi-python-client==0.29.1

cat > api.json <<'JSON'
{
  "openapi": "3.1.0",
  "info": { "title": "Sizes", "version": "1" },
  "paths": {
    "/size": {
      "post": {
        "operationId": "size",
        "parameters": [{ "name": "unit", "in": "query", "schema": { "type": "string" } }],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "anyOf": [
                  { "type": "array", "items": { "type": "string" } },
                  { "type": "object", "properties": { "text": { "type": "string" } } }
                ]
              }
            },
            "application/octet-stream": { "schema": { "type": "string", "format": "binary" } }
          }
        },
        "responses": { "204": { "description": "measured" } }
      }
    }
  }
}
JSON
generated=$(venv/bin/openapi-python-client generate --path api.json --output-path client --meta none 2>&1)

cat > call.py <<'PY'
from io import BytesIO

from client.api.default import size
from client.types import File

for name, body in [("bytes", File(payload=BytesIO(b"a"))), ("array", ["a"])]:
    try:
        size._get_kwargs(body=body)
        print(f"{name}: a request")
    except TypeError as error:
        print(f"{name}: {error}")
PY
said=$(venv/bin/python call.py)
echo "$said"
if grep -qi "parsing" <<<"$generated"; then # a missing formatter is all that it tells of
  echo "the generator says so: $generated"
  exit 1
fi
[ "$said" = "bytes: isinstance() argument 2 cannot be a parameterized generic
array: isinstance() argument 2 cannot be a parameterized generic" ]
