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
import type { Access } from "./auth/access.ts";
import { authenticated } from "./auth/auth.ts";
import type { NoteWrongKey } from "./auth/wrong-keys.ts";
import { type AnswerOnce, createAnswerOnce } from "./http/answer-once.ts";
import { underBasePath } from "./http/base-path.ts";
import { noQuery } from "./http/bodies.ts";
import { problemHandler } from "./http/problem-handler.ts";
import type { LiveFeed } from "./live/live-feed.ts";
import { auditRoutes } from "./operations/audit.ts";
import { batchRoutes } from "./operations/batches.ts";
import { callRoutes } from "./operations/calls.ts";
import { campaignRoutes } from "./operations/campaigns.ts";
import { candidateRoutes } from "./operations/candidates.ts";
import { doNotCallRoutes } from "./operations/do-not-call.ts";
import { eventRoutes } from "./operations/events.ts";
import { keyRoutes } from "./operations/keys.ts";
import { lineRoutes } from "./operations/lines.ts";
import { retellRoutes } from "./operations/retell.ts";
import { sessionRoutes } from "./operations/session.ts";
import { outgoingRoutes } from "./operations/webhooks.ts";
import { boardRoutes } from "./pages/board.ts";
import { dashboardRoutes } from "./pages/dashboard.ts";
import { docsRoutes } from "./pages/docs.ts";
import { healthRoutes } from "./pages/health.ts";
import { webhookRoutes } from "./retell-webhook/retell-webhook.ts";

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
