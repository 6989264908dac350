import contextlib
import gzip
import io
import os
import re
import tempfile
import unittest
from pathlib import Path

from support import ORIGIN, connect, main

import millrace as package

GUIDE = Path(package.__file__).parent.parent / "README.md"
TEXT = "to be or not to be\n"


class Guide(unittest.TestCase):
    def test_its_examples_run(self):
        blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S)
        self.assertGreater(len(blocks), 4)
        with tempfile.TemporaryDirectory() as folder, connect() as millrace:
            Path(folder, "moby.txt").write_text(TEXT)
            Path(folder, "words.gz").write_bytes(gzip.compress(TEXT.encode()))
            Path(folder, "logs").mkdir()
            Path(folder, "logs", "a.log").write_text(TEXT)
            os.chdir(folder)
            names = {}
            said = io.StringIO()
            for block in blocks:
                if "to_pandas" in block and not has_pandas():
                    continue
                with self.subTest(block=block), contextlib.redirect_stdout(said):
                    exec(block.replace("http://localhost:8000", ORIGIN), names)
                names["millrace"] = millrace  # the first block has closed its own
            os.chdir("/")
        lines = said.getvalue().splitlines()
        self.assertIn("{'key': 'be', 'count': 2}", lines[0])
        self.assertEqual(lines[1:], ["logs/a.log [{'key': 'to be or not to be', 'count': 1}]",
                                     "6 {'be': 2, 'to': 2}",
                                     "3 {'be': 1, 'it': 1}",
                                     "not {'key': 'be', 'count': 50}",
                                     "invalid-parameter top"])


def has_pandas():
    try:
        import pandas, pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
