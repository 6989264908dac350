/*
 * The leash of one place: src/shared/leash.ts, workers/key_sources/user_kernel.ts (the thread) and
 * src/engine/workforce/kernel_watch.ts (the host). The thread runs user code for TASKS tasks, one
 * after the other; some of it never ends by itself. The host stops what it likes, at most STOPS times,
 * and then the jobs of all tasks, each once.
 *
 * Every access to the word, a record's state or a job's state is one step. A poll is the guard of the
 * step that traps; user code without end waits there, so a stop that is lost shows as a deadlock.
 *
 * Proven for the sizes that check.ts runs:
 *   every task whose job has ended ends; user code is told that it was interrupted only if the host has
 *   stopped its ticket, unless tickets have come round; a stop that comes too late ends no other task.
 *
 * With IDS below TASKS tickets come round: then a stop that was left in the word long ago may interrupt
 * a task that the host did not mean, which the host has done again.
 *
 * Left out: the thread's death (its place has a new thread, which loosens what it finds) and other
 * places, which have leashes of their own.
 */

#ifndef TASKS
#define TASKS 3
#endif
#ifndef IDS
#define IDS TASKS
#endif
#ifndef STOPS
#define STOPS 2
#endif
#define STOP(task) (1 + (task) % IDS)

#define READY 0
#define CLAIMED 1
#define DONE 2

byte leash;          /* the word */
byte phase[TASKS];   /* TASK_STATE */
bool ended[TASKS];   /* JOB_STATE of the task's job */

/* What the checks need and the code does not have. */
bool stopped[TASKS]; /* the host has stored the task's stop */

/* KernelWatch.#stop() */
inline stopTask() {
  if
  :: phase[task] == CLAIMED ->                                   /* records.state() */
    atomic { leash = STOP(task); stopped[task] = true }          /* HostLeash.stop() */
  :: phase[task] != CLAIMED
  fi
}

proctype Host() {
  byte task, stops;

  do /* slices and timeouts */
  :: stops < STOPS ->
    stops++;
    if
    :: atomic { task < TASKS - 1 -> task++ }
    :: atomic { task > 0 -> task-- }
    :: true
    fi;
    stopTask()
  :: break
  od;
  task = 0;
  stops = 0;

  do /* every job ends: JobRun.stop() */
  :: task < TASKS ->
#ifdef LOOKED_FIRST /* broken on purpose: looks at the task before the job's state says so */
    stopTask();
    ended[task] = true;
#else
    ended[task] = true;                                          /* JobBlock.stop() */
    stopTask();
#endif
    task++
  :: task == TASKS -> break
  od
}

proctype Thread() {
  byte task, stop;
  bool endless;

  do
  :: task < TASKS ->
    phase[task] = CLAIMED;                                       /* records.claim() */
    if
    :: endless = true
    :: endless = false
    fi;
again:
    if
    :: ended[task] -> goto over                                  /* isWanted() */
    :: !ended[task]
    fi;
loosen:
    stop = leash;                                                /* loosen(): load */
    if
    :: stop == 0 -> goto guest
    :: stop != 0
    fi;
#ifdef STORED /* broken on purpose: a store for the compare-exchange */
    leash = 0;
#else
    atomic {                                                     /* loosen(): compareExchange */
      if
      :: leash == stop -> leash = 0
      :: leash != stop
      fi
    };
#endif
    if
    :: stop == STOP(task) -> goto interrupted
    :: stop != STOP(task) -> goto loosen
    fi;
guest:
    if
    :: leash != 0 -> skip                                        /* a poll traps */
    :: !endless -> goto over                                     /* it has ended by itself */
    fi;
    stop = leash;                                                /* read(): load */
    if
    :: stop == STOP(task) ->
      atomic {                                                   /* loosen(): compareExchange */
        if
        :: leash == stop -> leash = 0
        :: leash != stop
        fi
      }
    :: stop != STOP(task) -> goto again                          /* a late one */
    fi;
interrupted:
    assert(stopped[task] || IDS < TASKS);
over:
    stop = 0;
    endless = false;
    phase[task] = DONE;                                          /* records.done() */
    task++
  :: task == TASKS -> break
  od
}

init {
  byte task;
  atomic { run Host(); run Thread() }
  do
  :: task < TASKS -> phase[task] == DONE; task++
  :: task == TASKS -> break
  od
}

#ifdef LIVENESS
ltl ends { <> (phase[TASKS - 1] == DONE) }
#endif
