/*
 * A worker that dies at any step of take, claim, run, publish and ring (workers/map_worker.ts,
 * #perform(), #claim(), #disclaim()), and the host that finds out what was lost with it
 * (src/pool/worker_pool.ts, onerror and report(); src/engine/engine.ts, #onWorkerFault()).
 *
 * Every access to shared memory is one step. A task is a job and a part: t has job JOB(t) and part
 * PART(t), epoch 3 + t, so that words of different tasks never look alike.
 *
 * Proven for the sizes that check.ts runs:
 *   every task is completed exactly once: by its result, or as lost; it is reported lost exactly
 *   when the dead thread had taken it and not published it, and then under its own name; a thread
 *   in the place of a dead one goes on with its ring; at the end every thread has left.
 *
 * Limits, stated as what is assumed:
 *   - CLAIM: no thread dies between the compare-exchange of the queue's head in take() and the
 *     store of WORKER_BUSY in #claim(). A task lost there would never be found. Those steps read
 *     and write words and nothing else: they neither allocate shared memory, nor call a kernel.
 *   - The error event of a thread comes after its last write.
 *   - A thread that dies says so (onerror). One that closes itself or hangs does not: nothing here
 *     covers that, nor are the late writes of a thread that was given up for dead.
 *   - The task queue and the doorbell have their own models.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef TASKS
#define TASKS 3
#endif
#ifndef DEATHS
#define DEATHS 2
#endif
#define CAPACITY 2 /* slots of each ring, and most tasks out */

#define JOB(task) ((task) & 1)
#define PART(task) (1 + ((task) >> 1))
#define EPOCH(task) (3 + (task))
#define AT(worker, ticket) ((worker) * CAPACITY + ((ticket) & (CAPACITY - 1)))
#define WRAP(ticket) ((ticket) & 7)
#define FIRST 7
#define NONE 255

chan tasks = [CAPACITY] of { byte };
bool stop;
bool bell;               /* the host has something to drain */

byte head[WORKERS] = FIRST; /* WORKER_RING_HEAD */
byte tail[WORKERS] = FIRST; /* WORKER_RING_TAIL */
byte slotJob[WORKERS * CAPACITY];
byte slotPart[WORKERS * CAPACITY];
byte busy[WORKERS];      /* WORKER_BUSY */
byte taskPart[WORKERS];  /* WORKER_TASK_PART */
byte taskEpoch[WORKERS]; /* WORKER_TASK_EPOCH */
byte taskTicket[WORKERS]; /* WORKER_TASK_TICKET */

bool error[WORKERS];     /* the error event is under way */
bool alive[WORKERS] = true; /* a thread runs in this place */
bool gone[WORKERS];      /* `left` has resolved */

/* What the checks need and the code does not have. */
byte inHand[WORKERS] = NONE; /* taken and not published */
byte outcomes[TASKS];
byte deaths = DEATHS;
bool finished;

#define MAY_DIE atomic { deaths > 0 -> deaths--; alive[me] = false; task = 0; ticket = 0 }; goto dead

inline completed() {
  done++;                                                        /* scheduler.completed() */
  if
  :: next < TASKS -> tasks!next; next++                          /* #pump() */
  :: else
  fi
}

/* ResultRing.drain() of one ring. */
inline drain(ring) {
  do
  :: atomic { head[ring] != tail[ring] ->                        /* drain(): load of the tail */
      at = AT(ring, head[ring]) };
    atomic { task = JOB(slotJob[at]) + 2 * (slotPart[at] - 1);   /* drain(): the words */
      at = 0; head[ring] = WRAP(head[ring] + 1) };               /* drain(): store of the head */
    atomic { assert(outcomes[task] == 0); outcomes[task]++; task = 0; completed() }
  :: atomic { head[ring] == tail[ring] -> break }                /* drain(): load of the tail */
  od
}

inline drainAll() {
  ring = 0;
  do
  :: ring < WORKERS -> drain(ring); ring++
  :: else -> break
  od;
  ring = 0
}

