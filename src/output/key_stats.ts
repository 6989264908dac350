import { RANK_HIGH, STATS_BYTES } from "../../assembly/number_layout.ts";
import { Decimal } from "../contract/decimals.ts";
import { divideHalfUp, divideToDouble } from "../contract/quotients.ts";
import type { Aggregate } from "../contract/stats.ts";
import type { RecordCursor } from "../reduce/segment.ts";
import { StatsWords } from "../shared/stats_words.ts";

/** What the record that a cursor stands at knows of its numbers; valid until the cursor moves. */
export function readStats({ bytes, keyEnd }: RecordCursor): StatsWords {
  const view = new DataView(bytes.buffer, bytes.byteOffset + keyEnd, STATS_BYTES - RANK_HIGH);
  return new StatsWords((offset) => view.getBigInt64(offset - RANK_HIGH, true));
}

/**
 * What is told of numbers: decimals with as many fraction digits as the numbers have, or as they are
 * rounded to; averages that are not rounded to some as the nearest double.
 */
export function tellAggregate(
  stats: StatsWords,
  aggregate: Aggregate,
  round?: number,
): Decimal | bigint | number {
  if (aggregate === "count") return stats.count;
  if (aggregate === "avg") return averageOf(stats, round);
  const decimal = new Decimal(stats[aggregate], stats.scale);
  return round === undefined ? decimal : decimal.rounded(round);
}

function averageOf({ sum, count, scale }: StatsWords, round: number | undefined) {
  const units = count * 10n ** BigInt(scale);
  if (round === undefined) return divideToDouble(sum, units);
  return new Decimal(divideHalfUp(sum * 10n ** BigInt(round), units), round);
}
