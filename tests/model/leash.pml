/*
 * The leash: the word by which the host stops what a worker thread runs of a user's
 * (src/kernels/gate/README.md). The thread takes tasks 1 to TASKS, one after the other; some of them
 * run for ever. For each task the host may decide to stop it; it must for those without an end.
 *
 * Every access to the word is one step. A run of user code is a poll that may trap, again and again;
 * a trap of the kernel's own, with the word at 0, is left out.
 *
 * Proven for the sizes that check.ts runs:
 *   no task is stopped that the host did not ask to stop, however late a stop of another comes; a
 *   stop is never lost: tasks without an end all end, for a search without deadlock; behind a trap
 *   the word is never 0, so that the word tells a stop from a trap of the kernel's own.
 *
 * Assumed: the host stops a task of a thread only after the thread has taken it, and the tasks of a
 * thread in the order in which the thread took them. Each has a broken variant.
 */

#ifndef TASKS
#define TASKS 3
#endif

byte word;               /* 0, or the task to stop */
byte current;            /* the task that the thread has taken: its task record says so */

/* What the checks need and the code does not have. */
bool endless[TASKS + 1];
bool asked[TASKS + 1];   /* the host asked to stop the task */
bool decided[TASKS + 1];

/* A stop of another task goes, unless another stop came since it was read. */
inline clear() {
#ifdef PLAIN_CLEAR
  word = 0;
#else
  if
  :: atomic { word == seen -> word = 0 }
  :: word != seen
  fi;
#endif
}

proctype thread() {
  byte task = 1;
  byte seen;
  do
  :: task <= TASKS ->
    current = task;
    seen = word; /* before the call */
    do
    :: seen == task -> assert(asked[task]); break
    :: seen != 0 && seen != task -> clear(); seen = word
    :: seen == 0 ->
      if
      :: word != 0 -> /* a poll traps */
#ifdef NOT_LOOKED
        assert(asked[task]);
        break;
#else
        seen = word; /* behind the trap */
        assert(seen != 0)
#endif
      :: !endless[task] -> break
      fi
    od;
    task++
  :: else -> break
  od
}

/* The host, as far as it is about one task. */
proctype host(byte task) {
#ifndef ANY_ORDER
  decided[task - 1];
#endif
  if
  :: true ->
#ifndef EARLY
    current >= task;
#endif
    atomic { asked[task] = true; word = task }
  :: !endless[task]
  fi;
  decided[task] = true
}

init {
  byte task = 1;
  atomic {
    decided[0] = true;
    do
    :: task <= TASKS ->
      if
      :: endless[task] = true
      :: true
      fi;
      run host(task);
      task++
    :: else -> break
    od;
    run thread()
  }
}
