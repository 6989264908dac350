#!/usr/bin/env bash
# pycef 1.11 (PyPI): a line of ArcSight's Common Event Format with a bar or an equals sign in its text, escaped as the format says.
# Guess: as the format's own examples say: a bar behind a backslash is part of the name, and in a value "\=" stands for "=".
# Seen: a backslash ends the header: the name is empty, there is no severity, and a key "thing|10|src" has the address. In values the
# escapes stay as they are written. Nothing is raised.
# Hurt: whoever counts events by name or severity, or addresses: those whose name has a bar share the empty name and have no source.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pycef==1.11

cat >probe.py <<'E'
import pycef

for line in (
    r"CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 act=blocked dst=10.0.0.2",
    r"CEF:0|maker|guard|1.0|100|detected a \| thing|10|src=10.0.0.1 act=blocked dst=10.0.0.2",
    r"CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 act=blocked a \= b dst=10.0.0.2",
    r"CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 filePath=C:\\new msg=two\nlines",
):
    print(line)
    seen = pycef.parse(line)
    print(" ", {key: seen[key] for key in seen if key not in ("CEFVersion", "DeviceVendor", "DeviceVersion", "DeviceName", "DeviceSeverity")})
E
venv/bin/python probe.py | tee seen

cat >expected <<'E'
CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 act=blocked dst=10.0.0.2
  {'DeviceProduct': 'guard', 'DeviceEventClassID': '100', 'Name': 'detected a thing', 'Severity': '10', 'src': '10.0.0.1', 'act': 'blocked', 'dst': '10.0.0.2'}
CEF:0|maker|guard|1.0|100|detected a \| thing|10|src=10.0.0.1 act=blocked dst=10.0.0.2
  {'DeviceProduct': 'guard', 'DeviceEventClassID': '100', 'Name': '', 'thing|10|src': '10.0.0.1', 'act': 'blocked', 'dst': '10.0.0.2'}
CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 act=blocked a \= b dst=10.0.0.2
  {'DeviceProduct': 'guard', 'DeviceEventClassID': '100', 'Name': 'detected a thing', 'Severity': '10', 'src': '10.0.0.1', 'act': 'blocked a \\= b', 'dst': '10.0.0.2'}
CEF:0|maker|guard|1.0|100|detected a thing|10|src=10.0.0.1 filePath=C:\\new msg=two\nlines
  {'DeviceProduct': 'guard', 'DeviceEventClassID': '100', 'Name': 'detected a thing', 'Severity': '10', 'src': '10.0.0.1', 'filePath': 'C:\\\\new', 'msg': 'two\\nlines'}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
