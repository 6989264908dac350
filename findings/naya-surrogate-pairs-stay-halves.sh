#!/usr/bin/env bash
# naya 1.1.1 (PyPI), a streaming JSON reader: a string with a character above U+FFFF as a pair of \u escapes.
# Guess: one character, as RFC 8259 section 7 has it, and as json.loads reads it.
# Seen: two lone surrogates. Encoding the string raises, and it equals no key that was read as the character itself.
# Hurt: whoever counts keys of NDJSON that some writers escape (PHP, Python's default) and others do not: two keys for one text.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check naya==1.1.1

cat >run.py <<'E'
import io
import json
import naya

source = '["\\ud834\\udd1e", "\U0001d11e"]'
for name, values in [("naya", list(naya.stream_array(naya.tokenize(io.StringIO(source))))), ("json", json.loads(source))]:
    print(name, [ascii(value) for value in values], "one key" if len(set(values)) == 1 else "two keys")
    try:
        values[0].encode()
        print("encodes")
    except UnicodeEncodeError as error:
        print("does not encode:", error.reason)
E
env/bin/python run.py | tee seen

cat >expected <<'E'
naya ["'\\ud834\\udd1e'", "'\\U0001d11e'"] two keys
does not encode: surrogates not allowed
json ["'\\U0001d11e'", "'\\U0001d11e'"] one key
encodes
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
