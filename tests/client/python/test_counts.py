import io
import pickle
import tempfile
import unittest
from pathlib import Path

import httpx
from support import ORIGIN, PATIENCE, Scripted, connect, main

from millrace import Millrace, MillraceError

TEXT = "to be or not to be"
TOP = [{"key": "be", "count": 2}, {"key": "to", "count": 2}]


class Counts(unittest.TestCase):
    def test_every_kind_of_input(self):
        with connect() as millrace, tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.txt")
            path.write_text(TEXT)
            with open(path, "rb") as file:
                inputs = [
                    TEXT,
                    TEXT.encode(),
                    bytearray(TEXT.encode()),
                    path,
                    file,
                    io.BytesIO(TEXT.encode()),
                    iter([b"to be or ", b"not to be"]),
                    [b"to be or ", b"not to be"],
                    lambda: TEXT,
                    lambda: iter([TEXT.encode()]),
                    {"texts": ["to be or", "not to be"]},
                    TEXT.split(" "),
                ]
                for each in inputs:
                    result = millrace.count(each, top=2)
                    self.assertEqual(result["counts"], TOP, each)
                    self.assertEqual(result["totals"]["tokens"], 6)

    def test_what_cannot_be_counted_says_what_can(self):
        with connect() as millrace:
            for each in (5, None, lambda: 5):
                with self.assertRaisesRegex(TypeError, "Cannot count (int|NoneType): give a str"):
                    millrace.count(each)
        with self.assertRaisesRegex(RuntimeError, "this Millrace is closed"):
            millrace.count(TEXT)

    def test_options_of_the_interface_in_snake_case(self):
        with connect() as millrace:
            result = millrace.count(TEXT, stop_words=["to", "be"], columns="rank", line_bound=True, n=1)
            self.assertEqual([row["rank"] for row in result["counts"]], [1, 2])
            self.assertTrue(result["options"]["lineBound"])
            grouped = millrace.count(
                "c,n\nOslo,12\nRome,3\nOslo,30\n", kernel="csv-group", kernel_options={"by": 0, "sum": 1}
            )
            self.assertEqual(grouped["counts"][0], {"key": "Oslo", "value": 42})

    def test_access_tells_what_the_client_may_do(self):
        with connect() as millrace:
            self.assertEqual(millrace.access()["rights"], ["read", "write", "observe", "kernels"])

    def test_long_lists_go_with_the_input_whatever_it_is(self):
        patterns = [f"<{i} é>" for i in range(10_000)]
        text = "".join(patterns[:300])
        with connect() as millrace, tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.txt")
            path.write_text(text)
            inputs = [text, text.encode(), path, iter([text.encode()]), lambda: text, {"texts": [text]}]
            for each in inputs:
                result = millrace.count(each, tokenizer="pattern", patterns=patterns, top=0)
                self.assertEqual(len(result["counts"]), 300, each)
                self.assertEqual(result["options"]["patterns"], patterns)
            grouped = millrace.count("a", by="part", stop_words=patterns)
            self.assertEqual(grouped["counts"], [{"key": ["0", "a"], "count": 1}])
            words = millrace.count(["a", "<1 é>"], stop_words=patterns)
            self.assertEqual(words["counts"], [{"key": "a", "count": 1}])
            job = millrace.submit(path, tokenizer="pattern", patterns=patterns, top=1)
            self.assertEqual(job.result()["totals"]["keys"], 300)
            with self.assertRaisesRegex(MillraceError, "the limit is 10000"):
                millrace.count(text, tokenizer="pattern", patterns=[*patterns, "a"])
            with self.assertRaisesRegex(MillraceError, "exceed the limit"):
                millrace.count(text, stop_words=["a\nb"] * 3000)

    def test_each_of_many_texts_has_its_answer(self):
        texts = [f"w{i} é " + "x " * (i % 200) for i in range(3000)]
        texts[1234] = "z" * (1024 * 1024 + 1)
        with connect() as millrace:
            answers = list(millrace.count_each(iter(texts), top=1, order="key"))
            self.assertEqual(len(answers), len(texts))
            for i, answer in enumerate(answers):
                if i == 1234:
                    self.assertIsInstance(answer, MillraceError)
                    self.assertEqual((answer.code, answer.problem["line"]), ("body-too-large", 1235))
                else:
                    self.assertEqual(answer["tokens"], 2 + i % 200)
                    self.assertEqual(answer["counts"], [[f"w{i}", 1]])
            with self.assertRaisesRegex(TypeError, "letters"):
                list(millrace.count_each("text"))
            with self.assertRaisesRegex(MillraceError, "each=true"):
                list(millrace.count_each(["a"], tokenizer="icu"))

    def test_map_counts_many_files_in_order(self):
        with connect(max_workers=3) as millrace, tempfile.TemporaryDirectory() as folder:
            paths = []
            for i in range(40):
                paths.append(f"{folder}/{i}.txt")
                Path(paths[-1]).write_text("x " * i + "end")
            opened = []
            results = millrace.map((opened.append(path) or path for path in paths), tokenizer="ascii")
            first = next(results)
            self.assertEqual(first["totals"]["tokens"], 1)
            self.assertLessEqual(len(opened), 6)  # it reads not all ahead
            self.assertEqual([each["totals"]["tokens"] for each in results], list(range(2, 41)))
            with self.assertRaises(FileNotFoundError):
                list(millrace.map([f"{folder}/none.txt", *paths]))

    def test_map_ends_when_its_reader_fails(self):
        sent = []

        def answer(request):
            sent.append(request)
            # Two threads send at once, in either order: the file says which is the first.
            if request.content != b"0":
                self.assertTrue(millrace._stop.wait(PATIENCE))
            return done(request)

        with self.assertRaisesRegex(KeyError, "mine"), tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, str(i)) for i in range(10)]
            for path in paths:
                path.write_text(path.name)
            with Millrace("http://x", max_workers=2, transport=Scripted(answer)) as millrace:
                for _ in millrace.map(paths):
                    raise KeyError("mine")
        self.assertLessEqual(len(sent), 3)  # and not the one that was waiting for a thread

    def test_a_text_file_is_refused_with_advice(self):
        with connect() as millrace, tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a.txt")
            path.write_text(TEXT)
            with open(path) as file, self.assertRaisesRegex(TypeError, "'rb'"):
                millrace.submit(file).result(PATIENCE)


