/*
 * The life of a task (src/shared/task_records.ts): what a worker does with it (workers/map_worker.ts,
 * assembly/memory/claim.ts), and what the host does when threads die, end unnoticed, or do not answer
 * (src/engine/workforce: supervisor.ts, tasks_out.ts, watchdog.ts).
 *
 * Every exchange, and every write that must not come from a fenced thread, is one step. A thread
 * may be arbitrarily slow at any step, so one that the host gives up may wake up at any time. It
 * may die at any step, also between taking a ticket and claiming its task, with an error event or
 * without one.
 *
 * Proven for the sizes that check.ts runs:
 *   every task comes back exactly once, as done or as lost; a thread writes to a task only while
 *   the task is its own, and to a lost one only until the host frees it; a task that is taken back
 *   has each block up to its offset in the tables once, and no other; if no task was lost, in the
 *   end every block of every task was counted exactly once; nothing waits for ever.
 *
 * Left out, and so assumed:
 *   - The queue of tickets, and the rings, are channels: they have their own models.
 *   - A place whose thread has not ended is not given to another; one thread at least has a place.
 *   - The watch looks again and again; how long it waits is of no account.
 *   - The error event of a thread, and its `left`, come after its last write.
 *   - What a lost task does to its job: the job starts over in a record of its own.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef SPARES
#define SPARES 1 /* places for threads that replace silent ones */
#endif
#ifndef TASKS
#define TASKS 2
#endif
#ifndef BLOCKS
#define BLOCKS 2
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef SUSPICIONS
#define SUSPICIONS SPARES
#endif
#define PLACES (WORKERS + SPARES)

#define FREE 0
#define READY 1
#define CLAIMED 2
#define COUNTING 3
#define DONE 4
#define ASKED 5
#define CLEAN 6
#define LOST 7
#define NONE 255

chan queue = [TASKS + 1] of { byte, byte }; /* tickets: task and generation */
chan rings = [TASKS * 2] of { byte, byte };

byte phase[2];           /* of as many tasks as there may be */
byte place[2] = NONE;
byte generation[TASKS];
byte offset[TASKS];      /* TASK_OFFSET */

bool alive[PLACES];      /* a thread runs there */
bool retired[PLACES];    /* WORKER_RETIRED */
bool ended[PLACES];      /* the error event, or `left`, is under way */
bool unnoticed[PLACES];  /* a thread has ended there, and nobody was told */
bool vacant[PLACES];     /* a thread that was given up has ended there: another may have the place */
bool stop;

/* What the checks need and the code does not have. */
byte counted[TASKS * BLOCKS]; /* how often each block is in the tables */
bool torn[TASKS];        /* a table is between two states */
byte outcomes[TASKS];
bool lost;
byte deaths = DEATHS;
byte suspicions = SUSPICIONS;
bool finished;

#define IS(p) (phase[task] == p && place[task] == me && generation[task] == ticket)
#define MAY_WRITE (place[task] == me && generation[task] == ticket && \
  (phase[task] == COUNTING || phase[task] == ASKED || phase[task] == LOST))

#define MAY_DIE atomic { deaths > 0 -> deaths--; goto dead }

inline countBlock() {
  if
  :: atomic { assert(MAY_WRITE); torn[task] = true }
  :: MAY_DIE
  fi;
  if
  :: atomic { assert(MAY_WRITE); counted[task * BLOCKS + block]++; torn[task] = false; block++ }
  :: MAY_DIE
  fi
}

