/*
 * The reduce of a job of a cluster by several nodes: src/cluster/job_ranges.ts (the node that was asked)
 * and reduce_range.ts (the nodes that reduce), above the queue that cluster_split.pml proves. Two splits
 * are counted, each by a node, and two ranges of their keys are tasks in the queue. A node may die with
 * all that it keeps (DEATHS times): outputs of splits, what it has reduced, and the task that it has. A
 * task whose node is lost goes to another node. The node that was asked lives, or its job ends with it.
 *
 * An output is named by a number that is never used again, as tokens are; `kept` is its file. A list
 * names the outputs of both splits, and has a number as well; a reducer fetches it before the outputs.
 *
 * Proven for the sizes that check.ts runs:
 *   each range is taken once, by an output that was made of what both splits have in that range; what a
 *   reducer that is lost has made is taken by nobody; a split is counted again for each time that it is
 *   lost and no more often; a job ends, with an answer where nodes live.
 *
 * Left out: locks and late answers, cancels and second attempts, which are those of cluster_split.pml, and
 * a bound on how often a range is put together.
 */

#ifndef DEATHS
#define DEATHS 2
#endif
#ifndef RANGES
#define RANGES 2
#endif
#define OUTPUTS 16
#define LISTS 6

#define NONE 0
#define WAITING 1
#define ACTIVE 2
#define REDUCED 3        /* result[] names the output */
#define MISSED 4         /* an output of the list could not be fetched */

byte outputs;            /* names that were given */
bool kept[OUTPUTS];      /* the file is there */
byte node[OUTPUTS];      /* who keeps it: 0 or 1 */

byte split[2];           /* the output of each split that the asked node knows */
byte lists;              /* names of lists that were given */
byte first[LISTS];       /* the outputs that a list names */
byte second[LISTS];

byte state[2];           /* of each range's task */
byte list[2];            /* the list that the task names */
byte result[2];
byte owner[2];           /* who has the task */
bool missesFirst[2], missesSecond[2];
byte done;               /* ranges that are in the answer */
byte deaths;

/* What the checks need and the code does not have. */
bool isWhole[OUTPUTS];   /* it was made of both splits */
byte taken[2];           /* how often the answer has taken each range */
byte recounts;

inline keep(who, name) {
  outputs++;
  name = outputs;
  kept[name] = true;
  node[name] = who
}

/* A node, which takes one task at a time; whoever dies begins again with nothing. */
proctype Reducer(byte self) {
  byte range, from;
  bool hasFirst, hasSecond;

  do
  :: atomic {                                                    /* moveToActive */
      if
      :: state[0] == WAITING -> range = 0
      :: state[1] == WAITING -> range = 1
      fi;
      state[range] = ACTIVE;
      owner[range] = self;
      from = list[range]
    };
    hasFirst = kept[first[from]];                                /* fetchRanges() */
    hasSecond = kept[second[from]];
    atomic {                                                     /* outputs.write(), moveToFinished */
      if
      :: state[range] != ACTIVE || owner[range] != self          /* it died meanwhile */
#ifdef LOSS_UNTOLD /* broken on purpose: whoever misses an output reduces the others */
      :: else ->
#else
      :: state[range] == ACTIVE && owner[range] == self && !(hasFirst && hasSecond) ->
        missesFirst[range] = !hasFirst;
        missesSecond[range] = !hasSecond;
        state[range] = MISSED
      :: state[range] == ACTIVE && owner[range] == self && hasFirst && hasSecond ->
#endif
        keep(self, result[range]);
        isWhole[result[range]] = hasFirst && hasSecond;
        state[range] = REDUCED
      fi;
      from = 0;
      range = 0;
      hasFirst = false;
      hasSecond = false
    }
  :: done == RANGES -> break
  od
}

/* A node loses all that it keeps, and what it was about. */
proctype Deaths() {
  byte who, each;

  do
  :: atomic {
      deaths < DEATHS ->
      if
      :: who = 0
      :: who = 1
      fi;
      deaths++;
      each = 1;
      do
      :: each <= outputs ->
        if
        :: node[each] == who -> kept[each] = false
        :: else
        fi;
        each++
      :: else -> break
      od;
      each = 0;
      if
      :: state[0] == ACTIVE && owner[0] == who -> state[0] = WAITING
      :: else
      fi;
      if
      :: state[1] == ACTIVE && owner[1] == who -> state[1] = WAITING
      :: else
      fi
    }
  :: deaths == DEATHS || done == RANGES -> break
  od
}

/* #tellPlaces() */
inline tellPlaces() {
  lists++;
  first[lists] = split[0];
  second[lists] = split[1]
}

inline recount(name) {
  if
  :: keep(0, name)
  :: keep(1, name)
  fi;
  recounts++
}

/* #restore(): once for all ranges that miss something of the same list. */
inline restore(range) {
  if
#ifdef RESTORED_TWICE /* broken on purpose: whoever misses something has it counted again */
  :: true ->
#else
  :: list[range] != lists                    /* what it misses may be in a later list */
  :: list[range] == lists ->
#endif
    if
    :: missesFirst[range] -> recount(split[0])
    :: else
    fi;
    if
    :: missesSecond[range] -> recount(split[1])
    :: else
    fi;
    tellPlaces()
  fi
}

/* #take(): fetches what was reduced, or has the range reduced again, by the list of now. */
proctype Asked(byte range) {
  do
  :: atomic {
      state[range] == REDUCED && kept[result[range]] ->
      assert(isWhole[result[range]]);
      taken[range]++;
      break
    }
  :: atomic { state[range] == REDUCED && !kept[result[range]] -> goto again }
  :: atomic { state[range] == MISSED -> restore(range); goto again };
again:
    atomic { list[range] = lists; state[range] = WAITING }
  od;
  done++
}

init {
  atomic {
    keep(0, split[0]);
    keep(1, split[1]);
    tellPlaces();
    list[0] = lists;
    list[1] = lists;
    state[0] = WAITING;
    if
    :: RANGES == 2 -> state[1] = WAITING; run Asked(1)
    :: else
    fi;
    run Reducer(0);
    run Reducer(1);
    run Deaths();
    run Asked(0)
  };
  _nr_pr == 1;
  assert(taken[0] == 1 && taken[1] == RANGES - 1);
  assert(recounts <= 2 * deaths)
}

#ifdef LIVENESS
ltl ends { <> (done == RANGES) }
#endif
