import { type Command, Option } from "commander";
import { span } from "../arguments.ts";
import { type Open, print } from "../context.ts";
import { upTo } from "../lists.ts";
import { minute, plain, table } from "../terminal/text.ts";

const ROLES = ["viewer", "operator", "admin"] as const;

/** `ringfence keys` */
export const addKeys = (program: Command, open: Open): void => {
  const keys = program
    .command("keys")
    .summary("list, create and delete API keys")
    .description("Create one API key per person or program; its role sets what it may do. Needs a key of role admin.")
    .addHelpText(
      "after",
      `
Examples:
  ringfence keys list
  ringfence keys create "Night import" --role operator --expires-in 30d
  KEY=$(ringfence keys create Dashboard --role viewer)
  ringfence keys delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11`,
    );

  keys
    .command("list")
    .description("List the keys. The keys themselves are not stored; you recognise a key by its first characters.")
    .addHelpText("after", "\nExample:\n  ringfence keys list")
    .action(async (_options: object, command: Command) => {
      const context = open(command);
      const page = await upTo(Number.POSITIVE_INFINITY, (query) =>
        context.client.GET("/v1/keys", { params: { query } }),
      );
      print(context, page, () =>
        page.items.length === 0
          ? "There is no key but the one in ADMIN_API_KEY."
          : table(
              ["id", "name", "role", "begins with", "created", "by", "expires", "last used"],
              page.items.map((key) => [
                key.id,
                key.name,
                key.role,
                key.prefix,
                minute(key.created_at),
                key.created_by,
                minute(key.expires_at) ?? "never",
                minute(key.last_used_at) ?? "never",
              ]),
            ),
      );
    });

  keys
    .command("create")
    .description("Create a key. The key is written to stdout, only this once; everything else goes to stderr.")
    .argument("<name>", "name of the person or program that uses the key")
    .addOption(new Option("--role <role>", "what the key may do").choices(ROLES).makeOptionMandatory())
    .option(
      "--expires-in <span>",
      "how long the key is valid, such as 12h, 30d or 8w; without it the key never expires",
      span,
    )
    .addHelpText("after", '\nExample:\n  ringfence keys create "Night import" --role operator --expires-in 30d')
    .action(async (name: string, options: { role: (typeof ROLES)[number]; expiresIn?: number }, command: Command) => {
      const context = open(command);
      const { role, expiresIn } = options;
      const expires_at = expiresIn === undefined ? null : new Date(Date.now() + expiresIn).toISOString();
      const made = await context.client.POST("/v1/keys", { body: { name, role, expires_at } });
      const until = made.expires_at === null ? "until it is deleted" : `until ${minute(made.expires_at)}`;
      if (!context.json)
        context.io.note(
          `Key ${made.id} for ${plain(made.name)}, ${made.role}, is valid ${until}. It is shown only this once:`,
        );
      print(context, made, () => made.key);
    });

  keys
    .command("delete")
    .description("Delete a key. The API refuses it from then on.")
    .argument("<id>", "id of the key, as the list shows it")
    .addHelpText("after", "\nExample:\n  ringfence keys delete 5f0c1b1e-7c1a-4f0e-9a53-3d1f6f6b0a11")
    .action(async (id: string, _options: object, command: Command) => {
      const context = open(command);
      await context.client.DELETE("/v1/keys/{id}", { params: { path: { id } } });
      print(context, { id, deleted: true }, () => `deleted key ${plain(id)}`);
    });
};