proctype Worker(byte me) {
  byte task, ticket, block;

begin:
  if
  :: alive[me]
  :: finished -> goto end
  fi;
loop:
  if
  :: retired[me] || stop -> goto leave
  :: atomic { nempty(queue) && !retired[me] && !stop -> queue?task, ticket } /* take() */
  :: MAY_DIE
  fi;
  if
  :: atomic {                                                    /* claim() */
      if
      :: phase[task] == READY && generation[task] == ticket -> phase[task] = CLAIMED; place[task] = me
      :: else -> task = 0; ticket = 0; goto loop
      fi }
  :: MAY_DIE
  fi;
  if
  :: atomic {                                                    /* begin() */
      if
      :: IS(CLAIMED) -> phase[task] = COUNTING; block = offset[task]
      :: else -> goto leave
      fi }
  :: MAY_DIE
  fi;
  do
  :: block < BLOCKS ->
    countBlock();
    if
    :: block == BLOCKS -> break
    :: else
    fi;
    atomic { assert(MAY_WRITE); offset[task] = block };          /* checkpoint(): the progress */
    atomic {                                                     /* checkpoint(): COUNTING, CLAIMED */
      if
      :: IS(COUNTING) -> phase[task] = CLAIMED
      :: IS(ASKED) -> phase[task] = CLEAN; goto leave            /* leave() */
      :: else -> goto leave
      fi };
#ifdef CHECKED_ONCE /* broken on purpose: the thread does not ask whether it may go on */
    phase[task] = COUNTING
#else
    if
    :: atomic {                                                  /* checkpoint(): CLAIMED, COUNTING */
        if
        :: IS(CLAIMED) -> phase[task] = COUNTING
        :: else -> goto leave
        fi }
    :: MAY_DIE
    fi
#endif
  :: else -> break
  od;
  if
  :: atomic { assert(MAY_WRITE) }                                /* done(): the outcome */
  :: MAY_DIE
  fi;
  atomic {                                                       /* done(): the exchanges */
    if
    :: IS(COUNTING) || IS(ASKED) -> phase[task] = DONE
    :: else -> goto leave
    fi };
  if
  :: atomic { rings!task, ticket; task = 0; ticket = 0; block = 0 } /* publish() */
  :: MAY_DIE
  fi;
  goto loop;

leave:
  atomic { alive[me] = false; ended[me] = true; task = 0; ticket = 0; block = 0 }; /* post("left") */
  goto begin;
dead:
  atomic { alive[me] = false; task = 0; ticket = 0; block = 0;
    if
    :: ended[me] = true                                          /* the error event */
    :: unnoticed[me] = true                                      /* self.close() */
    fi };
  goto begin;
end:
  skip
}

/* The task has come back. */
inline complete(t) {
  assert(outcomes[t] == 0);
  outcomes[t]++;
  done++
}

/* finish(): a task that is done, whoever says so. */
inline finish(t) {
  if
  :: phase[t] == DONE -> phase[t] = FREE; generation[t]++; complete(t)
  :: else
  fi
}

/* takeBack(), and the push that follows. What was counted must be whole then. */
inline takeBack(t) {
  assert(!torn[t]);
  at = 0;
  do
  :: at < BLOCKS -> assert(counted[t * BLOCKS + at] == (at < offset[t])); at++
  :: else -> break
  od;
  at = 0;
  generation[t]++;
  phase[t] = READY;
  place[t] = NONE;
  if
  :: nfull(queue) -> queue!t, generation[t]
  :: full(queue)                                                 /* pushed when it is missed */
  fi
}

/* lose(): the place's thread has left the task half-way. */
inline lose(t) {
  phase[t] = LOST;
  lost = true;
  complete(t)
}

inline free(t) {
  generation[t]++;
  phase[t] = FREE;
  place[t] = NONE
}

/* #recover(): of a thread that runs no more. Each task is one step: nobody else moves it. */
inline recover(p) {
  do
  :: t < TASKS ->
    atomic {
      if
      :: place[t] != p
#ifndef NOT_SCANNED /* without it, what was done and not published is never seen */
      :: place[t] == p && phase[t] == DONE -> finish(t)
#endif
      :: place[t] == p && (phase[t] == CLAIMED || phase[t] == CLEAN) -> takeBack(t)
      :: place[t] == p && (phase[t] == COUNTING || phase[t] == ASKED) -> lose(t); free(t)
      :: place[t] == p && phase[t] == LOST -> free(t)            /* gone.then(): free() */
      :: else
      fi };
    t++
  :: else -> break
  od;
  t = 0
}

/* spawn(): a thread for an empty seat, in a place that no thread writes to; else the seat waits. */
inline seat() {
  at = 0;
  do
  :: at < spare && !vacant[at] -> at++
  :: else -> break
  od;
  if
  :: at < spare -> vacant[at] = false; alive[at] = true
  :: at == spare && spare < PLACES -> alive[spare] = true; spare++
  :: else -> seats++
  fi;
  at = 0
}

/* retire(), and a thread in a place of its own for the seat. */
inline retire(p) {
  atomic {
    if
    :: !retired[p] -> retired[p] = true; seat()
    :: else
    fi
  }
}

