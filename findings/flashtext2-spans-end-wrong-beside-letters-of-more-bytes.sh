#!/usr/bin/env bash
# flashtext2 1.1.0 (PyPI): extract_keywords_with_span() where the text ends in a word of one character and is not all ASCII.
# Guess: (keyword, start, end) with text[start:end] being what was found, as in ASCII texts.
# Seen: a keyword that is the last word of one character ends at 1, before it begins; one that stands before such a word may reach one
# character too far. The same texts without the last word, or in ASCII, are right.
# Hurt: whoever marks or cuts hits by their spans, in texts of any language but English.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install -q --disable-pip-version-check flashtext2==1.1.0

cat >run.py <<'E'
from flashtext2 import KeywordProcessor

processor = KeywordProcessor(case_sensitive=False)
for word in ["new york", "c", "café"]:
    processor.add_keyword(word)
for text in ["x e c", "x é c", "in New York City", "in New York City e", "in New York City é", "le café"]:
    print(text, [(start, end, text[start:end]) for _, start, end in processor.extract_keywords_with_span(text)])
E
env/bin/python run.py | tee seen

cat >expected <<'E'
x e c [(4, 5, 'c')]
x é c [(4, 1, '')]
in New York City [(3, 11, 'New York')]
in New York City e [(3, 11, 'New York')]
in New York City é [(3, 12, 'New York ')]
le café [(3, 7, 'café')]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
