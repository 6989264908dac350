"""The works of energy_rows.ts in Python, by threads of one process: prints what one of them cost.

Usage: energy_case.py ROW THREADS SCALE TEXT
"""
import json, sys, threading, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

PIECES = 24
TABLE = 4096
# Python does some thirtieth of the work in the same time.
SHARE = 1 / 30


def pi_digits(digits):
    text, q, r, t, k, n, l = "", 1, 0, 1, 1, 3, 3
    while len(text) < digits:
        if 4 * q + r - t < n * t:
            text += str(n)
            q, r, n = 10 * q, 10 * (r - n * t), (10 * (3 * q + r)) // t - 10 * n
        else:
            n = (q * (7 * k) + 2 + r * l) // (t * l)
            r = (2 * q + r) * l
            q, t, l, k = q * k, t * l, l + 2, k + 1
    return text


def machin(digits):
    scale = 10 ** (digits + 10)

    def arctan(inverse):
        power = scale // inverse
        total, i, sign = power, 3, -1
        while power:
            power //= inverse * inverse
            total += sign * (power // i)
            i, sign = i + 2, -sign
        return total

    return str(4 * (4 * arctan(5) - arctan(239)))[:digits]


def ranges(length, parts=PIECES):
    cuts = [length * i // parts for i in range(parts + 1)]
    return list(zip(cuts, cuts[1:]))


def slot(i):
    return (i * 0x9E3779B1 & 0xFFFFFFFF) >> 20


def run(pool, row, scale, text):
    """Does the work and gives (answer, known answer), both not computed in the time that counts."""
    each = lambda function, pieces: list(pool.map(function, pieces))
    if row in ("sequential kernel", "π to 400, often"):
        digits, times = (int(2400 * scale), 1) if row[0] == "s" else (400, int(4 * PIECES * scale))
        return each(pi_digits, [digits] * times), lambda: [machin(digits)] * times
    if row == "words in chunks":
        words = text.split()
        def count(piece):
            return Counter(words[piece[0]:piece[1]])
        found = Counter()
        for part in each(count, ranges(len(words))):
            found.update(part)
        return found, lambda: Counter(words)
    if row == "|x − 50|":
        count = int(4e6 * scale * SHARE)
        def distance(piece):
            return sum(abs(x % 1000 - 50) for x in range(*piece))
        return sum(each(distance, ranges(count))), lambda: distance((0, count))
    if row in ("counter: own", "counter: lock"):
        last = int((2e8 if row.endswith("own") else 5e6) * scale * SHARE)
        lock, total = threading.Lock(), [0]
        def own(piece):
            part = 0
            for i in range(piece[0] + 1, piece[1] + 1):
                part += i
            with lock:
                total[0] += part
        def locked(piece):
            for i in range(piece[0] + 1, piece[1] + 1):
                with lock:
                    total[0] += i
        each(own if row.endswith("own") else locked, ranges(last))
        return total[0], lambda: last * (last + 1) // 2
    if row in ("table: own, merged", "table: one, lock"):
        last = int((1e8 if row.startswith("table: own") else 5e6) * scale * SHARE)
        lock, shared = threading.Lock(), [0] * TABLE
        def own_table(piece):
            table = [0] * TABLE
            for i in range(*piece):
                table[slot(i)] += 1
            with lock:
                for place, count in enumerate(table):
                    shared[place] += count
        def one_table(piece):
            for i in range(*piece):
                with lock:
                    shared[slot(i)] += 1
        each(own_table if row.startswith("table: own") else one_table, ranges(last))
        def known():
            table = [0] * TABLE
            for i in range(last):
                table[slot(i)] += 1
            return table
        return shared, known
    raise SystemExit(f"Python has no row {row}")


def main():
    row, threads, scale, path = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = text[:int(6e6 * scale)]
    with ThreadPoolExecutor(threads) as pool:
        run(pool, row, scale, text)
        started, cpu = time.perf_counter(), time.process_time()
        answer, known = run(pool, row, scale, text)
        ms, cpu_ms = (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000
    if answer != known():
        raise SystemExit(f"Cannot measure {row}: the answer is wrong")
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    print(json.dumps({"ms": ms, "cpuMs": cpu_ms, "gil": gil, "version": sys.version.split()[0]}))


main()
