import { JOB_EPOCH } from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";

/** An instance at work for a job. */
interface GuestOfJob<Guest> {
  readonly epoch: number;
  readonly guest: Guest;
}

/** The instances that a thread keeps, one for each job of the latest few, since jobs take turns. */
export class JobGuests<Guest> {
  readonly #heap: SharedHeap;
  readonly #most: number;
  /** By the number of the job's block, the latest one last. */
  readonly #guests = new Map<number, GuestOfJob<Guest>>();

  /** @param most How many are kept; each may have its most memory. */
  constructor(heap: SharedHeap, most: number) {
    this.#heap = heap;
    this.#most = most;
  }

  /** The job's instance, which is the latest one from here on; undefined if it has none. */
  get(job: number, epoch: number): Guest | undefined {
    const known = this.#guests.get(job);
    this.#guests.delete(job);
    if (known?.epoch !== epoch) return undefined;
    this.#guests.set(job, known);
    return known.guest;
  }

  /** Lets go of the one that was not used for the longest time, if there is no room for another. */
  makeRoom(): void {
    const [oldest] = this.#guests.keys();
    if (this.#guests.size >= this.#most) this.#guests.delete(oldest);
  }

  add(job: number, epoch: number, guest: Guest): void {
    this.#guests.set(job, { epoch, guest });
  }

  /** Takes away the instance of a job that has failed, of whatever epoch. */
  take(job: number): Guest | undefined {
    const guest = this.#guests.get(job)?.guest;
    this.#guests.delete(job);
    return guest;
  }

  /** Lets go of the instances of jobs that have ended. */
  dropEnded(): void {
    for (const [job, { epoch }] of this.#guests) {
      const current = this.#heap.word(jobAddress(job) + JOB_EPOCH);
      if ((current | 0) !== epoch) this.#guests.delete(job);
    }
  }
}
