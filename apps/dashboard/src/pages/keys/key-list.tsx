import { Badge, Button, Code, Text } from "@mantine/core";
import type { Key } from "../../api/types.ts";
import { ago, moment } from "../../parts/format.ts";
import { useNow } from "../../parts/use-now.ts";
import classes from "./key-list.module.css";

const MINUTE_MS = 60_000;

/** Keys as rows, at phone width as cards. */
export function KeyList({ keys, onDelete }: { keys: Key[]; onDelete: (key: Key) => void }) {
  const now = useNow(MINUTE_MS);
  return (
    <ul className={classes.list} aria-label="Keys">
      {keys.map((key) => (
        <li key={key.id} className={classes.row}>
          <div className={classes.who}>
            <Text fw={600} className="rf-wrap" lineClamp={3}>
              {key.name}
            </Text>
            <Code>{key.prefix}…</Code>
          </div>
          <Badge variant="default" tt="none" fw={600}>
            {key.role}
          </Badge>
          <Text size="sm" component="div" className="rf-wrap">
            <div>{key.last_used_at ? `Used ${ago(key.last_used_at, now)}` : "Never used"}</div>
            <Text size="sm" c="dimmed" lineClamp={2}>
              Made {ago(key.created_at, now)} by {key.created_by}
            </Text>
          </Text>
          <Text size="sm" {...expiry(key, now)} />
          <Button size="xs" variant="default" onClick={() => onDelete(key)} aria-label={`Delete the key ${key.name}`}>
            Delete
          </Button>
        </li>
      ))}
    </ul>
  );
}

function expiry({ expires_at }: Key, now: number): { c?: string; children: string } {
  if (!expires_at) return { c: "dimmed", children: "Never expires" };
  if (Date.parse(expires_at) <= now) return { c: "var(--mantine-color-error)", children: "Expired" };
  return { children: `Expires ${moment(expires_at)}` };
}
