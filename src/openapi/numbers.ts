import { z } from "@hono/zod-openapi";

/** A count of something: an integer that JavaScript holds exactly. */
export const natural = () => z.int().min(0);

export const fraction = () => z.number().min(0);
