import asyncio
import importlib.util
import threading
import unittest
import uuid
from concurrent.futures import CancelledError, as_completed, wait

import httpx
from support import HELD_ORIGIN, PATIENCE, Watched, connect, gated, main, until

from millrace import MillraceError

TEXT = "b a b c b a"


def needs(*packages):
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    return unittest.skipIf(missing, f"no {', no '.join(missing)}")


class Jobs(unittest.TestCase):
    def test_a_job_is_submitted_awaited_and_read(self):
        with connect() as millrace:
            future = millrace.submit(TEXT, top=2)
            result = future.result(PATIENCE)
            self.assertEqual(result["counts"], [{"key": "b", "count": 3}, {"key": "a", "count": 2}])
            self.assertEqual(result["totals"]["keys"], 3)
            self.assertEqual([row["key"] for row in future.rows(top=0, order="key")], ["a", "b", "c"])
            progress = future.progress()
            self.assertEqual((progress["state"], progress["bytes"]), ("done", len(TEXT)))
            self.assertFalse(future.cancel())
            self.assertTrue(future.done() and not future.cancelled() and not future.running())
            same = millrace.job(future.job_id)
            self.assertEqual(same.result(PATIENCE)["counts"], result["counts"])
            again = millrace.submit(TEXT, top=2, job_id=future.job_id)
            self.assertEqual(again.result(PATIENCE)["counts"], result["counts"])
            other = millrace.submit("another", job_id=future.job_id)
            self.assertEqual(other.exception(PATIENCE).code, "id-reused")
            with self.assertRaises(ValueError):
                millrace.submit(TEXT, job_id="mine")

    def test_results_are_handed_in_merged_and_compared(self):
        with connect() as millrace:
            lists = {"tsv": "a\t2\n", "csv": "key,count\na,2\n", "ndjson": '{"key":"a","count":2}\n'}
            for form, text in lists.items():
                a = millrace.results.upload(text, form=form, order="key")
                self.assertEqual(a.result(PATIENCE)["counts"], [{"key": "a", "count": 2}])
            b = millrace.submit("b a b")
            b.result(PATIENCE)
            both = millrace.results.merge([a, b.job_id], [3, 1])
            counts = [(row["key"], row["count"]) for row in both.result(PATIENCE)["counts"]]
            self.assertEqual(counts, [("a", 7), ("b", 2)])
            (row,) = millrace.results.compare(a, b, measure="diff", in_="b")["rows"]
            self.assertEqual((row["key"], row["countA"], row["countB"]), ("b", 0, 2))
            with self.assertRaises(MillraceError) as caught:
                millrace.results.upload("a 2")
            self.assertEqual((caught.exception.code, caught.exception.problem["line"]), ("invalid-list", 1))

    def test_forms_are_grouped_by_a_table_of_lemmas(self):
        with connect() as millrace:
            table = millrace.results.upload_lemmas("ran\trun\nruns\trun\n")
            counted = millrace.count("ran runs run", group=f"lemma({table.job_id})")
            self.assertEqual(counted["counts"], [{"key": "run", "count": 3}])
            with self.assertRaises(MillraceError) as caught:
                millrace.results.upload_lemmas("mice")
            self.assertEqual((caught.exception.code, caught.exception.problem["line"]), ("invalid-list", 1))

    def test_pairs_of_words_are_scored(self):
        with connect() as millrace:
            future = millrace.submit("a b a b c", n=2)
            document = millrace.results.collocations(future, score="pmi", min=2)
            (row,) = document["rows"]
            self.assertEqual((row["key"], row["count"], row["logDice"]), ("a b", 2, 14))

    def test_a_job_is_appended_to_once_for_each_key(self):
        with connect() as millrace:
            future = millrace.submit("b a", order="key")
            for _ in range(2):
                self.assertEqual(future.append("b c", key="monday")["parts"], 1)
            self.assertEqual(future.append("c")["parts"], 2)
            counts = [(row["key"], row["count"]) for row in future.rows()]
            self.assertEqual(counts, [("a", 1), ("b", 2), ("c", 2)])
            again = millrace.job(future.job_id).result(PATIENCE)
            self.assertEqual(again["totals"]["tokens"], 5)

    def test_as_completed_and_wait_of_the_standard_library(self):
        with connect(max_workers=4) as millrace:
            futures = {millrace.submit("x " * i): i for i in range(1, 21)}
            counted = {
                futures[each]: each.result()["totals"]["tokens"]
                for each in as_completed(futures, PATIENCE)
            }
            self.assertEqual(counted, {i: i for i in range(1, 21)})
            self.assertEqual(len(wait(futures, PATIENCE).done), 20)

            async def gather():
                jobs = [asyncio.wrap_future(millrace.submit("x " * i)) for i in range(1, 4)]
                return [each["totals"]["tokens"] for each in await asyncio.gather(*jobs)]

            self.assertEqual(asyncio.run(gather()), [1, 2, 3])

    def test_progress_while_the_body_is_sent(self):
        gate = threading.Event()
        with connect() as millrace:
            # Much text, so that the engine has counted some of it before the end.
            future = millrace.submit(gated(b"word " * 2_000_000, gate))
            until(lambda: future.progress()["bytes"] > 0)
            self.assertEqual(future.progress()["state"], "running")
            self.assertTrue(future.running() and not future.done())
            gate.set()
            self.assertEqual(future.result(PATIENCE)["totals"]["tokens"], 2_000_000)

    def test_a_job_that_fails_says_why(self):
        with connect() as millrace:
            future = millrace.submit("\xff".encode("latin-1"), invalid="reject", charset="utf-8")
            with self.assertRaises(MillraceError) as caught:
                future.result(PATIENCE)
            self.assertEqual(caught.exception.code, "invalid-utf8")
            with self.assertRaises(MillraceError):
                future.to_arrow() if importlib.util.find_spec("pyarrow") else list(future.rows())
            unknown = millrace.job(str(uuid.uuid4()))
            self.assertEqual(unknown.exception(PATIENCE).code, "unknown-job")

    def test_an_upload_whose_answer_is_lost_is_counted_once(self):
        def lose(request, response):
            if request.method == "PUT" and len(transport.seen) == 1:
                response.read()
                raise httpx.ReadError("the answer was lost")

        transport = Watched(lose)
        with connect(transport=transport) as millrace:
            future = millrace.submit(TEXT)
            self.assertEqual(future.result(PATIENCE)["totals"]["tokens"], 6)
        self.assertEqual([each.method for each in transport.seen], ["PUT", "PUT", "GET", "GET"])

    @needs("pyarrow")
    def test_to_arrow(self):
        with connect() as millrace:
            table = millrace.submit(TEXT, top=1).to_arrow(top=0, columns=["rank"])
            self.assertEqual(
                table.to_pylist(),
                [
                    {"key": "b", "count": 3, "rank": 1},
                    {"key": "a", "count": 2, "rank": 2},
                    {"key": "c", "count": 1, "rank": 3},
                ],
            )

    @needs("pyarrow", "pandas")
    def test_to_pandas(self):
        with connect() as millrace:
            frame = millrace.submit(TEXT).to_pandas()
            self.assertEqual(list(zip(frame["key"], frame["count"])), [("b", 3), ("a", 2), ("c", 1)])

    @needs("polars")
    def test_to_polars(self):
        with connect() as millrace:
            frame = millrace.submit(TEXT).to_polars()
            self.assertEqual(frame.rows(), [("b", 3), ("a", 2), ("c", 1)])


