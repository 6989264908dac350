/*
 * The result rings (src/shared/result_ring.ts) with the doorbell that they share, in both of its
 * modes and through the change from one to the other (src/shared/doorbell.ts). WORKERS threads
 * publish; the host, one thread that runs its events one by one, drains.
 *
 * Every access to shared memory is one step; a result's plain words are used by one thread at a
 * time, which is asserted (`written`), so that nothing hides between the steps.
 *
 * Proven for the sizes that check.ts runs:
 *   no result is lost, none comes twice or torn; no ring is ever full while the host lets no more
 *   tasks be out than a ring holds; no wake-up is lost in either mode nor at the change, where
 *   waitAsync works; where it does not, the engine stays with messages, however often the worker
 *   that probes is replaced.
 *
 * Left out, and so assumed:
 *   - Tasks reach workers by a channel: the task queue has its own model, task_queue.pml.
 *   - A message that was posted arrives.
 *   - The bell does not come back to the same value between the host's read and its wait.
 *   - Where waitAsync does not work it never resolves here. In truth it resolves late, when
 *     something else wakes the event loop; the host counts a probe that late as failed.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef CAPACITY
#define CAPACITY 2 /* slots of each ring */
#endif
#ifndef DEPTH
#define DEPTH CAPACITY /* most tasks out; one more is broken on purpose */
#endif
#ifndef TASKS
#define TASKS 4
#endif
#ifndef RELIABLE
#define RELIABLE 1 /* waitAsync resolves when it is notified */
#endif
#ifndef PROBES
#define PROBES 1 /* threads that probe, one after the other, each replacing the former */
#endif
#define TRIES 2 /* PROBE_TRIES */

#define SLOT(ticket) ((ticket) & (CAPACITY - 1))
#define AT(worker, ticket) ((worker) * CAPACITY + SLOT(ticket))
#define WRAP(ticket) ((ticket) & 7) /* tickets wrap at 8, for 2^32 */
#define FIRST 6
#define MESSAGE 0
#define WAIT 1

byte head[WORKERS] = FIRST; /* WORKER_RING_HEAD */
byte tail[WORKERS] = FIRST; /* WORKER_RING_TAIL */
byte part[WORKERS * CAPACITY]; /* the ticket, as two words so that one could be torn */
byte bytes[WORKERS * CAPACITY];
byte bell;               /* DOORBELL */
bit mode = MESSAGE;      /* DOORBELL_MODE */
#ifdef PROBE_STORED
bit probe;               /* DOORBELL_PROBE */
#endif

chan tasks = [DEPTH] of { byte }; /* the task queue */
byte messages;           /* "published", under way to the host */
byte ready;              /* "ready" of a worker that probes, under way to the host */
bool waiting;            /* the host's waitAsync on DOORBELL, */
bool rung;               /* and its promise when resolved */
byte probing;            /* waitAsyncs on DOORBELL_PROBE, and promises resolved */
byte probed;

/* What the checks need and the code does not have. */
bool written[WORKERS * CAPACITY]; /* words are being written, or read */
bool delivered[TASKS];
bool finished;

/* ResultRing.drain() and what the engine does with each result. */
inline drain() {
  worker = 0;
  do
  :: worker < WORKERS ->
    do
    :: atomic { head[worker] != tail[worker] ->                  /* drain(): load of the tail */
        at = AT(worker, head[worker]); assert(!written[at]); written[at] = true;
        got = part[at] }
      atomic { assert(bytes[at] == got); written[at] = false;    /* drain(): the words */
        head[worker] = WRAP(head[worker] + 1); at = 0 };         /* drain(): store of the head */
      atomic { assert(!delivered[got]); delivered[got] = true; got = 0;
        done++;                                                  /* scheduler.completed() */
        if
        :: next < TASKS -> tasks!next; next++                    /* #pump(): push() */
        :: else
        fi }
    :: atomic { head[worker] == tail[worker] -> worker++; break } /* drain(): load of the tail */
    od
  :: else -> break
  od;
  worker = 0
}

