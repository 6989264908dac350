import type { CountOptions } from "../../contract/options.ts";
import type { JobRoom } from "../../shared/job_terms.ts";
import { approxRoom } from "../approx_room.ts";
import type { EngineContext } from "../engine_context.ts";
import { isApprox, type RecordTerms } from "./encode_terms.ts";

/**
 * What a job may use of the memory.
 *
 * @param records As in encodeTerms.
 * @throws {JobError} `invalid_parameter` if it asks for too little.
 */
export function jobRoomOf(
  options: CountOptions,
  records: RecordTerms | undefined,
  { workers, jobRoom: room }: Pick<EngineContext, "workers" | "jobRoom">,
): JobRoom {
  return isApprox(options, records) ? approxRoom(options.memory, { workers, room }) : room;
}
