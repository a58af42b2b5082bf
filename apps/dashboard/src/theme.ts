import { createTheme, Drawer, type MantineColor, Modal } from "@mantine/core";

/** A dialog's close button has a name, and its header is not taken for the page's banner. */
const DIALOG = { closeButtonProps: { "aria-label": "Close" }, attributes: { header: { role: "presentation" } } };

/** The theme of all pages; text on a coloured background is dark or light, whichever is readable. */
export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  headings: { fontWeight: "650" },
  components: {
    Modal: Modal.extend({ defaultProps: DIALOG }),
    Drawer: Drawer.extend({ defaultProps: DIALOG }),
  },
});

/** The colour of each kind of call, the same on every page. */
export const CALL_COLORS = {
  completed: "teal.6",
  failed: "red.6",
  cancelled: "gray.5",
  in_progress: "blue.6",
  pending: "var(--rf-pending)",
} as const satisfies Record<string, MantineColor>;
