import { LinesView, NoFields, UpdateLines } from "@ringfence/domain";
import { operation } from "../http/operation.ts";

/** The lines: limit, pace, and the hold. */
export const lineOperations = [
  operation({
    method: "get",
    path: "/lines",
    id: "getLines",
    tag: "Lines",
    summary: "Get the lines",
    needs: "viewer",
    answer: { status: 200, description: "The lines", schema: LinesView },
    handle: (_asked, { viewLines }) => viewLines(),
  }),
  operation({
    method: "put",
    path: "/lines",
    id: "changeLines",
    tag: "Lines",
    summary: "Change limit or pace",
    description:
      "A higher limit or pace acts within a second. A lower limit ends no call, but nobody is dialled above it.",
    needs: "admin",
    body: { schema: UpdateLines, example: { limit: 5 } },
    answer: { status: 200, description: "The lines", schema: LinesView },
    handle: ({ body, by }, { changeLines }) => changeLines(body, by),
  }),
  operation({
    method: "post",
    path: "/lines/resume",
    id: "resumeLines",
    tag: "Lines",
    summary: "Dial again after a hold",
    needs: "admin",
    body: { schema: NoFields, isOptional: true },
    answer: { status: 200, description: "The lines", schema: LinesView },
    handle: ({ by }, { resumeCalling }) => resumeCalling(by),
  }),
];
