#!/usr/bin/env bash
# dargslan-log-parser 1.0.0 (PyPI): parse_nginx_access() and parse_syslog() of lines as nginx and rsyslog write them by default.
# Guess: an entry for each line, or an error for one that it does not know.
# Seen: a line of a user who is logged in has no entry, nor has one of an IPv6 client, or one whose request was no HTTP (a scan, which nginx
# logs as 400). Of syslog, lines with the time of RFC 3339, as rsyslog of Debian 12 writes them, have none.
# Hurt: whoever counts errors or clients by it, as its README does: what the lists leave out is just what one looks for.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dargslan-log-parser==1.0.0

cat >access.log <<'E'
192.0.2.1 - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "curl/8"
192.0.2.1 - ann [10/Oct/2026:13:55:37 +0000] "GET /in HTTP/1.1" 500 5 "-" "curl/8"
2001:db8::1 - - [10/Oct/2026:13:55:38 +0000] "GET /six HTTP/1.1" 500 5 "-" "curl/8"
192.0.2.2 - - [10/Oct/2026:13:55:39 +0000] "\x16\x03\x01" 400 150 "-" "-"
E
cat >syslog <<'E'
Nov 29 10:00:00 web cron[1]: old time
2026-11-29T10:00:01.123456+00:00 web cron[1]: new time
E
cat >probe.py <<'E'
from dargslan_log_parser import LogParser

parser = LogParser()
entries = parser.parse_nginx_access("access.log")
print(f"{len(entries)} of {len(open('access.log').readlines())} lines of nginx:", [(e["path"], e["status"]) for e in entries])
entries = parser.parse_syslog("syslog")
print(f"{len(entries)} of {len(open('syslog').readlines())} lines of syslog:", [e["message"] for e in entries])
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
1 of 4 lines of nginx: [('/', 200)]
1 of 2 lines of syslog: ['old time']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