/* #act() of the watchdog: what a place has in hand decides. */
inline suspect(p) {
  atomic {                                                       /* heldBy() */
    do
    :: t < TASKS && (place[t] != p || phase[t] == FREE || phase[t] == LOST) -> t++
    :: else -> break
    od
  };
  if
  :: t == TASKS -> retire(p)
  :: else ->
    atomic {
      if
#ifdef TAKEN_BACK_ANYHOW /* broken on purpose: a task is taken from a thread that counts */
      :: place[t] == p && (phase[t] == CLAIMED || phase[t] == COUNTING) -> takeBack(t); act = true
#else
      :: place[t] == p && (phase[t] == CLAIMED || phase[t] == CLEAN) -> takeBack(t); act = true
      :: place[t] == p && phase[t] == COUNTING -> phase[t] = ASKED /* ask() */
#endif
      :: place[t] == p && phase[t] == DONE -> finish(t); act = true
      :: place[t] == p && phase[t] == ASKED -> lose(t); act = true /* onStuck() */
#ifdef FREED_EARLY /* broken on purpose: the record goes to others while its thread may write */
        ; free(t)
#endif
      :: else
      fi };
    if
    :: act -> retire(p)
    :: else
    fi
  fi;
  t = 0;
  act = false
}

/* A place of which something holds; blocks when there is none. */
#if PLACES > 3
#define CHOOSE(holds) if :: holds(0) -> p = 0 :: holds(1) -> p = 1 :: holds(2) -> p = 2 :: \
  holds(3) -> p = 3 fi
#else
#define CHOOSE(holds) if :: holds(0) -> p = 0 :: holds(1) -> p = 1 :: holds(2) -> p = 2 fi
#endif
#define HAS_ENDED(q) ended[q]
#define MAY_BE_SUSPECTED(q) (suspicions > 0 && alive[q] && !retired[q])
#define IS_MISSED(q) (unnoticed[q] && !retired[q])
#define HOLDS(q, t) (place[t] == q && phase[t] >= CLAIMED && phase[t] <= CLEAN)
#define IS_ASKED(q, t) (place[t] == q && phase[t] == ASKED)
#define IS_WATCHED(q) (IS_ASKED(q, 0) || IS_ASKED(q, 1) || \
  retired[q] && (HOLDS(q, 0) || HOLDS(q, 1)))

inline pushMissing(t) {
  atomic { phase[t] == READY && !queue??[t, eval(generation[t])] && nfull(queue) ->
    queue!t, generation[t] }
}

active proctype Host() {
  byte t, g, at, done, spare = WORKERS, seats, p; /* seats: that wait for a place */
  bool act;

  atomic {
    do
    :: t < TASKS -> phase[t] = READY; queue!t, 0; t++
    :: else -> t = 0; break
    od;
    do
    :: p < PLACES -> alive[p] = p < WORKERS; run Worker(p); p++
    :: else -> p = 0; break
    od
  }
  do
  :: done == TASKS -> break
  :: done < TASKS ->
    if
    :: atomic { rings?t, g ->
        if
        :: phase[t] == DONE && generation[t] == g -> finish(t)
        :: else
        fi;
        t = 0; g = 0 }
    :: atomic { CHOOSE(HAS_ENDED); ended[p] = false }; recover(p);
      atomic { if
        :: retired[p] ->                                         /* #freePlace() */
          retired[p] = false;
          if
          :: seats > 0 -> seats--; alive[p] = true
          :: else -> vacant[p] = true
          fi
        :: else -> alive[p] = true                               /* #refill() */
        fi; p = 0 }
    :: atomic {
        if
        :: CHOOSE(MAY_BE_SUSPECTED); suspicions--
        :: CHOOSE(IS_MISSED)
        :: CHOOSE(IS_WATCHED)                                    /* the watch looks again */
        fi };
      suspect(p);
      p = 0
#ifndef NOT_PUSHED_AGAIN /* without it, a ticket that died with its taker is gone */
    :: pushMissing(0)                                            /* #pushMissing() */
#if TASKS > 1
    :: pushMissing(1)
#endif
#endif
    fi
  od;
  stop = true;
  atomic {
    t = 0;
    do
    :: t < TASKS * BLOCKS -> assert(lost || counted[t] == 1); t++
    :: else -> break
    od;
    t = 0;
    do
    :: t < TASKS -> assert(outcomes[t] == 1); t++
    :: else -> break
    od;
    finished = true
  }
}

#ifdef LIVENESS
/* Whatever happens to threads, every task comes back. */
ltl returns { <> finished }
#endif