/* onerror of a thread, while the engine runs. */
inline onError(dead) {
  error[dead] = false;
#ifndef NOT_DRAINED /* without it, what was published just before death is never seen */
  drainAll();                                                    /* #onWorkerFault() */
#endif
  job = busy[dead];                                              /* report(): WORKER_BUSY */
  ticket = taskTicket[dead];                                     /* report(): WORKER_TASK_TICKET */
#ifndef TICKET_IGNORED /* without it, what was published just before death comes twice */
  if
  :: ticket != tail[dead] -> job = 0                             /* report(): the ring's ticket */
  :: else
  fi;
#endif
  part = taskPart[dead];                                         /* report(): WORKER_TASK_PART */
  epoch = taskEpoch[dead];                                       /* report(): WORKER_TASK_EPOCH */
  atomic {
    if
    :: job > 0 ->
      task = JOB(job - 1) + 2 * (part - 1);
      assert(inHand[dead] == task && epoch == EPOCH(task));
      assert(outcomes[task] == 0);
      outcomes[task]++;
      completed()
    :: else -> assert(inHand[dead] == NONE)
    fi;
    inHand[dead] = NONE;
    task = 0; job = 0; part = 0; epoch = 0; ticket = 0
  };
  busy[dead] = 0;                                                /* onerror: store of 0 */
  alive[dead] = true                                             /* #spawn() */
}

active proctype Host() {
  byte next, done, ring, at, task, job, part, epoch, ticket;

  atomic {
    do
    :: next < CAPACITY && next < TASKS -> tasks!next; next++
    :: else -> break
    od
  }
  do
  :: done == TASKS -> break
  :: atomic { done < TASKS && bell -> bell = false }; drainAll()
  :: error[0] -> onError(0)
  :: error[1] -> onError(1)
  od;
  stop = true;                                                   /* close(): store of STOP */
  do
  :: gone[0] && gone[1] -> break                                 /* close(): every `left` */
  :: error[0] -> error[0] = false; gone[0] = true                /* onerror: left.resolve() */
  :: error[1] -> error[1] = false; gone[1] = true
  od;
  atomic {
    task = 0;
    do
    :: task < TASKS -> assert(outcomes[task] == 1); task++
    :: else -> break
    od;
    finished = true
  }
}

active [WORKERS] proctype MapWorker() {
  byte me, task, ticket;
  me = _pid - 1;

loop:
  if
  :: atomic { tasks?task -> inHand[me] = task }                  /* take(): compareExchange */
  :: stop -> gone[me] = true; goto leave                         /* post("left") */
  :: MAY_DIE
  fi;
#ifdef DEATH_BEFORE_CLAIM /* what the assumption CLAIM excludes; for the curious, never checked */
  if
  :: true
  :: MAY_DIE
  fi;
#endif
  taskPart[me] = PART(task);                                     /* #claim(): WORKER_TASK_PART */
  taskEpoch[me] = EPOCH(task);                                   /* #claim(): WORKER_TASK_EPOCH */
  taskTicket[me] = tail[me];                                     /* #claim(): WORKER_TASK_TICKET */
  busy[me] = JOB(task) + 1;                                      /* #claim(): WORKER_BUSY */
  if
  :: ticket = tail[me]                                           /* publish(): words[tail] */
  :: MAY_DIE                                                     /* in the kernel */
  fi;
  if
  :: slotJob[AT(me, ticket)] = JOB(task)                         /* publish(): words[slot + 1] */
  :: MAY_DIE
  fi;
  if
  :: slotPart[AT(me, ticket)] = PART(task)                       /* publish(): words[slot + 3] */
  :: MAY_DIE
  fi;
  if
  :: atomic { assert(WRAP(ticket - head[me]) < CAPACITY);
      tail[me] = WRAP(ticket + 1);                               /* publish(): store of the tail */
      inHand[me] = NONE; task = 0; ticket = 0 }
  :: MAY_DIE
  fi;
  if
  :: busy[me] = 0                                                /* #disclaim(): WORKER_BUSY */
  :: MAY_DIE
  fi;
  if
  :: bell = true                                                 /* ring() */
  :: MAY_DIE
  fi;
  goto loop;

dead:
  error[me] = true;                                              /* the error event */
  if
  :: alive[me] -> goto loop                                      /* another thread's first step */
  :: stop && gone[me]
  fi;
leave:
  skip
}

#ifdef LIVENESS
ltl ends { <> finished }
#endif
