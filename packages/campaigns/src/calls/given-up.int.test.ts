import { RetellCall } from "@ringfence/domain";
import { createDialer } from "@ringfence/retell";
import { useSilentCalls } from "../testing/silent-calls.ts";

const { bed, sweep, listLags, status, sweptAfter, figures } = useSilentCalls();
const GET = "GET /v2/get-call/:id";

describe("a call that was given up", () => {
  /** A call that Retell has but that was given up as lost or as unknown. */
  async function givenUp(as: "lost" | "unknown") {
    const { batchId, ids } = await bed.rows(1);
    const id = ids[0]!;
    const claim = await bed.claim(id);
    const answer = await bed.dialer.dial(claim);
    if (answer.kind !== "placed") throw new Error(answer.kind);
    if (as === "lost") {
      await bed.db.calls.recordPlaced(claim, answer.retellCallId);
      await bed.passed(131);
      await bed.sql("UPDATE retell_calls SET asked_at = clock_timestamp() - interval '2 minutes' WHERE id = $1", [id]);
      expect(await bed.db.evidence.loseOld(7_800_000, 300_000)).toEqual([id]);
    } else {
      await bed.db.calls.recordUnknown(claim);
      expect(await bed.db.calls.giveUp(claim)).toBe(true);
    }
    expect(await figures(batchId)).toEqual([0, 0, 0, 1]);
    return { batchId, id, retellId: answer.retellCallId };
  }

  describe.each(["lost", "unknown"] as const)("as %s", (as) => {
    test("is looked up for ten more minutes, and late evidence corrects row and counters", async () => {
      const { batchId, id, retellId } = await givenUp(as);
      bed.simulator.end(retellId);
      await sweep();
      expect(await bed.call(id)).toMatchObject({
        call_status: "completed",
        placed: "yes",
        retell_call_id: retellId,
        error_message: null,
        disconnection_reason: "user_hangup",
      });
      expect(await figures(batchId)).toEqual([0, 0, 1, 0]);
      expect(bed.counted).toContain("calls_settled look-up 1");
    });

    test("is looked up every minute while Retell does not know it", async () => {
      const { id, retellId } = await givenUp(as);
      listLags();
      bed.simulator.fault({ match: GET, mode: "status", status: 422, times: null });
      for (const minutes of [0, 4, 4]) expect(await sweptAfter(minutes, id)).toBe("failed");
      bed.simulator.clearFaults();
      bed.simulator.account({ listLagMs: 0 });
      bed.simulator.end(retellId);
      await sweep();
      // It was looked up a moment ago.
      expect(await status(id)).toBe("failed");
      expect(await sweptAfter(1, id)).toBe("completed");
    });

    test("is not looked up after ten minutes, but a webhook still settles it", async () => {
      const { batchId, id, retellId } = await givenUp(as);
      listLags();
      bed.simulator.fault({ match: GET, mode: "status", status: 422, times: null });
      expect(await sweptAfter(11, id)).toBe("failed");
      bed.simulator.clearFaults();
      bed.simulator.account({ listLagMs: 0 });
      bed.simulator.end(retellId, "voicemail_reached");
      expect(await sweptAfter(11, id)).toBe("failed");
      const word = { call_id: retellId, disconnection_reason: "voicemail_reached", metadata: { call_id: id } };
      expect(await bed.settle(RetellCall.parse(word), "call_ended")).toBe("settled");
      expect(await figures(batchId)).toEqual([0, 0, 1, 0]);
      expect(await bed.settle(RetellCall.parse(word), "call_ended")).toBe("nothing to change");
    });

    test("is looked up after an outage of Retell that outlasts the ten minutes", async () => {
      const { id, retellId } = await givenUp(as);
      bed.simulator.fault({ match: "*", mode: "status", status: 503, times: null });
      for (const minutes of [1, 30, 60]) expect(await sweptAfter(minutes, id)).toBe("failed");
      bed.simulator.clearFaults();
      bed.simulator.end(retellId);
      expect(await sweptAfter(1, id)).toBe("completed");
    });

    test("is followed to its end if it goes on, and holds no line meanwhile", async () => {
      const { batchId, id, retellId } = await givenUp(as);
      await sweep();
      expect(await bed.call(id)).toMatchObject({ call_status: "failed", placed: "yes", retell_call_id: retellId });
      for (let minutes = 0; minutes < 40; minutes += 5) expect(await sweptAfter(5, id)).toBe("failed");
      expect(await bed.lines()).toMatchObject({ in_use: 0 });
      bed.simulator.end(retellId);
      expect(await sweptAfter(5, id)).toBe("completed");
      expect(await figures(batchId)).toEqual([0, 0, 1, 0]);
    });
  });

  test("is not looked up if Retell refused it, a stop cancelled it or its end is known", async () => {
    const { batchId, ids } = await bed.rows(3);
    await bed.db.calls.refuse(await bed.claim(ids[0]!), "Number not valid");
    await bed.place(ids[1]!, "call_1");
    await bed.settle(RetellCall.parse({ call_id: "call_1", disconnection_reason: "dial_busy" }), "call_ended");
    await bed.db.stops.brake(batchId);
    await bed.db.stops.flip(batchId);
    expect(await bed.db.sweeps.givenUp(60_000, 10)).toEqual([]);
  });
});

