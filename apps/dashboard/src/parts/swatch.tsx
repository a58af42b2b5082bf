import { CALL_COLORS } from "../theme.ts";

/** The colour of a kind of call, beside its name. */
export function Swatch({ kind }: { kind: keyof typeof CALL_COLORS }) {
  const color = CALL_COLORS[kind];
  const css = color.startsWith("var(") ? color : `var(--mantine-color-${color.replace(".", "-")})`;
  return <span aria-hidden style={{ width: 12, height: 12, borderRadius: 3, background: css, flexShrink: 0 }} />;
}
