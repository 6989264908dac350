import type { AppContext } from "./http/app_context.ts";
import { type App, mountRoutes } from "./http/mount_routes.ts";
import type { Route } from "./http/route.ts";
import { createAccessRoutes } from "./http/routes/access.ts";
import { createBoardRoutes } from "./http/routes/cluster_board.ts";
import { createCountRoutes } from "./http/routes/count.ts";
import { createDocumentationRoutes } from "./http/routes/documentation.ts";
import { createEngineRoutes } from "./http/routes/engine_status.ts";
import { createEventRoutes } from "./http/routes/events.ts";
import { createGuideRoutes } from "./http/routes/guides.ts";
import { createHealthRoutes } from "./http/routes/health.ts";
import { createJobRoutes } from "./http/routes/jobs.ts";
import { createKernelRoutes } from "./http/routes/kernels.ts";
import { createMetricsRoutes } from "./http/routes/metrics.ts";
import { createResultRoutes } from "./http/routes/results.ts";
import { createAssetRoutes, createAssetSource } from "./http/routes/page_assets.ts";
import { createStopRoutes } from "./http/routes/stop_lists.ts";
import { createWelcomeRoutes } from "./http/routes/welcome.ts";
import { HttpMetrics } from "./observe/http_metrics.ts";

/**
 * The HTTP surface, without the door before it.
 *
 * @param more Routes beside those of the product; they take part in all that is made from routes.
 */
export function createApp(context: AppContext, more: readonly Route[] = []): App {
  const metrics = context.metrics ?? new HttpMetrics();
  const table: Route[] = []; // two resources describe it, each when it is first asked
  const assets = createAssetSource();
  table.push(
    ...createWelcomeRoutes(table, assets),
    ...createCountRoutes(context),
    ...createJobRoutes(context),
    ...createEventRoutes(context),
    ...createResultRoutes(context),
    ...createStopRoutes(),
    ...createEngineRoutes(context),
    ...createBoardRoutes(context),
    ...createKernelRoutes(context),
    ...createAccessRoutes(context),
    ...createMetricsRoutes(context, metrics),
    ...createHealthRoutes(context),
    ...createDocumentationRoutes(table),
    ...createGuideRoutes(),
    ...createAssetRoutes(assets),
    ...more,
  );
  return mountRoutes(table, metrics, context);
}