active proctype Host() {
  byte next, done, worker, at, got, seen;
  bool listening;

  atomic {
    do
    :: next < DEPTH && next < TASKS -> tasks!next; next++     /* #pump() up to the depth */
    :: else -> break
    od
  }
  do
  :: done == TASKS -> break
  :: atomic { done < TASKS && messages > 0 -> messages-- };      /* onMessage() */
    drain()
  :: atomic { done < TASKS && ready > 0 -> ready-- };            /* onProbe() */
    if
    :: mode == WAIT
    :: else ->
#ifdef PROBE_STORED /* broken on purpose: the value tells of a notify that nobody heard */
      atomic {
        if
        :: probe == 0 -> probing++
        :: else -> probed++
        fi
      }
#else
      probing++                                                  /* onProbe(): waitAsync */
#endif
    fi
  :: atomic { done < TASKS && probed > 0 -> probed-- };          /* onProbe(): await */
    if
    :: mode == WAIT || listening                                 /* an earlier one came through */
    :: true                                                      /* too late */
    :: mode != WAIT && !listening ->
      mode = WAIT;                                               /* onProbe(): store of the mode */
      listening = true;
      goto listen
    fi
  :: atomic { done < TASKS && rung -> rung = false };            /* #listen(): await */
listen:
#ifdef DRAIN_FIRST /* broken on purpose: the bell is read after the drain */
    drain();
    seen = bell;
#else
    seen = bell;                                                 /* #listen(): load of the bell */
    drain();
#endif
    atomic {                                                     /* #listen(): waitAsync */
      if
      :: done == TASKS -> seen = 0
      :: done < TASKS && bell != seen -> goto listen
      :: done < TASKS && bell == seen -> waiting = true; seen = 0
      fi
    }
  od;
  finished = true
}

active [WORKERS] proctype MapWorker() {
  byte me, task, ticket;
  me = _pid - 1;

end:
  do
  :: tasks?task ->
    atomic { ticket = tail[me];                                  /* publish(): words[tail] */
      assert(WRAP(ticket - head[me]) < CAPACITY) };              /* invariant 3: never full */
    atomic { assert(!written[AT(me, ticket)]); written[AT(me, ticket)] = true;
      part[AT(me, ticket)] = task };                             /* publish(): words[slot + 3] */
    atomic { bytes[AT(me, ticket)] = task; task = 0 };           /* publish(): words[slot + 5] */
    atomic { written[AT(me, ticket)] = false;
      tail[me] = WRAP(ticket + 1); ticket = 0 };                 /* publish(): store of the tail */
    bell++;                                                      /* ring(): add */
    if
    :: mode == WAIT ->                                           /* ring(): load of the mode */
      atomic {                                                   /* ring(): notify */
        if
        :: waiting && RELIABLE -> waiting = false; rung = true
        :: waiting && !RELIABLE -> waiting = false
        :: else
        fi
      }
    :: mode == MESSAGE -> messages++                             /* ring(): post */
    fi
  od
}

/* Worker PROBING_WORKER before its first task, and those that replace it. */
active proctype Prober() {
  byte starts, tries;
  do
  :: starts < PROBES ->
    ready++;                                                     /* map_worker.ts: post("ready") */
#ifdef PROBE_STORED
    probe = 1;
    atomic {
      if
      :: probing > 0 && RELIABLE -> probed = probed + probing; probing = 0
      :: else -> probing = 0
      fi
    };
#else
    tries = 0;
    do
    :: tries < TRIES && mode == WAIT -> break                    /* probe(): load of the mode */
    :: tries < TRIES && mode == MESSAGE ->
      atomic {                                                   /* probe(): notify */
        if
        :: probing > 0 && RELIABLE -> probed = probed + probing; probing = 0; break
        :: probing > 0 && !RELIABLE -> probing = 0; break
        :: else -> tries++
        fi
      }
    :: tries == TRIES -> break
    od;
#endif
    starts++
  :: starts == PROBES -> break
  od
}

#ifdef LIVENESS
ltl ends { <> finished }
#endif
