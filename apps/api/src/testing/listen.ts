import { KEYS } from "./send-request.ts";
import type { TestApi } from "./test-api.ts";

/** An event as it arrived. */
export interface Heard {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events whose shapes they assert
  data: any;
  at: number;
}

/** Listens as a browser would; `over` resolves when the server has ended the stream. */
export async function listen(url: string, query = "", key: string = KEYS.operator) {
  const leave = new AbortController();
  const response = await fetch(`${url}/v1/events${query}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: leave.signal,
  });
  const heard: Heard[] = [];
  let text = "";
  const read = async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, name] = /^event: (.*)$/m.exec(block) ?? [];
        const [, data] = /^data: (.*)$/m.exec(block) ?? [];
        if (name && data) heard.push({ name, data: JSON.parse(data), at: performance.now() });
      }
    }
  };
  const over = read().catch(() => undefined);
  return {
    response,
    heard,
    over,
    leave: () => leave.abort(),
    last: (name: string) => heard.findLast((event) => event.name === name)?.data,
    calls: () => heard.filter(({ name }) => name === "call").flatMap(({ data }) => data.calls as { id: string }[]),
  };
}

/** A campaign of new candidates that has been launched. */
export async function launched(api: TestApi, candidates: number, from: number) {
  const campaign = await api.campaign(candidates, from);
  const { id: batch } = await api.launch(campaign);
  return { campaign, batch, calls: await api.callIds(batch) };
}