def code_of(millrace, job_id):
    return millrace.job(job_id).exception(PATIENCE).code


class Cancelling(unittest.TestCase):
    def test_of_a_job_that_runs(self):
        with connect(HELD_ORIGIN) as millrace, connect(HELD_ORIGIN) as other:
            future = millrace.submit(TEXT)
            until(lambda: future.progress()["state"] == "running")
            waiting = threading.Thread(target=wait, args=[[future]])
            waiting.start()
            self.assertTrue(future.cancel())
            waiting.join(PATIENCE)
            self.assertFalse(waiting.is_alive())
            self.assertTrue(future.cancelled() and future.done())
            self.assertTrue(future.cancel())  # is over
            with self.assertRaises(CancelledError):
                future.result()
            self.assertEqual(list(as_completed([future], PATIENCE)), [future])
            self.assertEqual(code_of(other, future.job_id), "unknown-job")

    def test_of_an_upload(self):
        gate = threading.Event()
        with connect(HELD_ORIGIN) as millrace:
            future = millrace.submit(gated(b"a b c", gate))
            until(lambda: future.running())
            self.assertTrue(future.cancel())
            gate.set()
        with connect(HELD_ORIGIN) as other:
            self.assertEqual(code_of(other, future.job_id), "unknown-job")

    def test_while_the_answer_to_the_upload_is_under_way(self):
        """The server is asked to forget the job again, in case it has not heard of it before."""
        answered, gate = threading.Event(), threading.Event()

        def hold(request, response):
            if request.method == "PUT":
                answered.set()
                assert gate.wait(PATIENCE)

        transport = Watched(hold)
        with connect(HELD_ORIGIN, transport=transport) as millrace:
            future = millrace.submit(TEXT)
            assert answered.wait(PATIENCE)
            self.assertTrue(future.cancel())
            gate.set()
        self.assertEqual([each.method for each in transport.seen], ["PUT", "DELETE", "DELETE"])

    def test_of_a_job_that_waits_for_a_thread_sends_nothing(self):
        transport = Watched(lambda *_: None)
        with connect(HELD_ORIGIN, max_workers=1, transport=transport) as millrace:
            first = millrace.submit(TEXT)
            second = millrace.submit(TEXT)
            self.assertEqual(second.progress()["state"], "pending")
            self.assertTrue(second.cancel())
            until(lambda: first.progress()["state"] == "running")
            first.cancel()
        self.assertTrue(all(first.job_id in str(each.url) for each in transport.seen))

    def test_by_another_fails_the_future(self):
        with connect(HELD_ORIGIN) as millrace, connect(HELD_ORIGIN) as other:
            future = millrace.submit(TEXT)
            until(lambda: future.progress()["state"] == "running")
            self.assertTrue(other.job(future.job_id).cancel())
            self.assertIn(future.exception(PATIENCE).code, ["job-cancelled", "unknown-job"])

    def test_by_an_exception_that_leaves_the_block(self):
        with self.assertRaisesRegex(KeyError, "mine"):
            with connect(HELD_ORIGIN, max_workers=2) as millrace:
                futures = [millrace.submit(TEXT) for _ in range(5)]
                until(lambda: futures[0].progress()["state"] == "running")
                raise KeyError("mine")
        self.assertTrue(all(each.cancelled() for each in futures))
        with connect(HELD_ORIGIN) as other:
            self.assertEqual(code_of(other, futures[0].job_id), "unknown-job")
        left = [each.name for each in threading.enumerate() if each.name.startswith("millrace")]
        self.assertEqual(left, [])

    def test_when_the_server_is_gone(self):
        def refuse(request, response):
            if request.method == "DELETE":
                raise httpx.ConnectError("gone")

        with connect(HELD_ORIGIN, max_retries=0, transport=Watched(refuse)) as millrace:
            future = millrace.submit(TEXT)
            until(lambda: future.progress()["state"] == "running")
            with self.assertRaises(httpx.ConnectError):
                future.cancel()
            self.assertTrue(future.cancelled())


if __name__ == "__main__":
    main()
