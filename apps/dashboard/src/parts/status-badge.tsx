import { Badge } from "@mantine/core";

const LOOKS = {
  active: { color: "teal", label: "active" },
  paused: { color: "yellow", label: "paused" },
  in_progress: { color: "blue", label: "in progress" },
  completed: { color: "teal", label: "completed" },
  cancelled: { color: "gray", label: "cancelled" },
  failed: { color: "red", label: "failed" },
  pending: { color: "gray", label: "pending" },
  held: { color: "yellow", label: "held" },
  /** A stopped batch whose last calls still go on. */
  finishing: { color: "orange", label: "finishing" },
} as const;

/** A status of a campaign, batch or call, named as in the API. */
export function StatusBadge({ status, size = "md" }: { status: keyof typeof LOOKS; size?: "sm" | "md" | "lg" }) {
  const { color, label } = LOOKS[status];
  return (
    <Badge
      color={color}
      variant="light"
      size={size}
      tt="none"
      style={{ "--badge-color": "var(--mantine-color-text)", flexShrink: 0 }}
      leftSection={
        <span
          aria-hidden
          style={{
            width: 8,
            height: 8,
            borderRadius: 4,
            background: `var(--mantine-color-${color}-6)`,
            display: "block",
          }}
        />
      }
    >
      {label}
    </Badge>
  );
}
