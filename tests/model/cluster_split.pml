/*
 * One split of a job of a cluster: src/cluster/split_queue.ts (the queue in Redis, under BullMQ's locks),
 * job_splits.ts and spread_job.ts (the submitter), and map_split.ts (the nodes). Two nodes count; each
 * may stand still for longer than its lock, STALLS times in all, and say later what it has counted. The
 * submitter begins the split a second time while the first attempt runs (TWICE), a node may lose what it
 * has kept (LOSSES times), and a client may cancel the job (CANCELS).
 *
 * A script of Redis is one step, and so is what a node or the submitter does between two of them. An
 * output is named by a number that is never used again, as tokens are; `kept` is its file.
 *
 * Proven for the sizes that check.ts runs:
 *   the account takes the split once, and only an output that the queue has accepted; what was refused
 *   is read by nobody; a job ends, done or cancelled or failed, and no node runs a split of it for ever.
 *
 * Left out: which node is near, the window of splits that are handed in, messages that are lost (a node
 * looks at the mark by itself), and Redis that forgets, which is a stall of all.
 */

#ifndef STALLS
#define STALLS 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#ifndef TWICE
#define TWICE 1
#endif
#ifndef CANCELS
#define CANCELS 1
#endif
#define MOST_STALLS 1
#define ENTRIES 3        /* the split, its second attempt, and what is counted again when keys are lost */
#define OUTPUTS 8

#define ABSENT 0
#define WAITING 1
#define ACTIVE 2
#define COMPLETED 3
#define FAILED 4

byte state[ENTRIES];     /* of the queue's entry */
byte lock[ENTRIES];      /* the output that the owner writes; 0 without a lock: it has run out */
byte result[ENTRIES];    /* the output that the queue names */
byte stalled[ENTRIES];   /* how often its owner was lost */
bool mark;               /* the job is cancelled */
bool dropped[ENTRIES];   /* nodes are told to stop it */
bool kept[OUTPUTS];      /* the file is there */
byte outputs;            /* names that were given */
byte stalls, losses;

/* What the checks need and the code does not have. */
bool lostTurn[OUTPUTS];  /* its node stood still for longer than its lock */
byte taken;              /* how often the account has taken the split */
bool ended;              /* the submitter is done with the job */
bool isDone;

proctype Node() {
  byte entry, token;

  do
  :: atomic {                                                    /* moveToActive */
      if
      :: state[0] == WAITING -> entry = 0
      :: state[1] == WAITING -> entry = 1
      :: state[2] == WAITING -> entry = 2
      fi;
      state[entry] = ACTIVE;
      outputs++;
      token = outputs;
      lock[entry] = token
    };
    if
    :: mark || dropped[entry] -> goto stop                       /* #isCancelled(), cancelJob() */
    :: kept[token] = true                                        /* outputs.write() */
    fi;
    atomic {                                                     /* moveToFinished */
      if
#ifdef UNFENCED /* broken on purpose: whoever ends last is believed */
      :: state[entry] != ABSENT -> state[entry] = COMPLETED; result[entry] = token; lock[entry] = 0
#else
      :: state[entry] == ACTIVE && lock[entry] == token ->
        state[entry] = COMPLETED;
        result[entry] = token;
        lock[entry] = 0
#endif
      :: else                                                    /* another one has it by now */
      fi
    };
    goto next;
stop:
    atomic {                                                     /* UnrecoverableError */
      if
      :: state[entry] == ACTIVE && lock[entry] == token -> state[entry] = FAILED; lock[entry] = 0
      :: else
      fi
    };
next:
    entry = 0;
    token = 0
  :: ended && state[0] != WAITING && state[1] != WAITING && state[2] != WAITING -> break
  od
}

/* moveStalledJobsToWait: an owner that stands still has no lock, whether it lives or not. */
proctype Stalls() {
  byte entry;

  do
  :: atomic {
      stalls < STALLS && (state[0] == ACTIVE || state[1] == ACTIVE || state[2] == ACTIVE) ->
      if
      :: state[0] == ACTIVE -> entry = 0
      :: state[1] == ACTIVE -> entry = 1
      :: state[2] == ACTIVE -> entry = 2
      fi;
      stalls++;
      lostTurn[lock[entry]] = true;
      lock[entry] = 0;
      stalled[entry]++;
      if
      :: stalled[entry] > MOST_STALLS -> state[entry] = FAILED
      :: else -> state[entry] = WAITING
      fi
    }
  :: stalls == STALLS || ended -> break
  od
}

/* A node loses the files of what it has counted. */
proctype Losses() {
  byte token;

  do
  :: atomic {
      losses < LOSSES && outputs > 0 ->
      token = 1;
      do
      :: token < outputs -> token++
      :: break
      od;
      kept[token] = false;
      losses++
    }
  :: losses == LOSSES || ended -> break
  od
}

proctype Submitter() {
  byte read;
  bool isTwice, isAgain;

  state[0] = WAITING;                                            /* addBulk */
  do
  :: mark -> goto cancel
  :: TWICE && !isTwice && state[0] == ACTIVE ->      /* a straggler */
    isTwice = true;
    state[1] = WAITING
  :: state[0] == COMPLETED -> read = result[0]; dropped[1] = true; goto fetch
  :: state[1] == COMPLETED -> read = result[1]; dropped[0] = true; goto fetch
  :: state[0] == FAILED && (!isTwice || state[1] == FAILED) -> goto over
  od;
fetch:
  assert(!lostTurn[read]);
  if
  :: atomic { kept[read] -> taken++ };                           /* fetchOutput(), checkAccount() */
    isDone = true;
#ifdef BOTH_TAKEN /* broken on purpose: what the other attempt brings is taken as well */
    if
    :: isTwice && state[0] == COMPLETED && state[1] == COMPLETED -> taken++
    :: else
    fi;
#endif
    goto over
  :: !kept[read] && !isAgain -> isAgain = true; state[2] = WAITING; goto wait
  :: !kept[read] && isAgain -> goto over                         /* MOST_RUNS */
  fi;
wait:
  do
  :: mark -> goto cancel
  :: state[2] == COMPLETED -> read = result[2]; goto fetch
  :: state[2] == FAILED -> goto over
  od;
cancel:
  skip;
over:
  atomic {                                                       /* forget() or cancel() */
    dropped[0] = true;
    dropped[1] = true;
    dropped[2] = true;
    if :: state[0] != ACTIVE -> state[0] = ABSENT :: else fi;
    if :: state[1] != ACTIVE -> state[1] = ABSENT :: else fi;
    if :: state[2] != ACTIVE -> state[2] = ABSENT :: else fi
  };
  ended = true
}

init {
  atomic {
    run Node();
    run Node();
    run Stalls();
#if LOSSES > 0
    run Losses();
#endif
    run Submitter()
  };
  if /* the client: ClusterJob.cancel() */
  :: CANCELS > 0 -> mark = true
  :: true
  fi;
  _nr_pr == 1;
  assert(taken <= 1);
  assert(!isDone || taken == 1)
}

#ifdef LIVENESS
ltl ends { <> ended }
#endif
