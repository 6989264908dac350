#!/usr/bin/env bash
# apache-log-parser 1.7.0 (PyPI): lines of the combined format, asked for over HTTP/2, or with a quote in the user agent.
# Guess: the path is what stands between the method and the protocol, whichever version that is, and a field in quotes ends at the first
# quote without a backslash, as Apache writes it.
# Seen: only HTTP/1.0 and HTTP/1.1 are a protocol: of "GET /a HTTP/2.0" the path is "/a HTTP/2.0", the query ends in " HTTP/2.0", and there
# is no version. The agent "A \"B\" C" is cut to "A \". Nothing is raised.
# Hurt: whoever counts paths or queries: each is two keys, one for browsers of old and one for all others.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check apache-log-parser==1.7.0 user-agents==2.2.0

cat >probe.py <<'E'
import apache_log_parser

parse = apache_log_parser.make_parser('%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"')
line = '10.0.0.1 - - [10/Oct/2026:13:55:36 +0000] "{}" 200 512 "-" "{}"'
for request, agent in (
    ("GET /a?page=2 HTTP/1.1", "curl/8"),
    ("GET /a?page=2 HTTP/2.0", "curl/8"),
    ("GET /a HTTP/2", "curl/8"),
    ("GET /a HTTP/1.1", r"A \"B\" C"),
):
    seen = parse(line.format(request, agent))
    print(request, "|", agent)
    for name in ("request_url", "request_http_ver", "request_url_query", "request_header_user_agent"):
        print(f"  {name}: {seen.get(name)!r}")
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
GET /a?page=2 HTTP/1.1 | curl/8
  request_url: '/a?page=2'
  request_http_ver: '1.1'
  request_url_query: 'page=2'
  request_header_user_agent: 'curl/8'
GET /a?page=2 HTTP/2.0 | curl/8
  request_url: '/a?page=2 HTTP/2.0'
  request_http_ver: None
  request_url_query: 'page=2 HTTP/2.0'
  request_header_user_agent: 'curl/8'
GET /a HTTP/2 | curl/8
  request_url: '/a HTTP/2'
  request_http_ver: None
  request_url_query: ''
  request_header_user_agent: 'curl/8'
GET /a HTTP/1.1 | A \"B\" C
  request_url: '/a'
  request_http_ver: '1.1'
  request_url_query: ''
  request_header_user_agent: 'A \\'
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
