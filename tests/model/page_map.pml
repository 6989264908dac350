/*
 * The page allocator: src/shared/page_map.ts (host and worker threads) and assembly/memory/pages.ts
 * (kernels). PLAIN threads allocate as PageMap does, KERNELS as allocPages() does, the latter for
 * one job with one sum of pages and a limit. Thread i wants spans of SPAN(i) pages, ROUNDS times.
 *
 * Every access to the map is one step; so are a page's bytes, which stand for all 65536.
 *
 * Proven for the sizes that check.ts runs:
 *   no page is owned twice; nobody sees another's bytes in a new page; an allocation that fails
 *   leaves nothing owned; what is freed comes back and is dirty; a job never holds more than its
 *   limit, and its sum is never below what it holds; a span that is free while nobody else
 *   allocates or frees is found; what a thread that died at any step held, release() finds.
 *
 * Not guaranteed, and not claimed: while others allocate and free, an allocation may fail although
 * a span was free at every moment, since it looks at the map page by page; so may one of a job
 * near its limit, while another thread of the job is adding to the sum.
 *
 * Left out: the reserves of the workers, whose pages one thread alone takes (assembly/memory/pages.ts, 5).
 *
 * Assumed: release() runs when no thread uses the owner's pages any more: a job record is closed
 * after its last task, and a dead thread writes nothing.
 */

#ifndef PLAIN
#define PLAIN 1
#endif
#ifndef KERNELS
#define KERNELS 1
#endif
#ifndef PAGES
#define PAGES 4
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#ifndef LIMIT
#define LIMIT 3 /* JOB_PAGE_LIMIT of the kernels' job */
#endif
#ifndef DEATHS
#define DEATHS 0
#endif
#ifndef SPAN
#define SPAN(thread) ((thread) + 1)
#endif
#define THREADS (PLAIN + KERNELS)

#define FRESH 0
#define DIRTY 1
#define OWNER(thread) (2 + (thread)) /* one job's kernels share theirs in the code */

byte word[PAGES];        /* PAGE_MAP */
byte bytes[PAGES];       /* what the pages hold: 0, or the mark of a thread */
byte jobPages;           /* JOB_PAGES */

/* What the checks need and the code does not have. */
byte holder[PAGES];      /* 1 + the thread that may use the page's bytes */
bool used[PAGES];
byte held;               /* pages that kernels hold */
bool disturbed[THREADS]; /* somebody else changed the map during this thread's allocation */
byte gone;
byte deaths = DEATHS;

/* A change of the map by `me`, for the others. */
inline disturb() {
  disturbed[0] = disturbed[0] || me != 0;
  disturbed[1] = disturbed[1] || me != 1;
#if PLAIN + KERNELS > 2
  disturbed[2] = disturbed[2] || me != 2;
#endif
}

/* free(), storeFree(): stores DIRTY for `i` pages from `start` on, first to last. */
inline storeFree() {
  page = 0;
  do
  :: atomic { page < i ->                                        /* free(): store */
      assert(holder[start + page] == me + 1);
      holder[start + page] = 0;
      if
      :: me >= PLAIN -> held--
      :: else
      fi;
      word[start + page] = DIRTY; disturb(); page++ }
  :: page == i -> break
  :: atomic { page < i && deaths > 0 -> deaths-- }; goto dead
  od;
  page = 0
}

/* An allocation failed: legal when others were at work; else no span may have been free. */
inline checkFailure() {
  d_step {
    start = 0;
    do
    :: disturbed[me] -> break
    :: !disturbed[me] && start + span > PAGES -> break
    :: !disturbed[me] && start + span <= PAGES ->
      i = 0;
      do
      :: i < span && word[start + i] <= DIRTY -> i++
      :: else -> break
      od;
      assert(i < span);
      start++
    od;
    start = 0;
    i = 0
  }
}