describe("many silent calls", () => {
  test("are looked up in one sweep, also more than one page", async () => {
    const CALLS = 1_200;
    bed.simulator.account({ concurrencyLimit: CALLS });
    await bed.db.lines.change({ limit: CALLS });
    const { batchId, campaignId, ids } = await bed.rows(CALLS);
    const dial = { batchId, campaignId, fromNumber: "+14157774444", toNumber: "+14155551000", agentId: null };
    const retellIds: string[] = [];
    const dialer = createDialer({ ...bed.access, timeoutMs: 8_000 });
    for (let from = 0; from < CALLS; from += 20) {
      const page = ids.slice(from, from + 20);
      const answers = await Promise.all(page.map((callId) => dialer.dial({ ...dial, callId, dynamicVariables: {} })));
      retellIds.push(...answers.map((answer) => (answer.kind === "placed" ? answer.retellCallId : answer.kind)));
    }
    await dialer.close();
    await bed.sql(
      `UPDATE retell_calls c SET call_status = 'in_progress', placed = 'yes', retell_call_id = d.retell_call_id,
         claimed_at = clock_timestamp(), dialed_at = clock_timestamp(), news_at = clock_timestamp()
       FROM unnest($1::uuid[], $2::text[]) d (id, retell_call_id) WHERE c.id = d.id`,
      [ids, retellIds],
    );
    for (const id of [retellIds[0]!, retellIds[CALLS - 1]!]) bed.simulator.end(id);
    await bed.passed(5);
    await sweep();
    expect(await figures(batchId)).toEqual([0, CALLS - 2, 2, 0]);
    expect(await bed.db.sweeps.withoutNews(60_000, 10)).toEqual([]);
  });

  test("do not stay at the head of the page if Retell does not know their ids", async () => {
    const { ids } = await bed.rows(3);
    for (const id of ids) await bed.place(id);
    await bed.passed(5);
    const pages: string[][] = [];
    for (let round = 0; round < 3; round++) {
      const page = (await bed.db.sweeps.withoutNews(60_000, 2)).map((call) => call.callId);
      pages.push(page);
      await bed.db.sweeps.noteAsked(page);
      await bed.sql("UPDATE retell_calls SET asked_at = asked_at - interval '2 minutes'");
    }
    const [first, second, third] = pages;
    expect([...new Set([...first!, ...second!])].sort()).toEqual([...ids].sort());
    expect(third).toEqual(expect.arrayContaining(first!.filter((id) => !second!.includes(id))));
  });

  test("are not looked up twice in a row, but immediately if a call is over", async () => {
    const { ids } = await bed.rows(2);
    for (const id of ids) await bed.place(id);
    await bed.passed(5);
    await bed.sql("UPDATE retell_calls SET asked_at = clock_timestamp() - interval '5 seconds'");
    expect(await bed.db.sweeps.withoutNews(60_000, 10)).toEqual([]);
    const over = RetellCall.parse({ call_id: `call_${ids[0]}`, call_status: "registered" });
    await bed.settle(over, "call_ended");
    expect(await bed.db.sweeps.withoutNews(60_000, 10)).toMatchObject([{ callId: ids[0] }]);
  });
});
