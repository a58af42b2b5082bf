/** The course of one simulated call; times in ms. An unanswered call has no talk. */
interface DemoOutcome {
  reason: string;
  ringMs: number;
  talkMs?: number;
}

const talk = (talkMs: number, ringMs: number, reason = "user_hangup"): DemoOutcome => ({ reason, ringMs, talkMs });
const unanswered = (reason: string, ringMs: number): DemoOutcome => ({ reason, ringMs });

/** Talks with a person at the screen last this many times as long: half a minute to a minute, as real ones do, and the campaign about four minutes. */
const LONGER_FOR_PEOPLE = 8;

/**
 * What the simulator does with each number of candidates.csv. The first five, in import order, are reached and talk
 * for 5 to 7 s, so that five calls are live together when `--once` cancels, and all five complete.
 */
export const DEMO_OUTCOMES: Record<string, DemoOutcome> = {
  "+12025550100": talk(5_400, 1_000),
  "+12125550101": talk(6_200, 1_300, "agent_hangup"),
  "+13125550102": talk(5_000, 1_600),
  "+14155550103": talk(6_900, 1_200),
  "+16175550104": talk(5_800, 1_900, "agent_hangup"),
  "+12065550105": unanswered("dial_no_answer", 2_000),
  "+13035550106": talk(4_300, 1_400),
  "+14045550107": talk(3_200, 1_800, "voicemail_reached"),
  "+15125550108": talk(7_600, 1_100),
  "+13055550109": unanswered("dial_busy", 1_000),
  "+17025550110": talk(8_500, 1_500, "agent_hangup"),
  "+16025550111": talk(3_600, 1_200),
  "+15035550112": talk(3_000, 2_000, "voicemail_reached"),
  "+12155550113": talk(6_400, 1_700),
  "+12145550114": unanswered("dial_no_answer", 2_000),
  "+16195550115": talk(5_100, 1_300),
  "+19195550116": unanswered("user_declined", 1_600),
  "+16125550117": talk(9_000, 1_000),
  "+12165550118": talk(4_800, 1_900, "agent_hangup"),
  "+13135550119": talk(3_400, 1_500, "voicemail_reached"),
  "+18045550120": talk(7_200, 1_400),
  "+12105550121": unanswered("dial_no_answer", 2_000),
  "+18015550122": talk(3_900, 1_200),
  "+15055550123": talk(4_000, 1_100, "error_retell"),
  "+14125550124": unanswered("dial_busy", 1_200),
  "+13175550125": talk(3_100, 1_700, "voicemail_reached"),
  "+14145550126": talk(5_500, 1_600),
  "+15045550127": talk(6_700, 1_300, "agent_hangup"),
  "+19045550128": unanswered("dial_no_answer", 2_000),
  "+12085550129": talk(4_600, 1_800),
};

/** The same for a person, who needs time to open the dashboard, look around and press a button before the calls end. */
export const OUTCOMES_FOR_PEOPLE: Record<string, DemoOutcome> = Object.fromEntries(
  Object.entries(DEMO_OUTCOMES).map(([number, { talkMs, ...outcome }]) => [
    number,
    talkMs === undefined ? outcome : { ...outcome, talkMs: talkMs * LONGER_FOR_PEOPLE },
  ]),
);
