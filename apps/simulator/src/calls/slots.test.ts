import { createSlots } from "./slots.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("lets so many in, the others in turn as slots are given back", async () => {
  const slots = createSlots(2);
  const inside: number[] = [];
  for (const i of [1, 2, 3, 4]) void slots.take().then(() => inside.push(i));
  await turn();
  expect(inside).toEqual([1, 2]);
  slots.give();
  await turn();
  expect(inside).toEqual([1, 2, 3]);
  slots.give();
  slots.give();
  slots.give();
  await turn();
  expect(inside).toEqual([1, 2, 3, 4]);
  void slots.take().then(() => inside.push(5));
  void slots.take().then(() => inside.push(6));
  void slots.take().then(() => inside.push(7));
  await turn();
  expect(inside).toEqual([1, 2, 3, 4, 5, 6]);
});

test("who waits is forgotten on clear, who is inside gives back as ever", async () => {
  const slots = createSlots(1);
  const inside: string[] = [];
  await slots.take();
  void slots.take().then(() => inside.push("forgotten"));
  slots.clear();
  slots.give();
  await turn();
  void slots.take().then(() => inside.push("next"));
  await turn();
  expect(inside).toEqual(["next"]);
});
