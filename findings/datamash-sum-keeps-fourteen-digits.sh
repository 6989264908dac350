#!/usr/bin/env bash
# GNU datamash 1.7-2 (Debian 12): sums and other numbers of more than 14 digits.
# Guess: exact to 2^64, since it adds in 80-bit long doubles, or at least the 15 to 17 digits of a double; awk prints
# whole numbers up to 2^53 in full.
# Seen: results are printed with 14 digits: 123456789012345 + 0 gives 1.2345678901234e+14, and not even max of a
# single value gives it back. With --format it is all there: it was only the printing.
# Hurt: whoever checks exact totals, byte counts, ids or times in microseconds: the last digits are gone, and two
# different totals compare equal.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C
apt-get -qq download datamash=1.7-2 2>apt.err || { apt-get -qq update >apt.log 2>&1; apt-get -qq download datamash=1.7-2 2>apt.err; }
dpkg -x datamash_*.deb root

{
  printf '%s\n' 12345678901234 0 | root/usr/bin/datamash sum 1 max 1
  printf '%s\n' 123456789012345 0 | root/usr/bin/datamash sum 1 max 1
  printf '%s\n' 123456789012349 0 | root/usr/bin/datamash sum 1 max 1
  printf '%s\n' 1700000000123456 1700000000123499 | root/usr/bin/datamash min 1 max 1 range 1
  printf '%s\n' 9223372036854775807 0 | root/usr/bin/datamash --format '%.0f' sum 1 max 1
} | tee seen

cat >expected <<'E'
12345678901234	12345678901234
1.2345678901234e+14	1.2345678901234e+14
1.2345678901235e+14	1.2345678901235e+14
1.7000000001235e+15	1.7000000001235e+15	43
9223372036854775807	9223372036854775807
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
