/*
 * The task queue (src/queue/task_queue.ts) with the workers' loop (workers/map_worker.ts, run())
 * and the stop word (src/pool/worker_pool.ts, close()). One host pushes, WORKERS threads take.
 *
 * Every access to shared memory is one step. Plain words (a task's fields) may be modelled so,
 * because the model proves that no two threads use them at once: see `writing` and `reading`.
 *
 * Proven for the sizes that check.ts runs:
 *   no task is lost, none is taken twice or torn; the queue is never stuck and no wake-up is lost,
 *   without the help of wait()'s time slice; after the stop word every worker leaves; a worker
 *   that dies between two tasks, also with a wake-up in hand, costs nothing once it is replaced.
 *
 * Left out, and so assumed:
 *   - WAIT_SLICE_MS: waits have no timeout here, so the proof does not lean on it.
 *   - Tickets wrap at WIDTH, and fewer than WIDTH tasks pass. In the code, likewise, no worker may
 *     stand still inside take() or between bell and wait() while 2^32 tasks pass.
 *   - No thread dies between the compare-exchange of the head and the slot's stamp: nothing there
 *     calls out or allocates. A slot left so would stay unwritable for good.
 *   - After a refused push the host tries again when a task comes back (scheduler.ts, completed()).
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef TASKS
#define TASKS 5
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef WIDTH
#define WIDTH 16 /* tickets, for 2^32 */
#endif
#ifndef FIRST
#define FIRST (WIDTH - 2) /* tickets wrap after two tasks */
#endif

#define WRAP(ticket) ((ticket) & (WIDTH - 1))
#define SLOT(ticket) ((ticket) & (CAPACITY - 1))
#define LEAD(stamp, ticket) WRAP((stamp) - (ticket) - 1) /* from WIDTH / 2 on: negative */

byte head = FIRST;       /* TASK_HEAD */
byte stamp[CAPACITY];    /* first word of each slot */
byte part[CAPACITY];     /* two plain words of each slot, which stand for all */
byte start[CAPACITY];
byte bell;               /* TASK_BELL; never wraps here */
byte waiters;            /* TASK_WAITERS */
bool stop;               /* STOP */

bool asleep[WORKERS];    /* threads in the waiter list of TASK_BELL */

/* What the checks need and the code does not have. */
byte reading[CAPACITY];  /* threads between their compare-exchange and their stamp */
bool writing[CAPACITY];
byte taken[TASKS];
byte takes;
byte left;
byte deaths = DEATHS;
bool early;              /* the engine was closed while tasks were out */
bool finished;

/* Atomics.notify(words, bell, 1): V8 wakes the oldest, the model any. */
inline notifyOne() {
  if
  :: asleep[0] -> asleep[0] = false
  :: asleep[1] -> asleep[1] = false
#if WORKERS > 2
  :: asleep[2] -> asleep[2] = false
#endif
  :: else
  fi
}

inline notifyAll() {
  asleep[0] = false;
  asleep[1] = false;
#if WORKERS > 2
  asleep[2] = false;
#endif
}

active proctype Host() {
  byte next, ticket, slot;
  bool sleepers;

  d_step { /* initialize() */
    next = 0;
    do
    :: next < CAPACITY -> stamp[SLOT(FIRST + next)] = WRAP(FIRST + next); next++
    :: else -> break
    od;
    next = 0;
    ticket = FIRST /* TASK_TAIL: only the host uses it */
  }

  do
  :: next < TASKS ->
    slot = SLOT(ticket);
    if
    :: stamp[slot] == ticket                                     /* push(): load of the stamp */
    :: early = true; goto close                                  /* close() at any time */
    fi;
    atomic { assert(reading[slot] == 0 && !writing[slot]); writing[slot] = true;
      part[slot] = next };                                       /* push(): words[slot + 4] */
    start[slot] = next;                                          /* push(): words[slot + 5] */
    atomic { writing[slot] = false; ticket = WRAP(ticket + 1);
      stamp[slot] = ticket };                                    /* push(): store of the stamp */
    bell++;                                                      /* push(): add to the bell */
    sleepers = waiters > 0;                                      /* push(): load of waiters */
    if
    :: sleepers -> atomic { notifyOne() }                        /* push(): notify */
    :: else
    fi;
    next++
  :: next == TASKS -> break
  od;

  if
  :: takes == TASKS   /* every job has settled; a lost wake-up would end the model here */
  :: early = true
  fi;

close:
  stop = true;                                                   /* close(): store of STOP */
  bell++;                                                        /* wakeAll(): add */
  atomic { notifyAll() };                                        /* wakeAll(): notify */
  left == WORKERS;                                               /* close(): every `left` */
  atomic {
    next = 0;
    do
    :: next < TASKS -> assert(early || taken[next] == 1); next++
    :: else -> break
    od;
    finished = true
  }
}

active [WORKERS] proctype MapWorker() {
  byte me, seen, ticket, got; /* zeroed when they are no longer used: fewer states */
  me = _pid - 1;

loop: /* also where the thread that replaces a dead one begins */
#ifdef STOP_READ_FIRST /* broken on purpose: check.ts proves that this is caught */
  if
  :: stop -> goto leave
  :: else
  fi;
  seen = bell;
#else
  seen = bell;                                                   /* run(): get bell() */
  if
  :: stop -> goto leave                                          /* run(): load of STOP */
  :: else
  fi;
#endif
take:
  ticket = head;                                                 /* take(): load of the head */
  atomic {                                                       /* take(): load of the stamp */
    if
    :: LEAD(stamp[SLOT(ticket)], ticket) >= WIDTH / 2 -> ticket = 0; goto wait   /* empty */
    :: LEAD(stamp[SLOT(ticket)], ticket) == 0
    :: deaths > 0 -> deaths--; seen = 0; ticket = 0; goto loop
    :: else -> ticket = 0; goto take                             /* somebody was faster */
    fi
  };
#ifdef HEAD_STORED /* broken on purpose: a plain store for the compare-exchange */
  head = WRAP(ticket + 1);
  reading[SLOT(ticket)]++;
#else
  atomic {                                                       /* take(): compareExchange */
    if
    :: head == ticket -> head = WRAP(ticket + 1); reading[SLOT(ticket)]++
    :: else -> ticket = 0; goto take
    fi
  };
#endif
  atomic { assert(!writing[SLOT(ticket)]); got = part[SLOT(ticket)] }; /* take(): words[slot + 4] */
  assert(!writing[SLOT(ticket)] && start[SLOT(ticket)] == got);  /* take(): words[slot + 5] */
  atomic { reading[SLOT(ticket)]--; assert(taken[got] == 0); taken[got]++; takes++;
    stamp[SLOT(ticket)] = WRAP(ticket + CAPACITY);               /* take(): store of the stamp */
    ticket = 0; got = 0; seen = 0 };
  goto loop;

wait:
  if
  :: waiters++                                                   /* wait(): add */
  :: atomic { deaths > 0 -> deaths--; seen = 0 }; goto loop
  fi;
  atomic {                                                       /* wait(): Atomics.wait */
    if
    :: bell == seen -> asleep[me] = true
    :: else
    fi;
    seen = 0
  };
  !asleep[me];                                                   /* woken, or not equal */
  if
  :: waiters--                                                   /* wait(): sub */
  :: atomic { deaths > 0 -> deaths-- }; goto loop                /* waiters stays too high */
  fi;
  goto loop;

leave:
  left++
}

#ifdef LIVENESS
ltl ends { <> finished }
#endif
