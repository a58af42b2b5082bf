import { AppShell, Burger, Container, Group, NavLink, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { BASE_PATH } from "../base-path.ts";
import { useSession } from "../session.ts";
import { ConnectionNote } from "./connection-note.tsx";
import { LinesChip } from "./lines-chip.tsx";
import { Logo } from "./logo.tsx";
import { SimulatedNote } from "./simulated-note.tsx";
import { UserMenu } from "./user-menu.tsx";

/** The frame of every page: navigation, lines, who is signed in, and whether live updates are connected. */
export function Shell({ children }: { children: ReactNode }) {
  const [open, menu] = useDisclosure(false);
  const { may } = useSession();
  const [path] = useLocation();
  const places = [
    { href: "/campaigns", label: "Campaigns", also: /^\/(campaigns|batches)/ },
    { href: "/lines", label: "Lines", also: /^\/lines/ },
    { href: "/activity", label: "Activity", also: /^\/activity/ },
    ...(may("admin") ? [{ href: "/keys", label: "Keys", also: /^\/keys/ }] : []),
  ];
  const links = (narrow: boolean) => (
    <>
      {places.map(({ href, label, also }) => (
        <NavLink
          key={href}
          component={Link}
          href={href}
          label={label}
          active={also.test(path)}
          aria-current={also.test(path) ? "page" : undefined}
          onClick={menu.close}
          w={narrow ? "100%" : "auto"}
          style={{ borderRadius: 8 }}
        />
      ))}
      {may("operator") && (
        <NavLink
          component="a"
          href={`${BASE_PATH}/queues`}
          label="Queue"
          w={narrow ? "100%" : "auto"}
          style={{ borderRadius: 8 }}
        />
      )}
    </>
  );
  return (
    <AppShell
      header={{ height: 60 }}
      navbar={{ width: 240, breakpoint: "sm", collapsed: { desktop: true, mobile: !open } }}
      padding={{ base: "sm", sm: "lg" }}
    >
      <a className="rf-skip" href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px={{ base: "sm", sm: "lg" }} justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={open}
            />
            <Group
              component={Link as never}
              gap={8}
              wrap="nowrap"
              {...{ href: "/campaigns", "aria-label": "Ringfence" }}
              style={{ textDecoration: "none", color: "inherit" }}
            >
              <Logo />
              <Text fw={700} span visibleFrom="xs">
                Ringfence
              </Text>
            </Group>
            <Group component="nav" aria-label="Main" gap={4} wrap="nowrap" visibleFrom="sm" ml="md">
              {links(false)}
            </Group>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <LinesChip />
            <UserMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Stack component="nav" aria-label="Menu" gap={4}>
          {links(true)}
        </Stack>
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Container size="xl" p={0}>
          <SimulatedNote />
          <ConnectionNote />
          {children}
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
