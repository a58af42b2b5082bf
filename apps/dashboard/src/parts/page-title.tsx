import { Anchor, Breadcrumbs, Group, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";

let pagesSeen = 0;

/**
 * The heading of a page, its breadcrumbs, and what stands beside it. Also names the browser's tab and takes the focus when
 * the page was reached from another one, so that a screen reader says where it is.
 */
export function PageTitle(props: {
  title: string;
  /** The title of the tab, if it differs. */
  tab?: string;
  trail?: { href: string; label: string }[];
  beside?: ReactNode;
  actions?: ReactNode;
}) {
  const { title, tab = title, trail = [], beside, actions } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab} - Ringfence`;
  }, [tab]);
  useEffect(() => {
    if (pagesSeen++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <Stack gap={4}>
      {trail.length > 0 && (
        <nav aria-label="Breadcrumb">
          <Breadcrumbs>
            {trail.map(({ href, label }) => (
              <Anchor
                key={href}
                component={Link}
                href={href}
                size="sm"
                className="rf-wrap"
                maw="40ch"
                lh={1.5}
                truncate
              >
                {label}
              </Anchor>
            ))}
          </Breadcrumbs>
        </nav>
      )}
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="sm" align="center" wrap="wrap" style={{ minWidth: 0, maxWidth: "100%" }}>
          <Title order={1} size="h2" ref={heading} tabIndex={-1} className="rf-wrap" style={{ outline: "none" }}>
            {title}
          </Title>
          {beside}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
    </Stack>
  );
}
