#!/usr/bin/env bash
# stringzilla 5.3.2 (PyPI): Str.splitlines() of text with letters such as Å, ą, х and 慅.
# Guess: lines as str.splitlines() gives them, or at the least lines that end at line feeds; a letter is never cut.
# Seen: the byte 85 ends a line wherever it stands, also as the last or middle byte of a letter in UTF-8: "Århus" is two lines,
# neither of which is text, and the byte is gone. utf8_split_newlines() of the same module cuts nothing.
# Hurt: whoever counts lines of Danish, Polish, Russian or Chinese text with it: more lines than there are, keys that no decoder takes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check stringzilla==5.3.2

cat >run.py <<'E'
import stringzilla as sz

def raw(parts):
    return [bytes(memoryview(part)) for part in parts]

for text in ["Århus\n", "są\n", "хлеб\n", "plain\n"]:
    print(text.strip(), "splitlines:", raw(sz.Str(text).splitlines()), "of Python:", [line.encode() for line in text.splitlines()])
print("utf8_split_newlines:", raw(sz.Str("Århus\nsą").utf8_split_newlines()))
E
env/bin/python run.py | tee seen

cat >expected <<'E'
Århus splitlines: [b'\xc3', b'rhus'] of Python: [b'\xc3\x85rhus']
są splitlines: [b's\xc4', b''] of Python: [b's\xc4\x85']
хлеб splitlines: [b'\xd1', b'\xd0\xbb\xd0\xb5\xd0\xb1'] of Python: [b'\xd1\x85\xd0\xbb\xd0\xb5\xd0\xb1']
plain splitlines: [b'plain'] of Python: [b'plain']
utf8_split_newlines: [b'\xc3\x85rhus', b's\xc4\x85']
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
