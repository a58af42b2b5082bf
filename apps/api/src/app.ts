import type {
  addToDoNotCall,
  cancelBatchCalls,
  changeCampaign,
  changeLines,
  checkReadiness,
  correctCandidate,
  createCampaign,
  createWebhook,
  Database,
  deleteCampaign,
  deleteCandidate,
  importCandidates,
  Log,
  launchCalls,
  listAgents,
  listNumbers,
  resumeCalling,
  settleCall,
  stopCampaignCalling,
  viewLines,
} from "@ringfence/campaigns";
import { Problem } from "@ringfence/domain";
import type { CallsQueue } from "@ringfence/queue";
import type { Metrics } from "@ringfence/runtime";
import express, { type Express, type RequestHandler } from "express";
import helmet from "helmet";
import type { Access } from "./access.ts";
import { type AnswerOnce, createAnswerOnce } from "./answer-once.ts";
import { authenticated } from "./auth.ts";
import { underBasePath } from "./base-path.ts";
import { noQuery } from "./bodies.ts";
import type { LiveFeed } from "./live/live-feed.ts";
import { problemHandler } from "./problem-handler.ts";
import { auditRoutes } from "./routes/audit.ts";
import { batchRoutes } from "./routes/batches.ts";
import { boardRoutes } from "./routes/board.ts";
import { callRoutes } from "./routes/calls.ts";
import { campaignRoutes } from "./routes/campaigns.ts";
import { candidateRoutes } from "./routes/candidates.ts";
import { dashboardRoutes } from "./routes/dashboard.ts";
import { doNotCallRoutes } from "./routes/do-not-call.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { keyRoutes } from "./routes/keys.ts";
import { lineRoutes } from "./routes/lines.ts";
import { outgoingRoutes } from "./routes/outgoing.ts";
import { retellRoutes } from "./routes/retell.ts";
import { sessionRoutes } from "./routes/session.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { NoteWrongKey } from "./wrong-keys.ts";

/** What the routes are given; main.ts builds it. */
export interface Api {
  answerOnce: AnswerOnce;
  db: Database;
  queue: CallsQueue;
  useCases: {
    createCampaign: ReturnType<typeof createCampaign>;
    changeCampaign: ReturnType<typeof changeCampaign>;
    deleteCampaign: ReturnType<typeof deleteCampaign>;
    listNumbers: ReturnType<typeof listNumbers>;
    listAgents: ReturnType<typeof listAgents>;
    importCandidates: ReturnType<typeof importCandidates>;
    correctCandidate: ReturnType<typeof correctCandidate>;
    deleteCandidate: ReturnType<typeof deleteCandidate>;
    addToDoNotCall: ReturnType<typeof addToDoNotCall>;
    createWebhook: ReturnType<typeof createWebhook>;
    launchCalls: ReturnType<typeof launchCalls>;
    cancelBatchCalls: ReturnType<typeof cancelBatchCalls>;
    stopCampaignCalling: ReturnType<typeof stopCampaignCalling>;
    settleCall: ReturnType<typeof settleCall>;
    viewLines: ReturnType<typeof viewLines>;
    checkReadiness: ReturnType<typeof checkReadiness>;
    changeLines: ReturnType<typeof changeLines>;
    resumeCalling: ReturnType<typeof resumeCalling>;
  };
  access: Access;
  liveFeed: LiveFeed;
  /** The path under which a proxy serves all this, such as "/dialer"; "": the root of its host. */
  basePath: string;
  /** Refuses those who ask too often. */
  limitRate: RequestHandler;
  /** Refuses addresses that send many wrong keys. */
  noteWrongKey: NoteWrongKey;
  webhookKey: string;
  metrics: Metrics;
  log: Log;
  /** Logs each request, without numbers, keys and bodies. */
  logRequests: RequestHandler;
}

/** What pages may load: from here alone, so that a page tells nobody else who looks at it. Bull Board has its styles in the page. */
const OUR_OWN_PAGES_ONLY = {
  "default-src": ["'self'"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "object-src": ["'none'"],
  "base-uri": ["'self'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
};

/** The whole HTTP surface. */
export function createApp(given: Omit<Api, "answerOnce">): Express {
  const api: Api = { ...given, answerOnce: createAnswerOnce() };
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  app.use(api.logRequests);
  app.use(underBasePath(api.basePath));
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: OUR_OWN_PAGES_ONLY } }));
  app.use(healthRoutes(api));
  app.use(webhookRoutes(api));
  app.use(docsRoutes(api));
  app.use(boardRoutes(api));
  app.use("/v1", sessionRoutes(api));
  app.use("/v1", authenticated(api), api.limitRate, noQuery);
  app.use(
    "/v1",
    campaignRoutes(api),
    candidateRoutes(api),
    doNotCallRoutes(api),
    batchRoutes(api),
    callRoutes(api),
    lineRoutes(api),
    keyRoutes(api),
    outgoingRoutes(api),
    retellRoutes(api),
    auditRoutes(api),
    eventRoutes(api),
  );
  app.use(dashboardRoutes(api));
  app.use(() => {
    throw new Problem("not_found", "There is no such path");
  });
  app.use(problemHandler(api.log));
  return app;
}