proctype Thread(byte me) {
  byte round, span, start, i, page, state;
  span = SPAN(me);

  do
  :: round < ROUNDS ->
    disturbed[me] = false;
    if
    :: me >= PLAIN ->
      atomic { state = jobPages; jobPages = jobPages + span };   /* allocPages(): atomic.add */
      if
      :: state + span > LIMIT -> state = 0; goto refused
      :: else -> state = 0
      fi
    :: else
    fi;
    start = 0;
    do
    :: start + span > PAGES -> checkFailure(); goto refused      /* allocate(): return 0 */
    :: start + span <= PAGES ->
      if
      :: me >= PLAIN -> /* freeRun(): looks before it takes */
        i = 0;
        do
        :: i < span ->
          if
          :: atomic { word[start + i] <= DIRTY -> i++ }          /* freeRun(): load */
          :: word[start + i] > DIRTY -> break
          fi
        :: i == span -> break
        od
      :: else -> i = span
      fi;
      if
      :: i < span -> start = start + i + 1; i = 0
      :: i == span ->
        i = 0;
        do
        :: i < span ->
          state = word[start + i];                               /* #take(): load */
          if
          :: atomic { state <= DIRTY && deaths > 0 -> deaths-- }; goto dead
          :: state > DIRTY -> state = 0; break
          :: state <= DIRTY ->
#ifdef OWNER_STORED /* broken on purpose: a store for the compare-exchange */
            atomic {
              if
              :: true
#else
            atomic {                                             /* #take(): compareExchange */
              if
              :: word[start + i] == state
#endif
                -> word[start + i] = OWNER(me); disturb();
                assert(holder[start + i] == 0);
                holder[start + i] = me + 1;
                used[start + i] = true;
                if
                :: me >= PLAIN -> held++; assert(held <= LIMIT && held <= jobPages)
                :: else
                fi
              :: else -> state = 0; break
              fi
            };
            if
            :: state == DIRTY -> bytes[start + i] = 0            /* #take(): fill */
            :: else
            fi;
            state = 0;
            i++
          fi
        :: i == span -> break
        od;
        if
        :: i == span -> goto taken
        :: else -> storeFree(); start = start + i + 1; i = 0     /* #take(): give back */
        fi
      fi
    od;

taken:
    do /* the pages are zero when they come, and nobody else writes them while they are held */
    :: i > 0 -> i--; assert(bytes[start + i] == 0); bytes[start + i] = me + 1
    :: atomic { i > 0 && deaths > 0 -> deaths-- }; goto dead
    :: i == 0 -> break
    od;
    do
    :: i < span -> assert(bytes[start + i] == me + 1 && word[start + i] == OWNER(me)); i++
    :: i == span -> break
    od;
    storeFree();                                                 /* free(), freePages() */
    goto given;
refused:
    start = 0;
given:
    if
    :: me >= PLAIN -> jobPages = jobPages - span                 /* atomic.sub */
    :: else
    fi;
    atomic { start = 0; i = 0; round++ }
  :: round == ROUNDS -> break
  od;
  goto leave;

dead: /* the host closes the job: release() */
  atomic {
    page = 0;
    i = 0;
    start = 0;
    state = 0
  }
  do
  :: page < PAGES ->
    if
    :: atomic { word[page] == OWNER(me) -> word[page] = DIRTY; disturb(); /* release() */
        assert(holder[page] == me + 1); holder[page] = 0;
        if
        :: me >= PLAIN -> held--
        :: else
        fi }
    :: atomic { word[page] != OWNER(me) -> assert(holder[page] != me + 1) }
    fi;
    page++
  :: page == PAGES -> break
  od;
  page = 0;

leave:
  gone++
}

init {
  byte page;
  atomic {
    do
    :: page < THREADS -> run Thread(page); page++
    :: else -> break
    od;
    page = 0
  }
  gone == THREADS;
  atomic {
    do
    :: page < PAGES ->
      assert(word[page] == (used[page] -> DIRTY : FRESH));
      assert(holder[page] == 0);
      page++
    :: else -> break
    od;
    assert(held == 0);
    assert(DEATHS > 0 || jobPages == 0)
  }
}

#ifdef LIVENESS
ltl ends { <> (gone == THREADS) }
#endif
