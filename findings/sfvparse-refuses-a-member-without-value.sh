#!/usr/bin/env bash
# sfvparse 0.1.0 (PyPI): dictionaries of structured fields (RFC 8941), "full" parsing of which it promises.
# Guess: a member without a value is true, as 3.2 of the RFC says and its example "a=?0, b, c; foo=bar" shows.
# Seen: a member without a value raises, though a parameter without one is read. So Priority "u=1, i", as browsers send it, raises.
# Decimals, strings and tokens are not told apart either: a list of 1.0, "GET" and GET is written back as 1, GET and GET.
# Hurt: whoever reads Priority, Cache-Status or Accept-CH-like fields by it: valid requests fail, and what is passed on changes type.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sfvparse==0.1.0

cat >probe.py <<'E'
from sfvparse import parse_dict, parse_list, serialize_list

for field in ("u=1", "u=1, i", "i", "a=?0, b, c; foo=bar", "a=1;b", "max-age=60, no-store"):
    try:
        print(f"dictionary {field}:", {key: (member["value"], member["params"]) for key, member in parse_dict(field).items()})
    except ValueError as error:
        print(f"dictionary {field}:", str(error).split(":")[0])
for field in ('1.0, 1.50, "GET", GET', '"a";q="b"'):
    print(f"list {field} written back:", serialize_list(parse_list(field)).decode())
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
dictionary u=1: {'u': (1, {})}
dictionary u=1, i: expected '=' after dictionary key 'i' at position 6
dictionary i: expected '=' after dictionary key 'i' at position 1
dictionary a=?0, b, c; foo=bar: expected '=' after dictionary key 'b' at position 7
dictionary a=1;b: {'a': (1, {'b': True})}
dictionary max-age=60, no-store: expected '=' after dictionary key 'no-store' at position 20
list 1.0, 1.50, "GET", GET written back: 1, 1.5, GET, GET
list "a";q="b" written back: a; q=b
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
