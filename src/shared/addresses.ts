import { JOB_BYTES, JOBS, WORKER_BYTES, WORKERS } from "../../assembly/layout.ts";

/** Address of a job block. */
export const jobAddress = (index: number): number => JOBS + index * JOB_BYTES;

/** Address of a place's header, behind which its result ring stands. */
export const placeAddress = (place: number): number => WORKERS + place * WORKER_BYTES;
