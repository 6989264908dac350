/*
 * The one lock of --serialize: src/shared/serial_lock.ts, with the threads that take it
 * (workers/map_worker.ts) and the host that lets go of it for them
 * (src/engine/workforce/worker_pool.ts). THREADS threads work under the lock ROUNDS times each. A
 * thread may die at any step, DEATHS times in all, and the host hears of it; LEAVERS threads are told
 * to leave, maybe while they wait.
 *
 * Every access to the word is one step. A wait compares and begins to sleep in one step, as
 * Atomics.wait does, and has no limit here: the code's limit must not be needed. What sleeps without
 * end shows as a deadlock.
 *
 * Proven for the sizes that check.ts runs:
 *   no two threads work at a time; the word names the thread that works; no thread sleeps while the
 *   lock is free and nobody is on the way to it; every thread ends, whoever dies.
 *
 * Left out: threads that were given up and work on. The lock is then the next one's, as it should be,
 * and the word is not theirs any more, which release() finds.
 */

#ifndef THREADS
#define THREADS 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef LEAVERS
#define LEAVERS 0
#endif

#define FREE 0
#define WAITED 1
#define MINE(place) (((place) + 1) << 1)
#define OWNER(seen) ((seen) & 254)

byte word;
bool sleeps[THREADS];
bool leaves[THREADS];  /* STOP, or the header's RETIRED */
bool dead[THREADS];    /* the host does not know yet */
bool over[THREADS];

/* What the checks need and the code does not have. */
byte working;
byte deaths;

/* Atomics.notify(word, 1): wakes any one sleeper; all of them stand in line, so any may be first. */
inline notifyOne() {
  atomic {
    if
    :: sleeps[0] -> sleeps[0] = false
    :: sleeps[1] -> sleeps[1] = false
#if THREADS > 2
    :: sleeps[2] -> sleeps[2] = false
#endif
    :: else
    fi
  }
}

inline notifyAll() {
  atomic {
    sleeps[0] = false;
    sleeps[1] = false;
#if THREADS > 2
    sleeps[2] = false
#endif
  }
}

inline exchange(from, to) {
  atomic {
    if
    :: word == from -> word = to; done = true
    :: word != from -> done = false
    fi
  }
}

/* release(place): by the owner, or by the host for it. */
inline release(place) {
  do
  :: seen = word;
    if
    :: OWNER(seen) != MINE(place) -> break
    :: OWNER(seen) == MINE(place)
    fi;
#ifdef STORED /* broken on purpose: a store for the compare-exchange loses WAITED */
    word = FREE; done = true;
#else
    exchange(seen, FREE);
#endif
    if
    :: !done
    :: done && (seen & WAITED) == 0 -> break
    :: done && (seen & WAITED) != 0 -> notifyOne(); break
    fi
  od
}

/* A thread dies between any two steps. */
#define MAY_DIE :: atomic { deaths < DEATHS -> deaths++; goto died }

proctype Thread(byte place) {
  byte seen, round;
  bool done, works;

  do
  :: round == ROUNDS -> goto out
  :: round < ROUNDS ->
    exchange(FREE, MINE(place));
    if
    :: done -> goto work
    :: !done
    fi;
look:
    if
    :: leaves[place] -> goto leave
    :: !leaves[place]
    MAY_DIE
    fi;
    seen = word;
    if
    :: seen == FREE ->
#ifdef ALONE /* broken on purpose: who has slept thinks that nobody sleeps */
      exchange(FREE, MINE(place));
#else
      exchange(FREE, MINE(place) | WAITED);
#endif
      if
      :: done -> goto work
      :: !done -> goto look
      fi
    :: seen != FREE
    fi;
    if
    :: (seen & WAITED) != 0 -> skip
    :: (seen & WAITED) == 0 ->
      exchange(seen, seen | WAITED);
      if
      :: done
      :: !done -> goto look
      fi
    fi;
    atomic {                                                     /* Atomics.wait() */
      if
      :: word == (seen | WAITED) -> sleeps[place] = true
      :: word != (seen | WAITED)
      fi
    };
    !sleeps[place];
    goto look;
work:
    atomic { working++; works = true; assert(working == 1) };
    if
    :: assert(OWNER(word) == MINE(place))
    MAY_DIE
    fi;
    atomic { working--; works = false };
    if
    :: release(place)
    MAY_DIE
    fi;
    round++
  od;
leave:
#ifndef KEPT /* broken on purpose without: the wake-up is not passed on */
  notifyOne();
#endif
out:
  over[place] = true;
  goto end;
died:
  atomic {
    if
    :: works -> working--
    :: !works
    fi;
    dead[place] = true
  };
end:
  skip
}

/* Tells threads to leave, and hears of those that have died: WorkerPool.#end(). */
proctype Host() {
  byte seen, place, left;
  bool done;

  do
  :: left < LEAVERS -> leaves[left] = true; left++
  :: atomic { dead[0] -> dead[0] = false; place = 0 }; goto bury
  :: atomic { dead[1] -> dead[1] = false; place = 1 }; goto bury
#if THREADS > 2
  :: atomic { dead[2] -> dead[2] = false; place = 2 }; goto bury
#endif
  :: over[0] && over[1] && (THREADS < 3 || over[THREADS - 1]) -> break
  :: false ->
bury:
    release(place);                                              /* abandon() */
#ifndef UNHEARD /* broken on purpose without: a wake-up dies with its thread */
    notifyAll();
#endif
    over[place] = true;
    seen = 0;
    place = 0
  od
}

init {
  atomic {
    run Host();
    run Thread(0);
    run Thread(1);
#if THREADS > 2
    run Thread(2)
#endif
  }
}

#ifdef LIVENESS
ltl ends { <> (over[0] && over[1] && over[THREADS - 1]) }
#endif
