#!/usr/bin/env bash
# glossy 0.1.7 (npm): parse() of a syslog line with the priority <0>, an emergency of the kernel.
# Guess: facility 0 "kern" and severity 0 "emerg" (RFC 5424, 6.2.1), as <1> gives "kern" and "alert".
# Seen: prival is 0 and facility, facilityID, severity and severityID are not there at all, in RFC 3164 and RFC 5424 alike.
# Hurt: whoever counts or filters lines by severity: the gravest of all has no severity, so it is under "undefined" or in no group, and
# no alarm goes off.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund glossy@0.1.7

cat >run.mjs <<'E'
import { createRequire } from "node:module";
const { Parse } = createRequire(import.meta.url)("glossy");
for (const priority of [0, 1, 7, 8]) {
  for (const rest of ["1 2026-11-28T22:14:15.003Z host kernel - - - panic", "Nov 28 22:14:15 host kernel: panic"]) {
    const { prival, facility, facilityID, severity, severityID, type } = Parse.parse(`<${priority}>${rest}`);
    console.log(`<${priority}> ${type}: prival ${prival}, facility ${facility} ${facilityID}, severity ${severity} ${severityID}`);
  }
}
E
node run.mjs | tee seen

cat >expected <<'E'
<0> RFC5424: prival 0, facility undefined undefined, severity undefined undefined
<0> RFC3164: prival 0, facility undefined undefined, severity undefined undefined
<1> RFC5424: prival 1, facility kern 0, severity alert 1
<1> RFC3164: prival 1, facility kern 0, severity alert 1
<7> RFC5424: prival 7, facility kern 0, severity debug 7
<7> RFC3164: prival 7, facility kern 0, severity debug 7
<8> RFC5424: prival 8, facility user 1, severity emerg 0
<8> RFC3164: prival 8, facility user 1, severity emerg 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
