import { guards as accessAndDatabase } from "./access-and-database.mjs";
import { guards as api } from "./api.mjs";
import { guards as calls } from "./calls.mjs";
import { guards as candidatesAndCampaigns } from "./candidates-and-campaigns.mjs";
import { guards as databaseTriggers } from "./database-triggers.mjs";
import { guards as dispatch } from "./dispatch.mjs";
import { guards as doors } from "./doors.mjs";
import { guards as holds } from "./holds.mjs";
import { guards as lines } from "./lines.mjs";
import { guards as stopsAndLaunches } from "./stops-and-launches.mjs";
import { guards as sweep } from "./sweep.mjs";
import { guards as webhooks } from "./webhooks.mjs";

/** Every guard, a file for each room. */
export const guards = [
  ...dispatch,
  ...stopsAndLaunches,
  ...calls,
  ...holds,
  ...lines,
  ...sweep,
  ...databaseTriggers,
  ...doors,
  ...accessAndDatabase,
  ...api,
  ...candidatesAndCampaigns,
  ...webhooks,
];