class Errors(unittest.TestCase):
    def test_the_problem_that_the_server_answers(self):
        with connect() as millrace, self.assertRaises(MillraceError) as caught:
            millrace.count(TEXT, top=-1)
        error = caught.exception
        self.assertEqual(error.type, "urn:millrace:problem:invalid-parameter")
        self.assertEqual((error.code, error.status), ("invalid-parameter", 400))
        self.assertEqual((error.problem["parameter"], error.problem["value"]), ("top", "-1"))
        self.assertEqual(error.request_id, error.problem["requestId"])
        self.assertIn("Cannot read 'top': '-1'", str(error))
        self.assertEqual(pickle.loads(pickle.dumps(error)).problem, error.problem)

    def test_what_no_server_of_millrace_has_answered(self):
        page = Scripted(lambda _: httpx.Response(403, text="<h1>Forbidden</h1>"))
        with Millrace("http://x", transport=page) as millrace:
            with self.assertRaisesRegex(MillraceError, "<h1>Forbidden") as caught:
                millrace.count("a")
        self.assertEqual((caught.exception.type, caught.exception.status), ("about:blank", 403))

    def test_no_server(self):
        with Millrace("http://127.0.0.1:1", max_retries=0) as millrace:
            with self.assertRaises(httpx.ConnectError):
                millrace.count("a")
        with self.assertRaises(RuntimeError):
            millrace.submit("a")


def refusal(status, retry_after=None, media="application/problem+json"):
    headers = {"content-type": media, "x-request-id": "r"}
    if retry_after is not None:
        headers["retry-after"] = retry_after
    problem = {"type": "urn:millrace:problem:x", "title": "", "status": status, "detail": "Cannot"}
    return lambda _: httpx.Response(status, headers=headers, json=problem)


def done(_):
    return httpx.Response(200, json={"counts": []})


def lost(_):
    raise httpx.ReadError("connection reset")


class Tries(unittest.TestCase):
    def test_only_what_may_succeed_is_sent_again(self):
        past = "Wed, 21 Oct 2015 07:28:00 GMT"
        for answers, requests, succeeds in [
            ([lost, done], 2, True),
            ([lost, lost, done], 3, True),
            ([lost], 3, False),
            ([refusal(503, "0"), done], 2, True),
            ([refusal(429, past), done], 2, True),
            ([refusal(503, "61"), done], 1, False),
            ([refusal(503, "soon"), done], 1, False),
            ([refusal(503), done], 1, False),
            ([refusal(502, None, "text/html"), done], 2, True),
            ([refusal(500, None, "text/html"), done], 1, False),
            ([refusal(422), done], 1, False),
        ]:
            script = Scripted(*answers)
            with Millrace("http://x/prefix/", key="secret", transport=script) as millrace:
                try:
                    millrace.count("a", stop=["en", "de"], kernel_options={"by": 1}, csv_safe=None)
                    has_succeeded = True
                except (MillraceError, httpx.ReadError):
                    has_succeeded = False
            self.assertEqual((len(script.sent), has_succeeded), (requests, succeeds), answers)
            request, body = script.sent[-1]
            self.assertEqual(
                str(request.url), "http://x/prefix/v1/count?stop=en&stop=de&format=json&option.by=1"
            )
            self.assertEqual((request.method, body), ("PUT", b"a"))
            self.assertEqual(request.headers["authorization"], "Bearer secret")

    def test_a_pause_is_as_long_as_the_server_asks(self):
        pauses = []
        with Millrace("http://x", transport=Scripted(refusal(503, "50"), done)) as millrace:
            class Stop:
                is_set = staticmethod(lambda: False)
                wait = staticmethod(pauses.append)

            millrace._transport.send("GET", "/", stop=Stop)
        self.assertEqual(pauses, [50])

    def test_a_body_that_can_be_read_once_is_sent_once(self):
        for body, requests in [(iter([b"a"]), 1), (lambda: iter([b"a"]), 2), (io.BytesIO(b"a"), 2)]:
            script = Scripted(lost, done)
            with Millrace("http://x", transport=script) as millrace:
                try:
                    millrace.count(body)
                except httpx.ReadError:
                    pass
            self.assertEqual([sent for _, sent in script.sent], [b"a"] * requests)

    def test_a_file_is_sent_again_from_where_it_stood(self):
        file = io.BytesIO(b"skipped a")
        file.seek(8)
        script = Scripted(lost, done)
        with Millrace("http://x", transport=script) as millrace:
            millrace.count(file)
        self.assertEqual([sent for _, sent in script.sent], [b"a", b"a"])

    def test_base_path_of_a_proxy(self):
        with Millrace(f"{ORIGIN}/") as millrace:
            self.assertEqual(millrace.count("a")["totals"]["tokens"], 1)


if __name__ == "__main__":
    main()
