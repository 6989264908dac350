/*
 * The task queue (src/shared/task_queue.ts) with the workers' loop (workers/map_worker.ts, run())
 * and the stop word (src/engine/workforce/worker_pool.ts, close()). One host pushes, WORKERS threads take.
 *
 * Every access to shared memory is one step.
 *
 * Proven for the sizes that check.ts runs:
 *   no task is lost, none is taken twice or torn; the queue is never stuck and no wake-up is lost,
 *   without the help of wait()'s time slice; after the stop word every worker leaves; a worker
 *   that dies at any step, also while it spins, with a wake-up in hand or right after the exchange of the head,
 *   leaves the queue as it should be for the one that replaces it.
 *
 * Left out, and so assumed:
 *   - WAIT_SLICE_MS: waits have no timeout here, so the proof does not lean on it.
 *   - Positions wrap at WIDTH, and fewer than WIDTH tasks pass. In the code, likewise, no worker may
 *     stand still inside take() or between bell and wait() while 2^32 tasks pass.
 *   - What becomes of a ticket whose taker has died: task_records.pml.
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

/* The exchange has succeeded: what was read before is the ticket of this position. */
#define TAKE assert(WRAP(FIRST + got) == ticket && taken[got] == 0); taken[got]++; takes++; \
  ticket = 0; got = 0; seen = 0

byte head = FIRST;       /* TASK_HEAD */
byte stamp[CAPACITY];    /* two words of each slot */
byte part[CAPACITY];     /* the ticket */
byte bell;               /* TASK_BELL; never wraps here */
byte waiters;            /* TASK_WAITERS */
byte spinner;            /* TASK_SPINNER */
bool stop;               /* STOP */

bool asleep[WORKERS];    /* threads in the waiter list of TASK_BELL */

/* What the checks need and the code does not have. */
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
    :: WRAP(ticket - head) < CAPACITY                            /* push(): load of the head */
    :: early = true; goto close                                  /* close() at any time */
    fi;
    part[slot] = next;                                           /* push(): store of the ticket */
    atomic { ticket = WRAP(ticket + 1); stamp[slot] = ticket };  /* push(): store of the stamp */
#ifndef SPINNER_FIRST
    bell++;                                                      /* push(): add to the bell */
#endif
    sleepers = waiters > 0;                                      /* push(): load of waiters */
    if
    :: sleepers && WRAP(ticket - head) <= 1 ->                   /* push(): length */
      if
      :: spinner != 0                                            /* push(): load of the spinner */
      :: spinner == 0 -> atomic { notifyOne() }                  /* push(): notify */
      fi
    :: sleepers && WRAP(ticket - head) > 1 -> atomic { notifyOne() }
    :: !sleepers
    fi;
#ifdef SPINNER_FIRST /* broken on purpose: the bell changes after the look for a spinner */
    bell++;
#endif
    next++
  :: next == TASKS -> break
  od;

  if /* decided before it waits: a lost wake-up then ends the model here */
  :: true -> takes == TASKS                                      /* every job has settled */
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
  got = part[SLOT(ticket)];                                      /* take(): load of the ticket */
#ifdef HEAD_STORED /* broken on purpose: a plain store for the compare-exchange */
  atomic { head = WRAP(ticket + 1); TAKE };
#else
  atomic {                                                       /* take(): compareExchange */
    if
    :: head == ticket -> head = WRAP(ticket + 1); TAKE
    :: deaths > 0 -> deaths--; seen = 0; ticket = 0; got = 0; goto loop
    :: else -> ticket = 0; got = 0; goto take
    fi
  };
#endif
  goto loop;

wait:
  if
  :: atomic { spinner == 0 -> spinner = me + 1 };                /* spin(): compareExchange */
    if
    :: bell != seen -> spinner = 0; seen = 0; goto loop          /* spin(): load of the bell */
    :: spinner = 0                                               /* spin(): enough of it */
    :: atomic { deaths > 0 -> deaths--; seen = 0 };              /* releaseSpinner(), wakeAll() */
      atomic { spinner == me + 1 -> spinner = 0 };
      bell++;
      atomic { notifyAll() };
      goto loop
    fi
  :: true                                                        /* spin(): not now */
  fi;
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
