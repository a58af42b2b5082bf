import { CreateKey, KeyView, NewKeyView, PageQuery, pageOf } from "@ringfence/domain";
import { newestFirst, page } from "../http/cursors.ts";
import { operation } from "../http/operation.ts";

/** API keys. The key itself is shown once, when it is created. */
export const keyOperations = [
  operation({
    method: "post",
    path: "/keys",
    id: "createKey",
    tag: "Keys",
    summary: "Create a key",
    description: "The key is shown in this answer only. `Idempotency-Key` is ignored: a secret must not be stored.",
    needs: "admin",
    body: { schema: CreateKey, example: { name: "Night import", role: "operator" } },
    answer: { status: 201, location: "keys", description: "The key", schema: NewKeyView },
    handle: ({ body, by }, { createKey }) => createKey(body, by),
  }),
  operation({
    method: "get",
    path: "/keys",
    id: "listKeys",
    tag: "Keys",
    summary: "List keys, newest first",
    needs: "admin",
    query: PageQuery,
    answer: { status: 200, description: "A page of keys", schema: pageOf(KeyView) },
    handle: ({ query }, { db }) => page(query, newestFirst, db.keys.list),
  }),
  operation({
    method: "delete",
    path: "/keys/:id",
    id: "deleteKey",
    tag: "Keys",
    summary: "Delete a key",
    description: "The key ends immediately, and so do the sessions of browsers that signed in with it.",
    needs: "admin",
    answer: { status: 204, description: "Deleted" },
    handle: async ({ id, by }, { deleteKey, liveFeed }) => {
      await deleteKey(id, by);
      await liveFeed.recheck();
      return null;
    },
  }),
];
